import type { Said } from './words.ts'

/** Clients found keep-alive with ShopSite unreliable, and some read to the end (contract §3.5). */
const closing = { connection: 'close', 'cache-control': 'no-store' }

/** The CGI's own type; no client looks at it (contract §3.5). */
const documentType = 'application/x-www-form-urlencoded'

type Options = {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** The head goes out at once; the body once this has come. */
  readonly due?: Promise<unknown> | undefined
}

/** JSON; also a refusal is HTTP 200, since clients read the body of nothing else (contract §2.2). */
export function answerJson(value: Said | object, options: Options = {}): Response {
  return answer(JSON.stringify(value), 'application/json', options)
}

/** Never a page with status 200, and never a redirect (contract §3.4). */
export function answerChallenge(due?: Promise<unknown>): Response {
  const headers = { 'www-authenticate': 'Basic realm="ShopSite"' }
  return answer('Authorization is required.\n', 'text/plain', { status: 401, headers, due })
}

export function answerText(text: string): Response {
  return answer(text, 'text/plain', {})
}

/** A document: whole, or piece by piece where it is long. */
export function answerDocument(body: string | ReadableStream<Uint8Array>): Response {
  if (typeof body === 'string') return answer(body, documentType, {})
  return new Response(body, { headers: { ...closing, 'content-type': documentType } })
}

function answer(body: string, type: string, { status = 200, headers = {}, due }: Options) {
  const length = { 'content-length': String(Buffer.byteLength(body)) }
  return new Response(due === undefined ? body : later(body, due), {
    status,
    headers: { ...closing, 'content-type': type, ...length, ...headers },
  })
}

/** Only the body waits: nobody who is held back fills a place among the calls worked on. */
function later(text: string, due: Promise<unknown>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        await due
        controller.enqueue(Buffer.from(text))
        controller.close()
      },
    },
    { highWaterMark: 0 },
  )
}
