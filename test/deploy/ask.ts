import type { IncomingMessage } from 'node:http'
import { request as openHttp } from 'node:http'
import { request as openHttps } from 'node:https'
import { buffer } from 'node:stream/consumers'
import { type Nginx, oldName } from '../support/nginx.ts'

export type Asking = {
  /** Written into the request line as it stands. */
  readonly path: string
  readonly secure?: boolean
  readonly body?: string | Uint8Array
  /** The body in pieces, without a length. */
  readonly chunks?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
  /** This machine's address that the call comes from. */
  readonly from?: string
}

export type Answered = {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** Calls nginx by the old host name, its certificate checked; rejects where the answer breaks off. */
export async function ask(nginx: Nginx, asking: Asking): Promise<Answered> {
  const incoming = await begin(nginx, asking)
  const { statusCode: status = 0, headers } = incoming
  return { status, headers, body: (await buffer(incoming)).toString('utf8') }
}

/** The same up to the answer's head. */
export function begin(nginx: Nginx, asking: Asking): Promise<IncomingMessage> {
  const { path, secure = false, body, chunks, from = '127.0.0.1' } = asking
  const options = {
    host: '127.0.0.1',
    port: secure ? nginx.https : nginx.http,
    method: body === undefined && chunks === undefined ? 'GET' : 'POST',
    path,
    localAddress: from,
    agent: false as const,
    headers: {
      host: oldName,
      ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
      ...(chunks === undefined ? {} : { 'transfer-encoding': 'chunked' }),
      ...asking.headers,
    },
  }
  return new Promise((resolve, reject) => {
    const sending = secure
      ? openHttps({ ...options, servername: oldName, ca: nginx.certificate })
      : openHttp(options)
    sending.on('response', resolve).on('error', reject)
    for (const chunk of chunks ?? []) sending.write(chunk)
    sending.end(body)
  })
}
