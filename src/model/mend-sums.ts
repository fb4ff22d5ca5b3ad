import { Failure } from './failure.ts'
import { exactMoney, isWithinMoneyLimit, type Money } from './money.ts'
import { isVoucherLine, type OrderContent, type OrderLine, type OrderTotal } from './order.ts'

export type LineMend = {
  readonly article?: string
  readonly title?: string
  readonly quantity?: number
  /** One unit, before tax. */
  readonly price?: Money
  /** Of one unit. */
  readonly tax?: Money
}

type Sums = Pick<OrderContent, 'lines' | 'shippingCost' | 'tax' | 'total' | 'totals'>

/**
 * Lines and sums after a few changes: what they come to moves by the difference, and so do the
 * rows of the total that it belongs to. What a coupon or a voucher took off stays. Throws
 * `invalid-input` where a tax, or a row, would no longer be right.
 */
export function mendedSums(
  order: OrderContent,
  mend: {
    readonly lines: ReadonlyMap<number, LineMend>
    readonly shippingCost?: Money
    readonly shippingMethod: string | null
  },
): Sums {
  const missing = [...mend.lines.keys()].find(
    (wanted) => !order.lines.some(({ position }) => position === wanted),
  )
  if (missing !== undefined) {
    const last = order.lines.at(-1)?.position ?? 0
    throw refused(`there is no line ${missing}; the last one is ${last} (see order show)`)
  }
  const lines = order.lines.map((line) => mendedLine(line, mend.lines.get(line.position) ?? {}))
  const shippingCost = mend.shippingCost ?? order.shippingCost
  const moved: Moved = {
    goods: goodsOf(lines) - goodsOf(order.lines),
    tax: taxOf(lines) - taxOf(order.lines),
    shipping: shippingCost - order.shippingCost,
  }
  refuseUnknownTax(order, moved)
  const difference = moved.goods + moved.tax + moved.shipping
  const total = order.total + difference
  if (!isWithinMoneyLimit(total) || !isWithinMoneyLimit(goodsOf(lines))) {
    throw new Failure('amount-too-large')
  }
  if (total < 0n && difference !== 0n) {
    throw refused(`the total would be ${exactMoney(total)}: less than was taken off it`)
  }
  const totals = movedTotals(order, moved, mend.shippingMethod)
  return { lines, shippingCost, tax: order.tax + moved.tax, total, totals }
}

type Moved = { readonly goods: Money; readonly tax: Money; readonly shipping: Money }

function mendedLine(line: OrderLine, mend: LineMend): OrderLine {
  const { article, title, quantity, price, tax } = mend
  const changed: OrderLine = {
    ...line,
    article: article ?? line.article,
    title: title ?? line.title,
    quantity: quantity ?? line.quantity,
    unitPrice: price ?? line.unitPrice,
    unitTax: tax ?? line.unitTax,
  }
  const sumChanges = sumOf(changed) !== sumOf(line)
  if (sumChanges && isVoucherLine(line)) {
    throw refused(`line ${line.position} sells a gift voucher, which has its amount already`)
  }
  if (changed.unitPrice !== line.unitPrice && line.unitTax !== 0n && tax === undefined) {
    throw refused(
      `line ${line.position} carries ${exactMoney(line.unitTax)} of tax a piece: a new price has ` +
        `another one; add line.${line.position}.tax=`,
    )
  }
  return changed
}

function refuseUnknownTax(order: OrderContent, moved: Moved): void {
  const hasDiscount =
    order.totals.length === 0
      ? order.discount !== 0n
      : order.totals.some(({ code }) => code === 'coupon' || code === 'reward')
  if (moved.tax !== 0n && hasDiscount) {
    throw refused('a discount lowers the tax of this order: change it in the shop that made it')
  }
  if (moved.shipping !== 0n && order.tax !== 0n && order.tax !== taxOf(order.lines)) {
    throw refused('the shipping of this order carries tax: change it in the shop that made it')
  }
}

function movedTotals(
  order: OrderContent,
  moved: Moved,
  shippingMethod: string | null,
): readonly OrderTotal[] {
  if (order.totals.length === 0) return order.totals
  const named = order.totals.map((row) =>
    row.code === 'shipping' && row.title === order.shippingMethod && shippingMethod !== null
      ? { ...row, title: shippingMethod }
      : row,
  )
  const hasShipping = named.some(({ code }) => code === 'shipping')
  const rows =
    moved.shipping !== 0n && !hasShipping ? withShippingRow(named, shippingMethod) : named
  return [
    ['sub_total', moved.goods] as const,
    ['tax', moved.tax] as const,
    ['shipping', moved.shipping] as const,
    ['total', moved.goods + moved.tax + moved.shipping] as const,
  ].reduce((before, [code, difference]) => movedRow(before, code, difference), rows)
}

function movedRow(
  totals: readonly OrderTotal[],
  code: string,
  difference: Money,
): readonly OrderTotal[] {
  if (difference === 0n) return totals
  const count = totals.filter((row) => row.code === code).length
  if (count !== 1) {
    throw refused(
      `the sum of this order has ${count === 0 ? 'no row' : `${count} rows`} of the kind ` +
        `"${code}", where one is needed: change it in the shop that made it`,
    )
  }
  return totals.map((row) =>
    row.code === code ? { ...row, amount: row.amount + difference } : row,
  )
}

/** Where a default OpenCart shop has it: below the goods and what points took off them. */
function withShippingRow(
  totals: readonly OrderTotal[],
  method: string | null,
): readonly OrderTotal[] {
  const row = { code: 'shipping', title: method ?? 'Shipping', amount: 0n, sortOrder: 3 }
  const at = totals.findIndex(({ sortOrder }) => sortOrder > row.sortOrder)
  const place = at === -1 ? totals.length : at
  return [...totals.slice(0, place), row, ...totals.slice(place)]
}

function goodsOf(lines: readonly OrderLine[]): Money {
  return lines.reduce((sum, line) => sum + line.unitPrice * BigInt(line.quantity), 0n)
}

function taxOf(lines: readonly OrderLine[]): Money {
  return lines.reduce((sum, line) => sum + line.unitTax * BigInt(line.quantity), 0n)
}

function sumOf({ unitPrice, unitTax, quantity }: OrderLine): Money {
  return (unitPrice + unitTax) * BigInt(quantity)
}

function refused(reason: string): Failure {
  return new Failure('invalid-input', { reason })
}
