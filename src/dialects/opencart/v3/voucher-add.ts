import { shopOf } from '../../../core/shop.ts'
import { addVoucher, readVoucherForm, readVoucherList } from '../bought-vouchers.ts'
import { afterCartChange } from '../cart-lines.ts'
import { field } from '../request.ts'
import { type Body, inWarning, type Routes, type SessionCall, withCheckout } from '../route.ts'
import { currencyInUse } from '../shown-cart.ts'
import { cartModified } from '../words.ts'

export const voucherAddRoutes: Routes = new Map([
  ['api/voucher/add', { says: inWarning, run: add }],
])

/** Buys a gift voucher, or with `voucher[n]` replaces all that are being bought (contract §4.6). */
async function add(call: SessionCall): Promise<Body> {
  const { ctx, account, request } = call
  const shop = await shopOf(ctx, account)
  return withCheckout(call, async (checkout) => {
    const currency = currencyInUse(account, shop, checkout)
    const answer = { success: cartModified }
    const list = readVoucherList(request, currency)
    if (list !== undefined) {
      return { checkout: afterCartChange({ ...checkout, vouchers: [...list] }), answer }
    }
    const { errors, voucher } = readVoucherForm(ctx, (name) => field(request, name), shop, currency)
    if (errors.size > 0) return { checkout, answer: { error: errors } }
    return { checkout: afterCartChange(addVoucher(checkout, voucher)), answer }
  })
}
