import type { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import { type Resolve, systemResolve, type TargetPolicy } from '../core/check-target.ts'
import { type ConnectLimits, guardedConnect } from './connector.ts'
import { createLines, type Lines } from './lines.ts'
import { problemOf, problemOfStatus } from './problem.ts'

/** A message as it goes over the wire. */
export type Outgoing = {
  /** Names the endpoint: its messages share connections, and nobody else's. */
  readonly endpoint: string
  readonly url: string
  /** But for `user-agent`, all of them. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** How one try ended. */
export type Answered = {
  /** Null where there was no answer. */
  readonly status: number | null
  /** Why there was none, or why it counts for nothing. */
  readonly problem: string | null
  /** The header, as it came. */
  readonly retryAfter: string | null
  /** Its first 4 kB, as they came. */
  readonly answer: Buffer
  /** Until the status was there, or it was clear that none comes. */
  readonly latencyMs: number
}

export type Sender = {
  /** One try; never throws. */
  send(message: Outgoing): Promise<Answered>
  /** Lets go of connections that nobody uses any more; to be called now and then. */
  sweep(): void
  /** Cuts what is under way. */
  close(): Promise<void>
}

export type SenderOptions = {
  readonly policy: TargetPolicy
  readonly version: string
  /** Milliseconds of a clock that never goes back. */
  readonly clock: () => number
  readonly resolve?: Resolve
  /** To the answer's status, with connecting. */
  readonly deadlineMs?: number
  /** At once to one endpoint. */
  readonly connections?: number
  readonly connectLimits?: ConnectLimits
}

const keptBytes = 4096
const readBytes = 65_536
const usualDeadlineMs = 15_000
const connectTimeoutMs = 5000

/**
 * How long an answer's body is read. The status has decided by then; the body is for the operator
 * to look at, and the order's next message must not wait for it.
 */
const bodyDeadlineMs = 2000

/** What sends messages to endpoints, each try bounded in time and in bytes. */
export function createSender(options: SenderOptions): Sender {
  const { policy, version, clock, resolve = systemResolve, connections = 16 } = options
  const deadlineMs = options.deadlineMs ?? usualDeadlineMs
  const connect = guardedConnect(policy, resolve, { connectTimeoutMs, ...options.connectLimits })
  const lines = createLines({ connect, connections, clock })
  return {
    async send(message) {
      const startedMs = clock()
      const deadline = new AbortController()
      const timer = setTimeout(() => deadline.abort(), deadlineMs)
      timer.unref()
      try {
        const request = requestOf(message, version, deadline.signal)
        const answer = await ask(lines, message, request)
        const latencyMs = Math.round(clock() - startedMs)
        return { ...(await read(answer)), latencyMs }
      } catch (error) {
        const late = `no answer within ${deadlineMs / 1000} s`
        return {
          status: null,
          problem: deadline.signal.aborted ? late : problemOf(error),
          retryAfter: null,
          answer: Buffer.alloc(0),
          latencyMs: Math.round(clock() - startedMs),
        }
      } finally {
        clearTimeout(timer)
      }
    },
    sweep: lines.sweep,
    close: lines.close,
  }
}

type Request = Omit<Dispatcher.RequestOptions, 'signal'> & { readonly signal: AbortSignal }

/** No `accept-encoding`: what is kept of an answer should be readable. Nothing is followed. */
function requestOf(
  { url, headers, body }: Outgoing,
  version: string,
  signal: AbortSignal,
): Request {
  const { pathname, search } = new URL(url)
  return {
    method: 'POST',
    path: pathname + search,
    headers: { 'user-agent': `Countersign/${version}`, ...headers },
    body,
    signal,
  }
}

async function ask(
  lines: Lines,
  { endpoint, url }: Outgoing,
  request: Request,
): Promise<Dispatcher.ResponseData> {
  const { origin } = new URL(url)
  return lines.use(endpoint, origin, async (line) => {
    try {
      const answer = await line.pool.request(request)
      line.answered = true
      return answer
    } catch (error) {
      // A kept connection may be closed just as we write: that is no failure of the endpoint.
      if (!line.answered || request.signal.aborted || !wasClosed(error)) throw error
      return askAfresh(lines, origin, request)
    }
  })
}

async function askAfresh(
  lines: Lines,
  origin: string,
  request: Request,
): Promise<Dispatcher.ResponseData> {
  const client = lines.fresh(origin)
  try {
    return await client.request(request)
  } finally {
    // It waits until the answer is read.
    client.close().catch(() => undefined)
  }
}

function wasClosed(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE'
}

async function read({
  statusCode: status,
  headers,
  body,
}: Dispatcher.ResponseData): Promise<Omit<Answered, 'latencyMs'>> {
  const retryAfter = headers['retry-after']
  return {
    status,
    problem: problemOfStatus(status),
    retryAfter: (Array.isArray(retryAfter) ? retryAfter[0] : retryAfter) ?? null,
    answer: await beginningOf(body),
  }
}

/** What came of a body within the bounds; one that breaks off is no error here. */
function beginningOf(body: Readable): Promise<Buffer> {
  return new Promise((resolve) => {
    const kept: Buffer[] = []
    let read = 0
    const finish = (): void => {
      clearTimeout(timer)
      // The connection goes with it, unless the answer was whole.
      body.destroy()
      resolve(Buffer.concat(kept).subarray(0, keptBytes))
    }
    const timer = setTimeout(finish, bodyDeadlineMs)
    timer.unref()
    body.on('data', (chunk: Buffer) => {
      // A copy, or 4 kB would keep the whole piece in memory.
      if (read < keptBytes) kept.push(Buffer.from(chunk.subarray(0, keptBytes - read)))
      read += chunk.length
      if (read >= readBytes) finish()
    })
    body.once('end', finish)
    body.once('close', finish)
    // Stays: to be destroyed half way is an error to undici.
    body.on('error', finish)
  })
}
