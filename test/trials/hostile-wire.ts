import { connect } from 'node:net'
import { performance } from 'node:perf_hooks'

export type Reply =
  | {
      readonly kind: 'answer'
      readonly status: number
      /** By their names in small letters. */
      readonly headers: Readonly<Record<string, string>>
      readonly body: Buffer
      readonly tookMs: number
    }
  /** The connection ended before an answer was whole. */
  | { readonly kind: 'closed'; readonly got: string }
  | { readonly kind: 'hung'; readonly got: string }

type Exchange = {
  readonly port: number
  readonly pieces: readonly Buffer[]
  /** An answer to HEAD has no body, whatever its length says. */
  readonly isHead: boolean
  /** The request is not whole: nothing more comes. */
  readonly endsEarly: boolean
  readonly patienceMs: number
}

/** Sends pieces one by one over a connection of its own, and reads one answer. Never rejects. */
export function exchange(options: Exchange): Promise<Reply> {
  const { port, pieces, isHead, endsEarly, patienceMs } = options
  return new Promise((resolve) => {
    let received: Buffer = Buffer.alloc(0)
    const startedAt = performance.now()
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
    const settle = (reply: Reply): void => {
      clearTimeout(timer)
      // A reset leaves no port waiting; thousands of calls would use them all up.
      socket.resetAndDestroy()
      resolve(reply)
    }
    const look = (isEnd: boolean): void => {
      const read = readReply(received, isEnd, isHead)
      const tookMs = performance.now() - startedAt
      if (read !== undefined) settle({ kind: 'answer', ...read, tookMs })
      else if (isEnd) settle({ kind: 'closed', got: received.toString('latin1') })
    }
    const timer = setTimeout(
      () => settle({ kind: 'hung', got: received.toString('latin1') }),
      patienceMs,
    )
    socket.once('connect', () => void write(socket, pieces, endsEarly))
    socket.on('data', (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
      look(false)
    })
    // An answer that came before the other side hung up still counts.
    socket.on('error', () => look(true))
    socket.on('end', () => look(true))
    socket.on('close', () => look(true))
  })
}

async function write(
  socket: ReturnType<typeof connect>,
  pieces: readonly Buffer[],
  endsEarly: boolean,
): Promise<void> {
  const [head, ...body] = pieces
  if (body.length <= 1) socket.write(Buffer.concat([head ?? Buffer.alloc(0), ...body]))
  else {
    for (const piece of pieces) {
      if (socket.destroyed) return
      socket.write(piece)
      // Else they would leave as one packet.
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  if (endsEarly) socket.end()
}

type Read = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** The final answer once it is whole; without a length it is whole when the server hangs up. */
function readReply(received: Buffer, isEnd: boolean, isHead: boolean): Read | undefined {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [first = '', ...lines] = received.subarray(0, end).toString('latin1').split('\r\n')
  const status = Number(first.split(' ')[1])
  const rest = received.subarray(end + 4)
  if (status === 100) return readReply(rest, isEnd, isHead)
  const headers = Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    }),
  )
  const body = isHead || status === 204 || status === 304 ? Buffer.alloc(0) : bodyIn(headers, rest)
  if (body === 'unended') return isEnd ? { status, headers, body: rest } : undefined
  return body === undefined ? undefined : { status, headers, body }
}

/** Undefined: not all of it has come. */
function bodyIn(
  headers: Readonly<Record<string, string>>,
  rest: Buffer,
): Buffer | 'unended' | undefined {
  if (headers['transfer-encoding'] === 'chunked') return chunksIn(rest)
  const length = headers['content-length']
  if (length === undefined) return 'unended'
  return rest.length < Number(length) ? undefined : rest.subarray(0, Number(length))
}

function chunksIn(rest: Buffer): Buffer | undefined {
  const chunks: Buffer[] = []
  for (let at = 0; ; ) {
    const lineEnd = rest.indexOf('\r\n', at)
    if (lineEnd < 0) return undefined
    const size = Number.parseInt(rest.subarray(at, lineEnd).toString('latin1'), 16)
    const start = lineEnd + 2
    if (rest.length < start + size + 2) return undefined
    if (size === 0) return Buffer.concat(chunks)
    chunks.push(rest.subarray(start, start + size))
    at = start + size + 2
  }
}
