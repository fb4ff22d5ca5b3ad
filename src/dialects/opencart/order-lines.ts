import { findCheckoutProducts } from '../../core/catalogue.ts'
import type { Context } from '../../core/context.ts'
import type { Account } from '../../model/account.ts'
import type { CheckoutProduct } from '../../model/checkout-product.ts'
import { formatMoney, type Money } from '../../model/money.ts'
import { isVoucherLine, type Order, type OrderLine, type OrderTotal } from '../../model/order.ts'
import { currencyOf, type Shop } from '../../model/shop.ts'
import { escapeHtmlDeep } from '../../wire/html.ts'
import { moneyText } from './money-text.ts'
import type { Body } from './route.ts'

type Catalogue = ReadonlyMap<number, CheckoutProduct>

/** The products behind the lines of orders: a line itself keeps no model. */
export async function productsOf(
  ctx: Context,
  account: Account,
  orders: readonly Pick<Order, 'lines'>[],
): Promise<Catalogue> {
  const ids = orders.flatMap(({ lines }) => lines.flatMap(({ productId }) => productId ?? []))
  return findCheckoutProducts(ctx, account, ids)
}

/** What order/info has besides the order: lines, sums and bought vouchers, amounts before tax. */
export function orderParts(
  order: Order,
  shop: Shop,
  catalogue: Catalogue,
): { readonly products: Body; readonly totals: Body; readonly vouchers: Body } {
  const vouchers = order.lines.filter(isVoucherLine)
  return {
    products: order.lines
      .filter((line) => !isVoucherLine(line))
      .map((line) => escapeHtmlDeep(productRow(line, catalogue))),
    totals: (order.totals.length > 0 ? order.totals : sumsOf(order)).map((total) =>
      escapeHtmlDeep(totalRow(order, shop, total)),
    ),
    vouchers: vouchers.map((line) =>
      escapeHtmlDeep({
        order_voucher_id: String(line.position),
        code: line.options.find(({ name }) => name === 'code')?.value ?? '',
        description: line.title,
        amount: formatMoney(line.unitPrice, 4),
      }),
    ),
  }
}

function productRow(line: OrderLine, catalogue: Catalogue) {
  const product = line.productId === null ? undefined : catalogue.get(line.productId)
  return {
    order_product_id: String(line.position),
    product_id: String(line.productId ?? 0),
    name: line.title,
    model: product === undefined ? line.article : (product.model ?? product.code),
    sku: product === undefined ? line.article : (product.sku ?? ''),
    quantity: String(line.quantity),
    price: formatMoney(line.unitPrice, 4),
    total: formatMoney(line.unitPrice * BigInt(line.quantity), 4),
    tax: formatMoney(line.unitTax, 4),
    reward: String((product?.terms.reward ?? 0) * line.quantity),
    option: line.options.map(({ optionId, valueId, name, value, type }) => ({
      product_option_id: String(optionId ?? 0),
      product_option_value_id: String(valueId ?? ''),
      name,
      value,
      type: type ?? 'text',
    })),
  }
}

function totalRow(order: Order, shop: Shop, { code, title, amount, sortOrder }: OrderTotal) {
  return {
    code,
    title,
    value: formatMoney(amount, 4),
    text: shownIn(order, shop, amount),
    sort_order: String(sortOrder),
  }
}

/** In the currency of the order, at the rate it came with. */
function shownIn({ currency, orderedCurrency, orderedRate }: Order, shop: Shop, amount: Money) {
  const code = orderedCurrency ?? currency
  const known = currencyOf(shop, code, currency) ?? currencyOf(shop, currency, currency)
  if (known === undefined) return formatMoney(amount)
  return moneyText(amount, { ...known, rate: orderedRate ?? '1' })
}

/** The sums of an order that came without them, through another dialect. */
function sumsOf(order: Order): readonly OrderTotal[] {
  const goods = order.lines.reduce(
    (sum, { unitPrice, quantity }) => sum + unitPrice * BigInt(quantity),
    0n,
  )
  const { shippingCost, shippingMethod, discount, coupon, total } = order
  const rest = total - goods - shippingCost + discount
  const sums: OrderTotal[] = [
    { code: 'sub_total', title: 'Sub-Total', amount: goods, sortOrder: 1 },
    { code: 'shipping', title: shippingMethod ?? 'Shipping', amount: shippingCost, sortOrder: 3 },
    {
      code: 'coupon',
      title: coupon === null ? 'Discount' : `Coupon (${coupon})`,
      amount: -discount,
      sortOrder: 4,
    },
    { code: 'tax', title: 'Tax', amount: rest, sortOrder: 5 },
  ]
  return [
    ...sums.filter(({ code, amount }) => code === 'sub_total' || amount !== 0n),
    { code: 'total', title: 'Total', amount: total, sortOrder: 9 },
  ]
}
