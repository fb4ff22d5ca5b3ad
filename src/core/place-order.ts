import { createHash } from 'node:crypto'
import type { Account } from '../model/account.ts'
import { countryCode } from '../model/countries.ts'
import { Failure } from '../model/failure.ts'
import { isWithinMoneyLimit, type Money } from '../model/money.ts'
import {
  type Address,
  type Buyer,
  foldEmail,
  type Instant,
  type OrderContent,
  type OrderLine,
} from '../model/order.ts'
import { isPayOnDelivery } from '../model/pay-on-delivery.ts'
import { foldArticle, type Product } from '../model/product.ts'
import { findProducts } from '../store/products.ts'
import type { Author, ChangeCommand, PlaceOutcome } from './commands.ts'
import type { Context } from './context.ts'

export type WantedLine = {
  readonly code: string
  readonly quantity: number
  /** Absent: the catalogue's price. */
  readonly price?: Money
}

/** A new order as a dialect understood it; texts as the caller sent them. */
export type NewOrder = {
  readonly author: Author
  readonly buyer: Buyer
  readonly billing: Address
  readonly shipping?: Address
  readonly lines: readonly WantedLine[]
  readonly coupon?: string
  readonly shippingMethod?: string
  readonly shippingCost?: Money
  readonly paymentMethod?: string
  readonly paymentCode?: string
  readonly comment?: string
  readonly tag?: string
  readonly ip?: string
  readonly utm?: Readonly<Record<string, string>>
  readonly payDomain?: string
  readonly fields?: Readonly<Record<string, unknown>>
  readonly createdAt?: Instant
  /** When a still waiting order is cancelled; a function where its products decide that. */
  readonly cancelAt?: Instant | ((products: readonly Product[]) => Instant | undefined)
  readonly followUps?: readonly ChangeCommand[]
  /** The function's name and the proved body, to know a repeated call by; null: never a repeat. */
  readonly callBytes: { readonly name: string; readonly body: Uint8Array } | null
  /** What a dialect asks of the order once its products are known; throws to refuse it. */
  readonly check?: (products: readonly Product[]) => void
}

/**
 * Places an order: prices it from the catalogue and hands it to the committer.
 * Throws `order-empty`, `product-not-found` (with its code), `amount-too-large`, what `check`
 * throws, and what the committer throws. A repeated call gives the first order.
 */
export async function placeOrder(
  ctx: Context,
  account: Account,
  order: NewOrder,
): Promise<PlaceOutcome> {
  if (order.lines.length === 0) throw new Failure('order-empty')
  const codes = [...new Set(order.lines.map(({ code }) => code))]
  const found = await ctx.database.inTime(() =>
    findProducts(ctx.database.sql, account.id, { codes }),
  )
  const byCode = new Map(found.map((product) => [product.code, product]))
  const lines = order.lines.map((line, at) => pricedLine(line, at + 1, byCode))
  order.check?.(found)
  const content = contentOf(ctx, account, order, lines)
  const { payOnDelivery } = account.settings
  return ctx.committer.place(account.id, {
    content,
    payOnDelivery: isPayOnDelivery(payOnDelivery, content),
    followUps: order.followUps ?? [],
    callDigest: order.callBytes && callDigest(order.callBytes),
    likenessDigest: order.callBytes && likenessDigest(content),
    duplicateWindowMs: account.settings.duplicateWindowMs,
    cancelAt: timerOf(order.cancelAt, found),
    author: order.author,
  })
}

function timerOf(cancelAt: NewOrder['cancelAt'], products: readonly Product[]): Instant | null {
  return (typeof cancelAt === 'function' ? cancelAt(products) : cancelAt) ?? null
}

function pricedLine(
  wanted: WantedLine,
  position: number,
  products: ReadonlyMap<string, Product>,
): OrderLine {
  const product = products.get(wanted.code)
  if (product === undefined) {
    throw new Failure('product-not-found', { productCode: wanted.code })
  }
  return {
    position,
    productId: product.id,
    code: product.code,
    article: product.article,
    title: product.title,
    productType: product.type,
    quantity: wanted.quantity,
    unitPrice: wanted.price ?? product.price,
    unitTax: 0n,
    cataloguePrice: product.price,
    options: [],
  }
}

function contentOf(
  ctx: Context,
  account: Account,
  order: NewOrder,
  lines: readonly OrderLine[],
): OrderContent {
  const shippingCost = order.shippingCost ?? 0n
  const total = lines.reduce(
    (sum, { unitPrice, unitTax, quantity }) => sum + (unitPrice + unitTax) * BigInt(quantity),
    shippingCost,
  )
  if (!isWithinMoneyLimit(total)) throw new Failure('amount-too-large')
  return {
    dialect: order.author.via,
    customerId: null,
    buyer: order.buyer,
    billing: withCountryCode(order.billing),
    shipping: order.shipping === undefined ? null : withCountryCode(order.shipping),
    currency: account.settings.currency,
    orderedCurrency: null,
    orderedRate: null,
    lines,
    coupon: order.coupon ?? null,
    discount: 0n,
    shippingMethod: order.shippingMethod ?? null,
    shippingCode: null,
    shippingCost,
    tax: 0n,
    total,
    totals: [],
    paymentMethod: order.paymentMethod ?? null,
    paymentCode: order.paymentCode ?? null,
    comment: order.comment ?? null,
    tag: order.tag ?? null,
    ip: order.ip ?? null,
    utm: order.utm ?? {},
    payDomain: order.payDomain ?? null,
    payKey: ctx.newKey(16),
    fields: order.fields ?? {},
    createdAt: order.createdAt ?? ctx.now(),
  }
}

function withCountryCode(address: Address): Address {
  const code = address.countryCode ?? countryCode(address.country ?? '')
  return code === undefined ? address : { ...address, countryCode: code }
}

function callDigest({ name, body }: { name: string; body: Uint8Array }): Buffer {
  return createHash('sha256').update(`call\n${name.toLowerCase()}\n`).update(body).digest()
}

/** Buyer, multiset of articles, sum: the same wish, however it was worded. */
function likenessDigest({ buyer, lines, total }: OrderContent): Buffer {
  const quantities = new Map<string, number>()
  for (const { article, quantity } of lines) {
    const folded = foldArticle(article)
    quantities.set(folded, (quantities.get(folded) ?? 0) + quantity)
  }
  const likeness = [foldEmail(buyer.email ?? ''), [...quantities].sort(), total.toString()]
  return createHash('sha256')
    .update(`likeness\n${JSON.stringify(likeness)}`)
    .digest()
}
