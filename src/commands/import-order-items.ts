import type { ArrivingLine } from '../model/arrival.ts'
import { type Members, membersOf, readAmount, readWhole } from './import-order-values.ts'
import { isRecord } from './import-rows.ts'

const mostItems = 10_000
const mostLines = 1000
const mostPieces = 1_000_000

export type ReadItems = {
  readonly lines: readonly ArrivingLine[]
  /** What items say that lines have no place for, by their place in the order. */
  readonly rest: Readonly<Record<string, unknown>>
}

/**
 * The lines behind `items` (contract §6). The protocol has no quantity, so equal items are pieces
 * of one line; an item may say a `quantity` all the same, and `sum` is the price of one piece.
 */
export function readItems(members: Members): ReadItems {
  const told = members.value(['items'])
  if (told === undefined) return { lines: [], rest: {} }
  // PHP writes a list with gaps as an object.
  const list = isRecord(told) ? Object.values(told) : told
  if (!Array.isArray(list) || list.length > mostItems) {
    members.problems.push(`items is no list of up to ${mostItems} items`)
    return { lines: [], rest: {} }
  }
  const lines = new Map<string, ArrivingLine>()
  const rest: Record<string, unknown> = {}
  for (const [at, item] of list.entries()) {
    const said = readItem(item, `items[${at + 1}]`, members.problems)
    if (said === undefined) continue
    const { line } = said
    const key = JSON.stringify([
      line.code,
      line.title,
      String(line.unitPrice),
      String(line.cataloguePrice),
    ])
    const quantity = (lines.get(key)?.quantity ?? 0) + line.quantity
    lines.set(key, { ...line, quantity })
    if (Object.keys(said.rest).length > 0) rest[String(at + 1)] = said.rest
  }
  if ([...lines.values()].some(({ quantity }) => quantity > mostPieces)) {
    members.problems.push(`items are more than ${mostPieces} pieces of one line`)
  }
  if (lines.size > mostLines) members.problems.push(`items are more than ${mostLines} lines`)
  return { lines: [...lines.values()], rest }
}

function readItem(
  item: unknown,
  where: string,
  problems: string[],
): { line: ArrivingLine; rest: Record<string, unknown> } | undefined {
  if (!isRecord(item)) {
    problems.push(`${where} is no item; write {"id": …, "title": …, "sum": …}`)
    return undefined
  }
  const own: string[] = []
  const members = membersOf(item, own)
  const code = members.text(['id', 'good_name', 'code'], 255)
  const title = members.text(['title', 'good_title'])
  const sum = readAmount(members, ['sum', 'good_sum'])
  const price = readAmount(members, ['price'])
  const quantity = readWhole(members, ['quantity', 'count'], mostPieces) ?? 1
  const unitPrice = sum ?? price
  if (code === '') own.push('id is missing; write the product code')
  if (unitPrice === undefined) own.push('sum is missing; write the price of one piece')
  const rest = members.rest()
  problems.push(...own.map((problem) => `${where}.${problem}`))
  if (unitPrice === undefined) return undefined
  const line = {
    code,
    title: title || code,
    quantity,
    unitPrice,
    cataloguePrice: price ?? unitPrice,
  }
  return { line, rest }
}
