import type { Checkout } from './checkout.ts'
import type { CheckoutProduct } from './checkout-product.ts'
import type { Coupon, Voucher } from './promotions.ts'
import type { Shop } from './shop.ts'

export type BasketInput = {
  readonly checkout: Checkout
  /** Enabled ones only; a cart line without its product does not show up. */
  readonly products: ReadonlyMap<number, CheckoutProduct>
  readonly shop: Shop
  /** Looked up by its code, whatever its state. */
  readonly coupon: Coupon | null
  readonly voucher: Voucher | null
  /** The customer's own points. */
  readonly points: number
  /** False: special prices and quantity discounts do not count, as in OpenCart 4.1. */
  readonly specials: boolean
  /** `2026-11-22` in the account's time zone. */
  readonly today: string
}
