import type { EditedContent } from '../model/command.ts'
import { foldEmail, type OrderLine, type OrderTotal } from '../model/order.ts'
import type { EditWrite } from './batch-writes.ts'
import { moneyText } from './columns.ts'
import type { OrderKey } from './order-locks.ts'
import type { StoredTotal } from './schema-orders.ts'

export function lineRow(key: OrderKey, line: OrderLine): object {
  return {
    ...line,
    ...key,
    unitPrice: moneyText(line.unitPrice),
    unitTax: moneyText(line.unitTax),
    cataloguePrice: moneyText(line.cataloguePrice),
  }
}

/** Absent for none, as most orders have none. */
export function storedTotals(totals: readonly OrderTotal[]): StoredTotal[] | undefined {
  if (totals.length === 0) return undefined
  return totals.map((total) => ({ ...total, amount: moneyText(total.amount) }))
}

/** The columns of `orders` that an edit names, by their names there. */
export function editRow({ accountId, number, content }: EditWrite): object {
  const { lines: _lines, ...rest } = content
  const columns = Object.entries(rest).flatMap(([name, value]) => columnsOf(name, value, content))
  return { accountId, number, columns: Object.fromEntries(columns) }
}

function columnsOf(name: string, value: unknown, content: EditedContent): [string, unknown][] {
  const column = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  if (name === 'totals') return [[column, storedTotals(content.totals ?? []) ?? null]]
  if (name === 'buyer') {
    return [
      [column, value],
      ['email_folded', foldEmail(content.buyer?.email ?? '')],
    ]
  }
  return [[column, typeof value === 'bigint' ? moneyText(value) : value]]
}

export function editedLinesOf({ accountId, number, content }: EditWrite): object[] {
  return (content.lines ?? []).map((line) => lineRow({ accountId, number }, line))
}

/** How many lines an edited order has from now on. */
export function lineCountOf({ accountId, number, content }: EditWrite): object[] {
  return content.lines === undefined ? [] : [{ accountId, number, count: content.lines.length }]
}
