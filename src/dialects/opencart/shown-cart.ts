import type { PricedCheckout } from '../../core/price-checkout.ts'
import type { Account } from '../../model/account.ts'
import type { BasketLine } from '../../model/basket-lines.ts'
import { areWithinMoneyLimit } from '../../model/basket-sums.ts'
import type { BoughtVoucher, Checkout } from '../../model/checkout.ts'
import type { ChosenOption } from '../../model/checkout-product.ts'
import { type Money, parseMoney } from '../../model/money.ts'
import { type Currency, currencyOf, type Shop } from '../../model/shop.ts'
import { escapeHtml, escapeHtmlDeep } from '../../wire/html.ts'
import { moneyText } from './money-text.ts'
import { stockText } from './order-checks.ts'
import { amountTooLarge } from './words.ts'

/** 2.3 shows a cart as 3.0 does. */
export type CartVersion = '3.0' | '4.0'

export type ShownCart = {
  readonly error?: Readonly<Record<string, unknown>>
  readonly products: readonly unknown[]
  readonly vouchers: readonly unknown[]
  readonly totals: readonly unknown[]
  readonly shipping_required?: boolean
}

/** The currency that a checkout's amounts are shown in. */
export function currencyInUse(account: Account, shop: Shop, checkout: Checkout): Currency {
  const own = account.settings.currency
  const chosen = checkout.currency === null ? undefined : currencyOf(shop, checkout.currency, own)
  return chosen ?? ownCurrency(account, shop)
}

/** What a cart answers (contract §4.1, §5); prices are texts in the currency in use. */
export function shownCart(
  shop: Shop,
  account: Account,
  checkout: Checkout,
  { basket }: PricedCheckout,
  version: CartVersion,
): ShownCart {
  const currency = currencyInUse(account, shop, checkout)
  const show = (amount: Money): string => moneyText(amount, currency)
  const { lines, vouchers, totals } = basket
  const error = cartErrors(basket)
  return {
    ...(error === undefined ? {} : { error }),
    products: lines.map((line) => ({
      ...shownLine(shop, line, version),
      ...prices(shop, line, show),
    })),
    vouchers: vouchers.map((voucher, at) => shownVoucher(voucher, at, show, version)),
    totals: shownTotals(totals, show),
    ...(version === '4.0' ? { shipping_required: basket.shippingRequired } : {}),
  }
}

/** The lines of the sum, `title` and `text` each. */
export function shownTotals(
  totals: PricedCheckout['basket']['totals'],
  show: (amount: Money) => string,
): readonly { readonly title: string; readonly text: string }[] {
  return totals.map(({ title, amount }) => ({ title: escapeHtml(title), text: show(amount) }))
}

/** One piece and all pieces of a line as the shop shows them: with tax, unless without. */
export function shownPrices(
  shop: Shop,
  { unitPrice, unitTax, quantity }: BasketLine,
): { readonly price: Money; readonly total: Money } {
  const price = shop.pricesWithTax ? unitPrice + unitTax : unitPrice
  return { price, total: price * BigInt(quantity) }
}

function ownCurrency(account: Account, shop: Shop): Currency {
  const own = account.settings.currency
  const found = currencyOf(shop, own, own)
  if (found === undefined) throw new TypeError('an account always has its own currency')
  return found
}

function cartErrors({ inStock, belowMinimum: tooFew, ...sums }: PricedCheckout['basket']) {
  const isTooLarge = !areWithinMoneyLimit(sums)
  if (inStock && tooFew.length === 0 && !isTooLarge) return undefined
  const texts = tooFew.map(
    ({ name, minimum }) => `Minimum order amount for ${escapeHtml(name)} is ${minimum}!`,
  )
  return {
    ...(inStock ? {} : { stock: stockText }),
    ...(texts.length === 0 ? {} : { minimum: texts }),
    ...(isTooLarge ? { warning: amountTooLarge } : {}),
  }
}

function shownLine(shop: Shop, line: BasketLine, version: CartVersion) {
  const { product } = line
  return {
    cart_id: String(line.id),
    product_id: String(product.id),
    name: escapeHtml(product.title),
    model: escapeHtml(product.model ?? product.code),
    option: line.options.map((option) => shownOption(option, version)),
    ...(version === '4.0' ? { subscription: '' } : {}),
    quantity: String(line.quantity),
    stock: line.inStock || shop.sellsBeyondStock,
    ...(version === '4.0'
      ? { minimum: line.meetsMinimum }
      : { shipping: product.type === 'physical' ? '1' : '0' }),
    reward: line.reward,
  }
}

function prices(shop: Shop, line: BasketLine, show: (amount: Money) => string) {
  const { price, total } = shownPrices(shop, line)
  return { price: show(price), total: show(total) }
}

function shownOption(option: ChosenOption, version: CartVersion) {
  const isOf40 = version === '4.0'
  return {
    product_option_id: isOf40 ? option.optionId : String(option.optionId),
    product_option_value_id: String(option.valueId),
    ...(isOf40
      ? { option_id: String(option.baseOptionId), option_value_id: String(option.baseValueId) }
      : {}),
    name: escapeHtml(option.name),
    value: escapeHtml(option.value),
    type: option.type,
  }
}

function shownVoucher(
  voucher: BoughtVoucher,
  at: number,
  show: (amount: Money) => string,
  version: CartVersion,
) {
  const amount = parseMoney(voucher.amount) ?? 0n
  const description = escapeHtml(voucher.description)
  if (version === '4.0') return { key: at, description, amount: show(amount) }
  return {
    code: voucher.codeIsNumber ? Number(voucher.code) : escapeHtml(voucher.code),
    description,
    ...(escapeHtmlDeep({
      from_name: voucher.fromName,
      from_email: voucher.fromEmail,
      to_name: voucher.toName,
      to_email: voucher.toEmail,
      voucher_theme_id: voucher.themeId,
      message: voucher.message,
    }) as object),
    price: show(amount),
    amount: Number(voucher.amount),
  }
}
