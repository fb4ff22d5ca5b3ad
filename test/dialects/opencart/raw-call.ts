import { connect } from 'node:net'

export type RawAnswer = {
  readonly status: number
  /** In the order received; a name may come more than once. */
  readonly headers: readonly (readonly [string, string])[]
  readonly text: string
}

type Head = {
  readonly status: number
  readonly headers: (readonly [string, string])[]
  readonly end: number
}

/**
 * Sends a request as it is and reads one answer. Where the head asks for `100-continue`, the body
 * goes out only when the server says so, and not at all if it answers at once.
 */
export function sendRawCall(port: number, head: Buffer, body: Buffer): Promise<RawAnswer> {
  const waits = /^Expect:\s*100-continue\r$/im.test(head.toString('latin1'))
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0)
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(head)
      if (!waits) socket.write(body)
    })
    const finish = (isEnd: boolean) => {
      const answer = readAnswer(received, isEnd)
      if (answer === undefined) return isEnd && reject(new Error('the answer was cut off'))
      socket.destroy()
      return resolve(answer)
    }
    socket.on('error', reject)
    socket.on('end', () => finish(true))
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      const interim = readHead(received)
      if (interim?.status === 100) {
        received = received.subarray(interim.end)
        socket.write(body)
      }
      finish(false)
    })
  })
}

function readHead(received: Buffer): Head | undefined {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [first = '', ...lines] = received.subarray(0, end).toString('latin1').split('\r\n')
  const headers = lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const
  })
  return { status: Number(first.split(' ')[1]), headers, end: end + 4 }
}

/** The answer once it is whole; without a length it is whole when the server hangs up. */
function readAnswer(received: Buffer, isEnd: boolean): RawAnswer | undefined {
  const head = readHead(received)
  if (head === undefined) return undefined
  const { status, headers } = head
  const header = (wanted: string) => headers.find(([name]) => name.toLowerCase() === wanted)?.[1]
  const rest = received.subarray(head.end)
  const length = header('content-length')
  const isChunked = header('transfer-encoding')?.toLowerCase() === 'chunked'
  const body = isChunked ? readChunks(rest) : rest.subarray(0, Number(length ?? rest.length))
  if (body === undefined) return undefined
  if (!isChunked && (length === undefined ? !isEnd : body.length < Number(length))) return undefined
  return { status, headers, text: body.toString('utf8') }
}

function readChunks(rest: Buffer): Buffer | undefined {
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
