import { shopOf } from '../../../core/shop.ts'
import { addVoucher, readVoucherForm } from '../bought-vouchers.ts'
import { inText, inWarning, type Route, refusal, refusalOf, withCheckout } from '../route.ts'
import { currencyInUse } from '../shown-cart.ts'
import { cartModified, noPermission } from '../words.ts'
import { said, saidIn } from './said.ts'
import { voucherNotFound } from './texts.ts'

/** `api/sale/voucher.add`: buys a gift voucher; the methods chosen stay (recordings: voucher). */
export const buyVoucher: Route = {
  says: inWarning,
  stranger: inText(noPermission),
  run: async (call) => {
    const { ctx, account } = call
    const shop = await shopOf(ctx, account)
    return withCheckout(call, async (checkout) => {
      const currency = currencyInUse(account, shop, checkout)
      const title = 'Gift certificate'
      const { errors, voucher } = readVoucherForm(ctx, saidIn(call.request), shop, currency, title)
      if (errors.size > 0) throw refusalOf(errors)
      return { checkout: addVoucher(checkout, voucher), answer: { success: cartModified } }
    })
  },
}

/** `api/sale/voucher.remove`: `key` is the voucher's place in the cart, from 0. */
export const dropVoucher: Route = {
  says: inText,
  run: async (call) => {
    const key = said(call, 'key')
    return withCheckout(call, async (checkout) => {
      const vouchers = checkout.vouchers.filter((_voucher, at) => String(at) !== key)
      if (vouchers.length === checkout.vouchers.length) throw refusal(voucherNotFound)
      return { checkout: { ...checkout, vouchers }, answer: { success: cartModified } }
    })
  },
}
