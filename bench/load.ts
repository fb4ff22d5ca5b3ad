import { createConnection, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'

export type Job = {
  readonly port: number
  readonly path: string
  readonly connections: number
  /** GET sends each body as the query of the address. Default: POST. */
  readonly method?: 'GET' | 'POST'
  /** Bodies signed beforehand; each is sent once, and the run ends with the last. */
  readonly bodies: readonly string[]
  /** What a good answer holds. */
  readonly expected: string
}

export type LoadResult = {
  readonly calls: number
  /** Answers without `expected`, with a sample. */
  readonly wrong: number
  readonly sample: string
  readonly seconds: number
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/**
 * Calls over kept-alive connections, one call at a time on each, with as little work a call as
 * can be: requests are made beforehand, and of an answer only its length and one text are read.
 */
export async function load(job: Job): Promise<LoadResult> {
  const requests = job.bodies.map((body) => request(job, body))
  const latencies = new Float64Array(requests.length)
  const tally = { next: 0, wrong: 0, sample: '' }
  const startedAt = performance.now()
  await Promise.all(
    Array.from({ length: job.connections }, () => caller(job, requests, latencies, tally)),
  )
  const seconds = (performance.now() - startedAt) / 1000
  const sorted = latencies.sort()
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? 0
  return {
    calls: requests.length,
    wrong: tally.wrong,
    sample: tally.sample,
    seconds,
    perSecond: requests.length / seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  }
}

function request({ method, path }: Job, body: string): Buffer {
  if (method === 'GET') {
    return Buffer.from(`GET ${path}?${body} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)
  }
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n` +
      'Content-Type: application/x-www-form-urlencoded\r\n' +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}

function caller(
  job: Job,
  requests: readonly Buffer[],
  latencies: Float64Array,
  tally: { next: number; wrong: number; sample: string },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = createConnection({ port: job.port, host: '127.0.0.1', noDelay: true })
    let mine = -1
    let sentAt = 0
    let answer = ''
    const send = (): void => {
      mine = tally.next
      tally.next += 1
      const next = requests[mine]
      if (next === undefined) {
        socket.end()
        resolve()
        return
      }
      sentAt = performance.now()
      socket.write(next)
    }
    socket.setEncoding('latin1')
    socket.on('connect', send)
    socket.on('error', reject)
    // Nothing once the caller has resolved; a server that hangs up must not hang the run.
    socket.on('close', () => reject(new Error('the server closed a connection')))
    socket.on('data', (chunk: string) => {
      answer += chunk
      if (!isWhole(answer)) return
      latencies[mine] = performance.now() - sentAt
      if (!answer.includes(job.expected)) {
        tally.wrong += 1
        tally.sample = answer
      }
      answer = ''
      send()
    })
  })
}

const lengthPattern = /content-length: (\d+)/i

function isWhole(answer: string): boolean {
  const head = answer.indexOf('\r\n\r\n')
  if (head === -1) return false
  const length = Number(lengthPattern.exec(answer)?.[1] ?? Number.NaN)
  return answer.length >= head + 4 + length
}
