import type { CartLine, Checkout } from '../../model/checkout.ts'
import { Failure } from '../../model/failure.ts'
import { toText } from '../../wire/charset.ts'
import type { PhpArray, PhpValue } from '../../wire/php-array.ts'
import { text } from '../../wire/tree.ts'
import { fields, intOf, type OpencartRequest } from './request.ts'

/** A line that a caller wants in the cart. */
export type WantedLine = {
  readonly productId: number
  readonly quantity: number
  readonly options: CartLine['options']
  /** What stood in place of the number where it was none: a product's symbolic code. */
  readonly code?: string
}

const mostPieces = 2 ** 31 - 1
const mostLines = 1000
/** Of one line; more would only make lines slow to compare. */
const mostOptions = 100

/** `option[226]=15`, `option[223][]=8`: by `product_option_id`; what is under no number is none. */
export function readOptions(tree: PhpArray | undefined): CartLine['options'] {
  const options: Record<string, string | string[]> = {}
  for (const [id, value] of tree ?? []) {
    if (!/^\d{1,10}$/.test(id)) continue
    options[id] = typeof value === 'string' ? toText(value) : textsOf(value)
  }
  if (Object.keys(options).length > mostOptions) {
    throw new Failure('invalid-input', { reason: `over ${mostOptions} options in a line` })
  }
  return options
}

/**
 * `product[n][product_id]`, `[quantity]`, `[option]` in the order sent; undefined if no such list
 * came. Entries without a product are left out, without a quantity it is one.
 */
export function readProductList(request: OpencartRequest): WantedLine[] | undefined {
  return readProductEntries(request)?.flatMap(([, line]) => line ?? [])
}

/** The same by the name of each entry, which 4.1 answers with; undefined: it names no product. */
export function readProductEntries(
  request: OpencartRequest,
): [name: string, line: WantedLine | undefined][] | undefined {
  const entries = fields(request, 'product')
  if (entries === undefined) return undefined
  if (entries.size > mostLines) throw tooMany()
  return [...entries].map(([name, entry]) => {
    if (typeof entry === 'string') return [toText(name), undefined]
    return [toText(name), readLine((part) => text(entry, part), entry.get('option'))]
  })
}

/** The single form: `product_id`, `quantity`, `option[…]`; undefined if no product is named. */
export function readSingleLine(request: OpencartRequest): WantedLine | undefined {
  return readLine((name) => text(request.body, name), fields(request, 'option'))
}

/** Puts a line in: one of the same product and options grows, and goes if nothing is left of it. */
export function addLine(checkout: Checkout, wanted: WantedLine): Checkout {
  const { productId, quantity, options } = wanted
  const same = checkout.cart.find(
    (line) => line.productId === productId && isSame(line.options, options),
  )
  if (same !== undefined) return setQuantity(checkout, same.id, same.quantity + quantity)
  if (quantity <= 0) return checkout
  if (checkout.cart.length >= mostLines) throw tooMany()
  const line = { id: checkout.nextLineId, productId, quantity, options }
  return { ...checkout, cart: [...checkout.cart, line], nextLineId: line.id + 1 }
}

/** Sets how many pieces a line has; of none it goes. An unknown line changes nothing. */
export function setQuantity(checkout: Checkout, lineId: number, quantity: number): Checkout {
  const pieces = Math.min(quantity, mostPieces)
  return {
    ...checkout,
    cart: checkout.cart.flatMap((line) => {
      if (line.id !== lineId) return [line]
      return pieces > 0 ? [{ ...line, quantity: pieces }] : []
    }),
  }
}

/** Takes out a line by its number, or a bought voucher by its code. */
export function dropLine(checkout: Checkout, key: string): Checkout {
  const said = key.trim()
  return {
    ...checkout,
    cart: checkout.cart.filter(({ id }) => String(id) !== said),
    vouchers: checkout.vouchers.filter(({ code }) => code !== said),
  }
}

/** What was offered for another cart counts no more (contract §4.0). */
export function afterCartChange(checkout: Checkout): Checkout {
  return {
    ...checkout,
    shippingOffers: null,
    paymentOffers: null,
    shippingMethod: null,
    paymentMethod: null,
  }
}

function tooMany(): Failure {
  return new Failure('invalid-input', { reason: `over ${mostLines} lines in the cart` })
}

function readLine(
  get: (name: string) => string | undefined,
  options: PhpValue | undefined,
): WantedLine | undefined {
  const product = get('product_id')?.trim() ?? ''
  if (product === '') return undefined
  const quantity = get('quantity')?.trim() ?? ''
  return {
    productId: intOf(product),
    quantity: quantity === '' ? 1 : intOf(quantity),
    options: readOptions(options instanceof Map ? options : undefined),
    ...(/^[+-]?\d/.test(product) ? {} : { code: product }),
  }
}

function textsOf(tree: PhpArray): string[] {
  return [...tree.values()].flatMap((value) => (typeof value === 'string' ? [toText(value)] : []))
}

function isSame(one: CartLine['options'], other: CartLine['options']): boolean {
  return canonical(one) === canonical(other)
}

/** Kept, since each line of a long list is compared with all before it. */
const canonicals = new WeakMap<CartLine['options'], string>()

function canonical(options: CartLine['options']): string {
  const known = canonicals.get(options)
  if (known !== undefined) return known
  const text = JSON.stringify(
    Object.entries(options).toSorted(([one], [other]) => Number(one) - Number(other)),
  )
  canonicals.set(options, text)
  return text
}
