import { hmacSha256Base64 } from '../../wire/digest.ts'
import { streamPieces } from '../../wire/piece-stream.ts'
import { envelope, listHead, listTail } from './envelope.ts'
import { ok, type Words } from './words.ts'

/** What a function gives back: one value, or a list that may be long. */
export type Outcome =
  | { readonly words?: Words; readonly result?: unknown }
  | {
      /** Each element as JSON: a page's rows need not be held until they are sent. */
      readonly pages: AsyncGenerator<readonly string[], void, void>
      /** What an empty list is answered with, where that is an error. */
      readonly whenEmpty?: Words
    }

/** Rows made presentable as they come, so that memory stays flat. */
export async function* written<Row>(
  pages: AsyncGenerator<readonly Row[], void, void>,
  present: (row: Row) => unknown,
): AsyncGenerator<readonly string[], void, void> {
  for await (const page of pages) yield page.map((row) => JSON.stringify(present(row)))
}

/** Whose signature an answer carries, and what makes it one of its kind. */
export type Signer = {
  readonly secret: string
  readonly newKey: (bytes: number) => string
  readonly nowMs: number
}

/** Bodies up to here are held back and carry the Standard Webhooks signature. */
const bufferedBytes = 256_000

const contentType = 'application/json; charset=utf-8'

/** An envelope that is written already, now or for an earlier call, under headers of its own. */
export function answerText(body: string, signer: Signer): Response {
  return buffered(body, signer)
}

/** A signed envelope. HTTP says 200 whatever the code: clients reject all else (contract §1). */
export function answer(
  words: Words,
  result: unknown,
  signer: Signer,
  { status = 200, retryAfterSeconds }: { status?: number; retryAfterSeconds?: number } = {},
): Response {
  const headers = { 'retry-after': String(retryAfterSeconds) }
  return buffered(envelope(words, result, signer.secret), signer, {
    status,
    ...(retryAfterSeconds === undefined ? {} : { headers }),
  })
}

function buffered(
  body: string,
  { secret, newKey, nowMs }: Signer,
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): Response {
  const bytes = Buffer.byteLength(body)
  const id = `msg_${newKey(16)}`
  const timestamp = String(Math.floor(nowMs / 1000))
  const signature = hmacSha256Base64(secret, `${id}.${timestamp}.${body}`)
  const signed: Record<string, string> =
    secret === '' || bytes > bufferedBytes
      ? {}
      : {
          'webhook-id': id,
          'webhook-timestamp': timestamp,
          'webhook-signature': `v1,${signature}`,
        }
  // A text leaves in one write with its head; bytes would take two.
  return new Response(body, {
    status,
    headers: {
      'content-type': contentType,
      'content-length': String(bytes),
      'cache-control': 'no-store',
      ...signed,
      ...headers,
    },
  })
}

/**
 * A list in a signed envelope. A short one is held back and sent whole; a longer one goes out page
 * by page, as fast as the caller reads. Throws what the first pages throw; a failure later on
 * breaks the connection, so that a cut answer never verifies.
 */
export async function answerList(
  { pages, whenEmpty }: Extract<Outcome, { pages: unknown }>,
  signer: Signer,
  onCut: (error: unknown) => void,
): Promise<Response> {
  const gathered: string[] = []
  let bytes = 0
  while (bytes <= bufferedBytes) {
    const next = await pages.next()
    if (next.done) {
      if (bytes === 0 && whenEmpty !== undefined) return answer(whenEmpty, [], signer)
      return buffered(listHead + gathered.join(',') + listTail(ok, signer.secret), signer)
    }
    const elements = next.value.join(',')
    bytes += Buffer.byteLength(elements)
    gathered.push(elements)
  }
  const body = streamPieces([listHead, gathered.join(',')], rest(pages, signer.secret), onCut)
  return new Response(body, {
    headers: { 'content-type': contentType, 'cache-control': 'no-store' },
  })
}

async function* rest(
  pages: AsyncGenerator<readonly string[], void, void>,
  secret: string,
): AsyncGenerator<string, void, void> {
  for await (const page of pages) yield `,${page.join(',')}`
  yield listTail(ok, secret)
}
