import { loggable } from '../../core/loggable.ts'
import { streamPieces } from '../../wire/piece-stream.ts'
import { answerDocument } from './answer.ts'
import { documentHead, documentTail, success } from './document.ts'
import { readFilter } from './order-filter.ts'
import { ordersDocument } from './orders-document.ts'
import { textOf } from './parameters.ts'
import { productsDocument } from './products.ts'
import type { Entered } from './visit.ts'

/** A document up to here goes out whole, with its length; a longer one as it is made. */
const mostBuffered = 256 * 1024

/** Hands out the database that a call names; `orders` where it names none (contract §3.1). */
export async function download(entered: Entered): Promise<Response> {
  const name = (textOf(entered.parameters, 'dbname') ?? 'orders').toLowerCase()
  if (name === 'orders') return answerOrders(entered)
  entered.call.note({ function: `db_xml ${name === 'products' || name === 'pages' ? name : '?'}` })
  if (name === 'products') return answerPieces(entered, productsDocument(entered))
  if (name === 'pages') return answerWhole(entered, 'ok', noPages)
  return answerWhole(entered, 'invalid-input', emptyOrders(3, 'dbname is not known'))
}

/** There are no pages here (contract §6). */
const noPages = [
  '<?xml version="1.0" encoding="UTF-8"?>',
  '<ShopSitePages>',
  '<Response>',
  '<ResponseCode>2</ResponseCode>',
  '<ResponseDescription>success</ResponseDescription>',
  '</Response>',
  '</ShopSitePages>',
].join('\n')

async function answerOrders(entered: Entered): Promise<Response> {
  const reading = readFilter(entered.parameters, entered.account)
  if (reading.kind === 'none') return answerWhole(entered, 'ok', emptyOrders(2, success))
  if (reading.kind === 'filter')
    return answerPieces(entered, ordersDocument(entered, reading.filter))
  entered.call.note({ reason: reading.problem })
  return answerWhole(entered, 'invalid-input', emptyOrders(3, reading.problem))
}

function emptyOrders(code: 2 | 3, description: string): string {
  return documentHead(code, description) + documentTail
}

function answerWhole({ call }: Entered, outcome: string, document: string): Response {
  call.note({ outcome })
  return answerDocument(document)
}

/** Whatever fails before the answer begins is an outage, later the connection breaks off. */
async function answerPieces(
  { call, log, account }: Entered,
  pieces: AsyncGenerator<string, void, void>,
): Promise<Response> {
  const begun: string[] = []
  let length = 0
  while (length <= mostBuffered) {
    const next = await pieces.next()
    if (next.done) {
      call.note({ outcome: 'ok' })
      return answerDocument(begun.join(''))
    }
    begun.push(next.value)
    length += next.value.length
  }
  call.note({ outcome: 'ok' })
  const [head = '', ...rest] = begun
  const onCut = (error: unknown) =>
    log.error({ account: account.login, ...loggable(error) }, 'a document broke off')
  return answerDocument(streamPieces([head, rest.join('')], pieces, onCut))
}
