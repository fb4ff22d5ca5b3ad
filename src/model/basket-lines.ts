import { type PriceTerms, pointsOfPiece, priceOfPiece } from './basket-price.ts'
import type { CartLine } from './checkout.ts'
import {
  type CheckoutProduct,
  type ChosenOption,
  chosenOptions,
  optionsOutOfStock,
} from './checkout-product.ts'
import type { Money } from './money.ts'
import { type TaxRate, taxByRates } from './tax.ts'

export type BasketLine = {
  /** The cart line's own id. */
  readonly id: number
  readonly product: CheckoutProduct
  readonly quantity: number
  readonly options: readonly ChosenOption[]
  /** One piece, before tax. */
  readonly unitPrice: Money
  /** One piece: the exact sum of its rates, each rounded to a ten-thousandth. */
  readonly unitTax: Money
  readonly inStock: boolean
  /** False: all lines of the product together stay below its minimum. */
  readonly meetsMinimum: boolean
  /** Points that the line earns. */
  readonly reward: number
  /** Points that buy the line; 0: points cannot buy it. */
  readonly points: number
}

export type BelowMinimum = { readonly name: string; readonly minimum: number }

/** The rates of a tax class that hold for the buyer at hand. */
export type RatesOfClass = (taxClassId: number) => readonly TaxRate[]

/** The lines of a cart that can be shown: of a known product, and of one piece at least. */
export function linesOf(
  cart: readonly CartLine[],
  products: ReadonlyMap<number, CheckoutProduct>,
  terms: Omit<PriceTerms, 'pieces'>,
  ratesOf: RatesOfClass,
): readonly BasketLine[] {
  const pieces = piecesByProduct(cart)
  return cart.flatMap((line) => {
    const product = products.get(line.productId)
    if (product === undefined || line.quantity <= 0) return []
    const all = pieces.get(product.id) ?? line.quantity
    return lineOf(line, product, { ...terms, pieces: all }, ratesOf)
  })
}

/** True if there is enough: of the product for all its lines, of each chosen value for this one. */
export function lineIsInStock(
  product: CheckoutProduct,
  options: readonly ChosenOption[],
  quantity: number,
  pieces: number = quantity,
): boolean {
  const enough = product.stock === null || product.stock >= pieces
  return enough && optionsOutOfStock(options, quantity).size === 0
}

/** The products whose lines together stay below their minimum, each once. */
export function productsBelowMinimum(lines: readonly BasketLine[]): readonly BelowMinimum[] {
  const products = new Set(lines.filter((line) => !line.meetsMinimum).map((line) => line.product))
  return [...products].map(({ title, terms }) => ({ name: title, minimum: terms.minimum }))
}

/** A line before tax. */
export function lineTotal(line: Pick<BasketLine, 'unitPrice' | 'quantity'>): Money {
  return line.unitPrice * BigInt(line.quantity)
}

function lineOf(
  line: CartLine,
  product: CheckoutProduct,
  terms: PriceTerms,
  ratesOf: RatesOfClass,
): BasketLine {
  const { quantity } = line
  const options = chosenOptions(product, line.options)
  const unitPrice = priceOfPiece(product, options, terms)
  return {
    id: line.id,
    product,
    quantity,
    options,
    unitPrice,
    unitTax: taxByRates(ratesOf(product.terms.taxClassId), unitPrice),
    inStock: lineIsInStock(product, options, quantity, terms.pieces),
    meetsMinimum: terms.pieces >= product.terms.minimum,
    reward: product.terms.reward * quantity,
    points: pointsOfPiece(product, options) * quantity,
  }
}

function piecesByProduct(cart: readonly CartLine[]): ReadonlyMap<number, number> {
  const pieces = new Map<number, number>()
  for (const { productId, quantity } of cart) {
    pieces.set(productId, (pieces.get(productId) ?? 0) + Math.max(0, quantity))
  }
  return pieces
}
