import { hmacSha256Base64 } from '../../wire/digest.ts'
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
  const body = streamed(gathered.join(','), pages, listTail(ok, signer.secret), onCut)
  return new Response(body, {
    headers: { 'content-type': contentType, 'cache-control': 'no-store' },
  })
}

function streamed(
  gathered: string,
  pages: AsyncGenerator<readonly string[], void, void>,
  tail: string,
  onCut: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  let isWanted = true
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        // Two pieces: the server ends an answer that fails within its first two reads as if it
        // were whole.
        controller.enqueue(Buffer.from(listHead))
        controller.enqueue(Buffer.from(gathered))
      },
      async pull(controller) {
        try {
          const next = await pages.next()
          // The caller went away while the page was read: there is nobody to answer.
          if (!isWanted) return
          if (next.done) {
            controller.enqueue(Buffer.from(tail))
            controller.close()
          } else controller.enqueue(Buffer.from(`,${next.value.join(',')}`))
        } catch (error) {
          if (!isWanted) return
          onCut(error)
          controller.error(new Error('the list broke off'))
        }
      },
      async cancel() {
        isWanted = false
        await pages.return()
      },
    },
    { highWaterMark: 0 },
  )
}
