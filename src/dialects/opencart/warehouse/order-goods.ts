import { formatMoney } from '../../../model/money.ts'
import type { LineOption, Order } from '../../../model/order.ts'
import { escapeHtml } from '../../../wire/html.ts'

type Goods = Readonly<Record<string, unknown>>

/** No order has more lines; so a line's number is the shop's own, as OpenCart's is. */
const linesPerOrder = 100_000

/**
 * The lines of an order (contract A.5). A line without a product stays in: its sum is in the
 * order's total. The article is as the accounting system sent it, since it looks its own up by it.
 */
export function orderedGoods({ number, lines }: Order): readonly Goods[] {
  return lines.map((line) => ({
    name: escapeHtml(line.title),
    sku: line.article,
    price: formatMoney(line.unitPrice, 4),
    quantity: String(line.quantity),
    order_product_id: String(number * linesPerOrder + line.position),
    _options_: optionsOf(line.options),
  }))
}

/** Of several values of one option none is lost; no options are the empty list. */
function optionsOf(options: readonly LineOption[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  for (const { name, value } of options) {
    const before = values.get(escapeHtml(name))
    const text = escapeHtml(value)
    values.set(escapeHtml(name), before === undefined ? text : `${before}, ${text}`)
  }
  return values
}
