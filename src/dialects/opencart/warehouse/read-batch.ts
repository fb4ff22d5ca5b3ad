import type { Money } from '../../../model/money.ts'
import { idOf, nameOf, priceOf, quantityOf, quoted, textOf } from './batch-values.ts'

/** Why a whole batch is refused: one sentence that names the place and what to do. */
export type Problem = { readonly problem: string }

export type QuantityRow = { readonly article: string; readonly quantity: number }
export type PriceRow = { readonly article: string; readonly price: Money }
export type NameRow = { readonly article: string; readonly name: string }
export type StatusRow = { readonly order: number; readonly statusId: number }
export type CommentRow = { readonly order: number; readonly text: string }

type Wish = {
  /** What the object leads to: `quantity`. */
  readonly noun: string
  readonly example: string
  /** What to send instead of a value that cannot be read. */
  readonly instead: string
}

/** `updatequantity`: article to pieces, which may be negative and come in any numeric form (A.10). */
export function readQuantities(value: unknown): QuantityRow[] | Problem {
  const wish = {
    noun: 'quantity',
    example: '{"KR-01":2}',
    instead: 'a number between -2147483648 and 2147483647, such as 12',
  }
  const read = readByArticle(value, wish, quantityOf)
  return isProblem(read) ? read : read.map(([article, quantity]) => ({ article, quantity }))
}

/** `updateprice`: article to price, none of them negative. */
export function readPrices(value: unknown): PriceRow[] | Problem {
  const wish = {
    noun: 'price',
    example: '{"KR-01":"12.50"}',
    instead: 'an amount that is not negative, such as 12.50',
  }
  const read = readByArticle(value, wish, priceOf)
  return isProblem(read) ? read : read.map(([article, price]) => ({ article, price }))
}

/** `updatenames`: article to name. */
export function readNames(value: unknown): NameRow[] | Problem {
  const wish = { noun: 'name', example: '{"KR-01":"Mug"}', instead: 'a text that is not empty' }
  const read = readByArticle(value, wish, (name) => nameOf(name) || undefined)
  return isProblem(read) ? read : read.map(([article, name]) => ({ article, name }))
}

/** `updateorder`: order number to status id. A list is refused: PHP read it as order 0 (A.6). */
export function readStatuses(value: unknown): StatusRow[] | Problem {
  const wish = { noun: 'status id', example: '{"12":"5"}', instead: 'the number of a status' }
  const read = readByOrder(value, 'data', wish, idOf)
  return isProblem(read) ? read : read.map(([order, statusId]) => ({ order, statusId }))
}

/** The extra field `comments` of `updateorder` (A.7): order number to text. Empty texts are left out. */
export function readComments(value: unknown): CommentRow[] | Problem {
  const wish = { noun: 'comment', example: '{"12":"Waybill 2045"}', instead: 'a text' }
  const read = readByOrder(value, 'comments', wish, (text) => textOf(text ?? ''))
  if (isProblem(read)) return read
  return read.filter(([, text]) => text !== '').map(([order, text]) => ({ order, text }))
}

/** The rows of an object from article to something; an article without a name is left out. */
function readByArticle<Value>(
  value: unknown,
  wish: Wish,
  read: (value: unknown) => Value | undefined,
): [string, Value][] | Problem {
  const entries = entriesOf(value, 'data', `article to ${wish.noun}`, wish.example)
  if (isProblem(entries)) return entries
  // Keys that differ in blanks only are one article, and the last counts.
  const rows = new Map<string, Value>()
  for (const [key, sent] of entries) {
    const article = textOf(key)
    if (article === undefined) return { problem: brokenKey(key) }
    if (article === '') continue
    const found = read(sent)
    if (found === undefined) {
      return { problem: refusal(`${wish.noun} of article ${quoted(article)}`, sent, wish) }
    }
    rows.set(article, found)
  }
  return [...rows]
}

function readByOrder<Value>(
  value: unknown,
  field: string,
  wish: Wish,
  read: (value: unknown) => Value | undefined,
): [number, Value][] | Problem {
  const entries = entriesOf(value, field, `order number to ${wish.noun}`, wish.example)
  if (isProblem(entries)) return entries
  const rows = new Map<number, Value>()
  for (const [key, sent] of entries) {
    const order = idOf(key)
    if (order === undefined || order === 0) {
      const instead = 'send whole numbers from 1 to 2147483647 as order numbers'
      return { problem: `The key ${quoted(key)} in the field ${field} is no order; ${instead}.` }
    }
    const found = read(sent)
    if (found === undefined)
      return { problem: refusal(`${wish.noun} of order ${order}`, sent, wish) }
    rows.set(order, found)
  }
  return [...rows]
}

/** What stands in an object, key by key; the empty list is PHP's empty object. */
function entriesOf(
  value: unknown,
  field: string,
  pairs: string,
  example: string,
): [string, unknown][] | Problem {
  if (Array.isArray(value) && value.length === 0) return []
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const found = quoted(value)
    const instead = `send a JSON object from ${pairs}, such as ${example}`
    return { problem: `The field ${field} holds ${found}; ${instead}.` }
  }
  return Object.entries(value)
}

function refusal(subject: string, sent: unknown, { instead }: Wish): string {
  return `The ${subject} is ${quoted(sent)}; send ${instead}.`
}

function brokenKey(key: string): string {
  return `The article ${quoted(key)} has characters that cannot be kept; correct it and send again.`
}

function isProblem(read: readonly unknown[] | Problem): read is Problem {
  return 'problem' in read
}
