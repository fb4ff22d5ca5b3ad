import { findCheckoutProducts } from '../../../core/catalogue.ts'
import { type PriceOptions, withHeld } from '../../../core/price-checkout.ts'
import { lineIsInStock } from '../../../model/basket-lines.ts'
import { type Checkout, emptyCheckout } from '../../../model/checkout.ts'
import {
  type CheckoutProduct,
  chosenOptions,
  optionsOutOfStock,
  productProblems,
} from '../../../model/checkout-product.ts'
import { escapeHtml } from '../../../wire/html.ts'
import { addLine, readProductEntries, readSingleLine, type WantedLine } from '../cart-lines.ts'
import { productNotFound } from '../v40/texts.ts'
import { numbered } from '../wanted-product.ts'
import type { SignedCall } from './signed-call.ts'
import { checkCart, noSuchOption, optionOutOfStock, productOutOfStock, required } from './texts.ts'

type ReadCart = {
  readonly checkout: Checkout
  /** Texts by field; what they concern is not in the cart. */
  readonly errors: ReadonlyMap<string, string>
}

type Found = ReadonlyMap<number, CheckoutProduct>

/**
 * The cart that `product[n]` describes; lines that cannot be had are named and left out. `held`: the
 * order that the call edits, whose own pieces can be had.
 */
export async function readCart(call: SignedCall, held?: PriceOptions['held']): Promise<ReadCart> {
  const entries = await Promise.all(
    (readProductEntries(call.request) ?? []).map(
      async ([name, line]) => [name, await readable(call, line)] as const,
    ),
  )
  const wanted = entries.flatMap(([, line]) => line ?? [])
  const found = await productsOf(call, wanted)
  const products = new Map([...found].map(([id, product]) => [id, withHeld(product, held)]))
  const errors = new Map<string, string>()
  let checkout = emptyCheckout
  for (const [name, line] of entries) {
    const problems = lineProblems(call, products, checkout, line)
    for (const [part, text] of problems) errors.set(escapeHtml(`product_${name}_${part}`), text)
    if (line !== undefined && problems.size === 0) checkout = addLine(checkout, line)
  }
  if (errors.size > 0) errors.set('warning', checkCart)
  return { checkout, errors }
}

/** Puts the line of `product_id`, `quantity`, `option` into a cart, too (contract §6.4). */
export async function addProduct(call: SignedCall, checkout: Checkout): Promise<ReadCart> {
  const line = await readable(call, readSingleLine(call.request))
  const products = await productsOf(call, line === undefined ? [] : [line])
  const problems = lineProblems(call, products, checkout, line)
  if (line !== undefined && problems.size === 0) {
    return { checkout: addLine(checkout, line), errors: problems }
  }
  const errors = [...problems].map(
    ([part, text]) => [part === 'product' ? 'warning' : part, text] as const,
  )
  return { checkout, errors: new Map(errors) }
}

async function productsOf({ ctx, account }: SignedCall, lines: readonly WantedLine[]) {
  return findCheckoutProducts(
    ctx,
    account,
    lines.map(({ productId }) => productId),
  )
}

/** What keeps a line out of the cart: `product`, and `option_<id>`. */
function lineProblems(
  { shop }: SignedCall,
  products: Found,
  { cart }: Checkout,
  line: WantedLine | undefined,
): ReadonlyMap<string, string> {
  const product = line && products.get(line.productId)
  if (line === undefined || product === undefined || !product.enabled) {
    return new Map([['product', productNotFound]])
  }
  const { quantity } = line
  const chosen = chosenOptions(product, line.options)
  const { missing, unknown } = productProblems(product, line.options)
  const problems = new Map<string, string>()
  const others = cart.filter(({ productId }) => productId === product.id)
  const pieces = others.reduce((sum, one) => sum + one.quantity, quantity)
  const isThere = shop.sellsBeyondStock || lineIsInStock(product, [], quantity, pieces)
  if (quantity < 1 || !isThere) problems.set('product', productOutOfStock)
  if (!shop.sellsBeyondStock) {
    for (const id of optionsOutOfStock(chosen, quantity).keys()) {
      problems.set(`option_${id}`, optionOutOfStock)
    }
  }
  for (const id of unknown.keys()) problems.set(`option_${id}`, noSuchOption)
  for (const [id, name] of missing) problems.set(`option_${id}`, required(escapeHtml(name)))
  return problems
}

/** With a product's number, and without space around texts, which 4.x takes off (contract §1). */
async function readable(
  call: SignedCall,
  line: WantedLine | undefined,
): Promise<WantedLine | undefined> {
  if (line === undefined) return undefined
  const options = Object.entries(line.options).map(([id, said]) => {
    return [id, typeof said === 'string' ? said.trim() : said.map((text) => text.trim())] as const
  })
  return numbered(call, { ...line, options: Object.fromEntries(options) })
}
