import type { CheckoutProduct, ChosenOption } from './checkout-product.ts'
import type { Money } from './money.ts'

export type PriceTerms = {
  readonly customerGroupId: number
  /** False: special prices and quantity discounts do not count. */
  readonly specials: boolean
  /** How many of the product the whole basket holds. */
  readonly pieces: number
}

/** What one piece costs before tax: its special price, else its quantity discount, and options. */
export function priceOfPiece(
  product: CheckoutProduct,
  options: readonly ChosenOption[],
  terms: PriceTerms,
): Money {
  const parts = options.flatMap(({ terms: value }) =>
    value === null ? [] : [{ sign: value.pricePrefix, amount: value.price }],
  )
  return together(basePrice(product, terms), parts)
}

/** How many points buy one piece; 0: points cannot buy it. */
export function pointsOfPiece(product: CheckoutProduct, options: readonly ChosenOption[]): number {
  if (product.terms.points === 0) return 0
  const parts = options.flatMap(({ terms: value }) =>
    value === null ? [] : [{ sign: value.pointsPrefix, amount: BigInt(value.points) }],
  )
  return Math.max(0, Number(together(BigInt(product.terms.points), parts)))
}

function basePrice(product: CheckoutProduct, terms: PriceTerms): Money {
  if (!terms.specials) return product.price
  const ofGroup = (one: { readonly customerGroupId: number }) =>
    one.customerGroupId === terms.customerGroupId
  const [special] = product.terms.specials
    .filter(ofGroup)
    .toSorted((one, other) => one.priority - other.priority || cheaperFirst(one, other))
  const [discount] = product.terms.discounts
    .filter((one) => ofGroup(one) && one.fromQuantity <= terms.pieces)
    .toSorted(
      (one, other) =>
        other.fromQuantity - one.fromQuantity ||
        one.priority - other.priority ||
        cheaperFirst(one, other),
    )
  return special?.price ?? discount?.price ?? product.price
}

function cheaperFirst(one: { readonly price: Money }, other: { readonly price: Money }): number {
  return one.price < other.price ? -1 : Number(one.price > other.price)
}

type Part = { readonly sign: '+' | '-' | '='; readonly amount: bigint }

/** `=` replaces the base, `+` and `-` change it. */
function together(base: bigint, parts: readonly Part[]): bigint {
  const start = parts.findLast((part) => part.sign === '=')?.amount ?? base
  const changes = parts.filter((part) => part.sign !== '=')
  return changes.reduce((sum, { sign, amount }) => sum + (sign === '-' ? -amount : amount), start)
}
