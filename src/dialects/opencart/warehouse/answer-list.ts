import { loggable } from '../../../core/loggable.ts'
import { streamPieces } from '../../../wire/piece-stream.ts'
import { answerText } from '../answer.ts'
import type { SessionCall } from '../route.ts'

/** Up to here an answer is held back, and goes out whole with its length. */
const bufferedBytes = 256_000

const tail = ']}'

/**
 * `{"error":"","<name>":[…]}` of elements that are JSON already. A long list goes out page by page,
 * as fast as the caller reads. Throws what the first pages throw; a failure later on breaks the
 * connection, so that half a list is no JSON.
 */
export async function answerList(
  { log, account }: SessionCall,
  name: string,
  pages: AsyncGenerator<readonly string[], void, void>,
): Promise<Response> {
  const head = `{"error":"","${name}":[`
  const gathered: string[] = []
  let bytes = 0
  while (bytes <= bufferedBytes) {
    const next = await pages.next()
    if (next.done) return answerText(head + gathered.join(',') + tail)
    const elements = next.value.join(',')
    if (elements === '') continue
    bytes += Buffer.byteLength(elements)
    gathered.push(elements)
  }
  const body = streamPieces([head, gathered.join(',')], rest(pages), (error) => {
    log.error({ ...loggable(error), account: account.login, list: name }, 'a list broke off')
  })
  return answerText(body)
}

async function* rest(
  pages: AsyncGenerator<readonly string[], void, void>,
): AsyncGenerator<string, void, void> {
  for await (const page of pages) if (page.length > 0) yield `,${page.join(',')}`
  yield tail
}
