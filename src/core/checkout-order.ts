import type { Account } from '../model/account.ts'
import { couponOfCustomer, foldCoupon } from '../model/allowance.ts'
import type { Basket } from '../model/basket.ts'
import type { BasketLine } from '../model/basket-lines.ts'
import { areWithinMoneyLimit } from '../model/basket-sums.ts'
import type { BoughtVoucher, Checkout, CheckoutAddress } from '../model/checkout.ts'
import { countryCode } from '../model/countries.ts'
import { Failure } from '../model/failure.ts'
import { parseMoney } from '../model/money.ts'
import { articleWithOptions } from '../model/option-articles.ts'
import { type Address, type OrderContent, type OrderLine, voucherLineCode } from '../model/order.ts'
import { currencyOf, type Shop } from '../model/shop.ts'
import { findCountry, findZone } from '../model/shop-places.ts'
import type { NewVoucher } from '../store/batch-writes.ts'
import type { Use } from '../store/checkout-locks.ts'
import type { Context } from './context.ts'
import type { PricedCheckout } from './price-checkout.ts'

/** What a dialect adds to an order that a checkout has made. */
export type CheckoutExtras = {
  readonly dialect: string
  readonly ip: string | null
  /** What the book has no place for. */
  readonly fields: Readonly<Record<string, unknown>>
}

/** The order that a checkout comes to. Throws `amount-too-large`. */
export function contentOfCheckout(
  ctx: Context,
  account: Account,
  { shop, checkout, priced }: { shop: Shop; checkout: Checkout; priced: PricedCheckout },
  extras: CheckoutExtras,
): OrderContent {
  const { basket, coupon } = priced
  const { customer, paymentAddress, shippingAddress, shippingMethod, paymentMethod } = checkout
  const own = account.settings.currency
  const ordered = checkout.currency === own ? null : checkout.currency
  const rate = ordered === null ? undefined : currencyOf(shop, ordered, own)?.rate
  const goods = basket.lines.map((line, at) => lineOf(line, at + 1))
  const bought = basket.vouchers.map((voucher, at) => voucherLine(voucher, goods.length + at + 1))
  if (!areWithinMoneyLimit(basket)) throw new Failure('amount-too-large')
  const billing = paymentAddress ?? shippingAddress
  return {
    dialect: extras.dialect,
    customerId: customer?.id || null,
    buyer: compact({
      email: customer?.email,
      firstName: customer?.firstName,
      lastName: customer?.lastName,
      company: billing?.company,
      phone: customer?.telephone,
    }),
    billing: billing === null ? {} : addressOf(shop, billing),
    shipping:
      shippingAddress === null || !basket.shippingRequired
        ? null
        : addressOf(shop, shippingAddress),
    currency: own,
    orderedCurrency: rate === undefined ? null : ordered,
    orderedRate: rate === undefined ? null : withEightDecimals(rate),
    lines: [...goods, ...bought],
    coupon: basket.couponApplies ? (coupon?.code ?? null) : null,
    discount: basket.discount + basket.voucherUsed,
    shippingMethod: basket.shippingRequired ? (shippingMethod?.title ?? null) : null,
    shippingCode: basket.shippingRequired ? (shippingMethod?.code ?? null) : null,
    shippingCost: basket.shippingCost,
    tax: basket.tax,
    total: basket.total,
    totals: basket.totals,
    paymentMethod: paymentMethod?.title ?? null,
    paymentCode: paymentMethod?.code ?? null,
    comment: checkout.comment === '' ? null : checkout.comment,
    tag: null,
    ip: extras.ip,
    utm: {},
    payDomain: null,
    payKey: ctx.newKey(16),
    fields: extras.fields,
    createdAt: ctx.now(),
  }
}

/** All that the order uses up of coupons, vouchers and points; amounts count in whole units. */
export function usesOf(
  { basket, coupon, voucher, points }: PricedCheckout,
  { customer }: Checkout,
): Use[] {
  const one = 10_000n
  const uses: Use[] = []
  const key = foldCoupon(coupon?.code ?? '')
  if (coupon !== null && basket.couponApplies) {
    if (coupon.uses > 0) {
      uses.push({ kind: 'coupon', key, amount: one, initial: BigInt(coupon.uses) * one })
    }
    if (coupon.usesOfCustomer > 0 && customer !== null && customer.id > 0) {
      const initial = BigInt(coupon.usesOfCustomer) * one
      const ofCustomer = couponOfCustomer(key, customer.id)
      uses.push({ kind: 'coupon-of', key: ofCustomer, amount: one, initial })
    }
  }
  if (voucher !== null && basket.voucherUsed > 0n) {
    const { code, balance } = voucher
    uses.push({ kind: 'voucher', key: code, amount: basket.voucherUsed, initial: balance })
  }
  if (basket.pointsUsed > 0 && customer !== null) {
    const amount = BigInt(basket.pointsUsed) * one
    const initial = BigInt(points) * one
    uses.push({ kind: 'points', key: String(customer.id), amount, initial })
  }
  return uses
}

export function boughtVouchers({ vouchers }: Basket): NewVoucher[] {
  return vouchers.map(({ code, amount, ...rest }) => ({
    code,
    amount: parseMoney(amount) ?? 0n,
    data: {
      description: rest.description,
      fromName: rest.fromName,
      fromEmail: rest.fromEmail,
      toName: rest.toName,
      toEmail: rest.toEmail,
      themeId: rest.themeId,
      message: rest.message,
    },
  }))
}

/** As the book gives it back: the same rate is no edit. */
function withEightDecimals(rate: string): string {
  const [whole = '0', fraction = ''] = rate.split('.')
  return `${whole}.${fraction.padEnd(8, '0')}`
}

function lineOf(line: BasketLine, position: number): OrderLine {
  const { product, options } = line
  return {
    position,
    productId: product.id,
    code: product.code,
    article: articleWithOptions(product.article, product.terms.optionArticles, options),
    title: product.title,
    productType: product.type,
    quantity: line.quantity,
    unitPrice: line.unitPrice,
    unitTax: line.unitTax,
    cataloguePrice: product.price,
    options: options.map(({ name, value, optionId, valueId, type }) => ({
      name,
      value,
      optionId,
      ...(valueId === '' ? {} : { valueId }),
      type,
    })),
  }
}

function voucherLine(voucher: BoughtVoucher, position: number): OrderLine {
  const price = parseMoney(voucher.amount) ?? 0n
  return {
    position,
    productId: null,
    code: voucherLineCode,
    article: voucherLineCode,
    title: voucher.description,
    productType: 'digital',
    quantity: 1,
    unitPrice: price,
    unitTax: 0n,
    cataloguePrice: price,
    options: [{ name: 'code', value: voucher.code }],
  }
}

/** What a shop's own tables list is called as there; any other name or code stays as it was sent. */
export function addressOf(shop: Shop, address: CheckoutAddress): Address {
  const country = findCountry(shop, address.countryId)
  const zone = findZone(shop, country, address.zoneId)
  const isListed = country !== undefined && shop.countries.includes(country)
  const saidCountry = /^\d*$/.test(address.countryId.trim()) ? '' : address.countryId
  const saidZone = /^\d*$/.test(address.zoneId.trim()) ? '' : address.zoneId
  return compact({
    firstName: address.firstName,
    lastName: address.lastName,
    company: address.company,
    line1: address.address1,
    line2: address.address2,
    city: address.city,
    postcode: address.postcode,
    region: zone?.name ?? saidZone,
    regionCode: zone?.code,
    country: isListed ? country.name : saidCountry || country?.name,
    countryCode: country?.iso2 || countryCode(saidCountry),
  })
}

function compact<T extends Record<string, string | undefined>>(
  texts: T,
): { [K in keyof T]?: string } {
  const said = Object.entries(texts).filter(([, text]) => text !== undefined && text !== '')
  return Object.fromEntries(said) as { [K in keyof T]?: string }
}
