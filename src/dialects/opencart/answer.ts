import { phpJson } from '../../wire/php-json.ts'
import type { Body } from './route.ts'

type Terms = {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly type?: string
  /** The head goes out at once; the body once this has come. */
  readonly due?: Promise<unknown> | undefined
}

/** A JSON answer as PHP writes it, without a charset (contract §1). */
export function answerJson(value: Body, { due, ...terms }: Terms = {}): Response {
  const text = phpJson(value)
  return answerText(due === undefined ? text : later(text, due), terms)
}

/** The same where the JSON is written already, or is being written as the caller reads. */
export function answerText(
  body: string | ReadableStream<Uint8Array>,
  { status = 200, headers = {}, type = 'application/json' }: Terms = {},
): Response {
  const length =
    typeof body === 'string' ? { 'content-length': String(Buffer.byteLength(body)) } : {}
  return new Response(body, {
    status,
    headers: {
      'content-type': type,
      ...length,
      'cache-control': 'no-store, no-cache, must-revalidate',
      pragma: 'no-cache',
      ...headers,
    },
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

export function withHeaders(
  response: Response,
  headers: Readonly<Record<string, string>>,
): Response {
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
  return response
}

/** What 4.x puts on every answer (contract §1). */
const everywhere = {
  'access-control-allow-origin': '*',
  'access-control-allow-credentials': 'true',
  'access-control-max-age': '1000',
  'access-control-allow-headers':
    'X-Requested-With, Content-Type, Origin, Cache-Control, Pragma, Authorization, Accept, Accept-Encoding',
  'access-control-allow-methods': 'PUT, POST, GET, OPTIONS, DELETE',
}

/** CORS headers: 4.x always, 2.3 and the warehouse module for a call with an origin, 3.0 never. */
export function corsFor(
  way: 'always' | 'echo' | 'never',
  origin: string | undefined,
): Readonly<Record<string, string>> {
  if (way === 'always') return everywhere
  if (way === 'never' || origin === undefined || /[^\x21-\x7e]/.test(origin)) return {}
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'GET, PUT, POST, DELETE, OPTIONS',
    'access-control-max-age': '1000',
    'access-control-allow-headers': 'Content-Type, Authorization, X-Requested-With',
  }
}
