import { findCheckoutProducts } from '../../core/catalogue.ts'
import type { Context } from '../../core/context.ts'
import { findGood } from '../../core/goods.ts'
import type { Account } from '../../model/account.ts'
import type { CartLine } from '../../model/checkout.ts'
import { type CheckoutProduct, productProblems } from '../../model/checkout-product.ts'
import { Failure } from '../../model/failure.ts'
import { escapeHtml } from '../../wire/html.ts'
import type { WantedLine } from './cart-lines.ts'

type Asking = { readonly ctx: Context; readonly account: Account }

/** A product that was named by its code gets its number; 0 where there is none such. */
export async function numbered({ ctx, account }: Asking, line: WantedLine): Promise<WantedLine> {
  if (line.code === undefined) return line
  try {
    const { id } = await findGood(ctx, account, line.code)
    return { ...line, productId: id }
  } catch (error) {
    if (error instanceof Failure && error.code === 'product-not-found') return line
    throw error
  }
}

/** The product of a numbered line, if it can be bought. */
export async function productFor(
  { ctx, account }: Asking,
  { productId }: WantedLine,
): Promise<CheckoutProduct | undefined> {
  const product = (await findCheckoutProducts(ctx, account, [productId])).get(productId)
  return product?.enabled ? product : undefined
}

/**
 * What is said of required options, by `product_option_id`. One of which only unknown values were
 * chosen has nothing chosen, too.
 */
export function missingOptions(
  product: CheckoutProduct,
  options: CartLine['options'],
): ReadonlyMap<number, string> {
  const { missing, unknown } = productProblems(product, options)
  const required = new Set(product.terms.options.filter((one) => one.required).map(({ id }) => id))
  const names = [...missing, ...[...unknown].filter(([id]) => required.has(id))]
  return new Map(names.map(([id, name]) => [id, `${escapeHtml(name)} required!`]))
}
