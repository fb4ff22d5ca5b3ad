import { request as open } from 'node:http'
import type { Answer } from './compare.ts'
import type { RecordedRequest } from './recording.ts'

export type Target = {
  readonly port: number
  /** What stands before `index.php`, with slashes at both ends: `/opencart/<login>/`. */
  readonly basePath: string
  /** The Host header; default `127.0.0.1:<port>`. */
  readonly host?: string
}

export function hostOf({ host, port }: Target): string {
  return host ?? `127.0.0.1:${port}`
}

/** Sends a request whose values are filled in, the query as it stands. */
export function send(target: Target, recorded: RecordedRequest): Promise<Answer> {
  const query = recorded.query.map((pair) => pair.join('=')).join('&')
  const body = recorded.body === null ? undefined : Buffer.from(recorded.body)
  return new Promise((resolve, reject) => {
    const sending = open({
      host: '127.0.0.1',
      port: target.port,
      localAddress: recorded.from_ip ?? '127.0.0.1',
      agent: false,
      method: recorded.method,
      path: `${target.basePath}${recorded.path.slice(1)}${query === '' ? '' : `?${query}`}`,
      headers: {
        host: hostOf(target),
        ...recorded.headers,
        ...(body === undefined ? {} : { 'content-length': body.length }),
      },
    })
    sending.on('error', reject)
    sending.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        const { statusCode: status = 0, headers } = response
        resolve({ status, headers, text, json: jsonOf(text) })
      })
    })
    sending.end(body)
  })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
