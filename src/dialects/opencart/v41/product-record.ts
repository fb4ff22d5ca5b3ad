import type { Account } from '../../../model/account.ts'
import { type BasketLine, lineTotal } from '../../../model/basket-lines.ts'
import type { Checkout } from '../../../model/checkout.ts'
import type { ChosenOption } from '../../../model/checkout-product.ts'
import { formatMoney, type Money } from '../../../model/money.ts'
import type { Shop } from '../../../model/shop.ts'
import { shownPrice } from '../../../model/tax.ts'
import { escapeHtml } from '../../../wire/html.ts'
import { moneyText } from '../money-text.ts'
import { currencyInUse } from '../shown-cart.ts'
import { weightOf } from './weight.ts'

/**
 * A line as 4.1 shows it: the whole record of its product, sums of the line beside it (contract
 * §6.4). What the gateway does not know of a product is as in a fresh record.
 */
export function productRecord(
  account: Account,
  shop: Shop,
  checkout: Checkout,
  line: BasketLine,
): Readonly<Record<string, unknown>> {
  const { product, quantity } = line
  const total = lineTotal(line)
  const currency = currencyInUse(account, shop, checkout)
  const shown = (price: Money): string =>
    moneyText(shownPrice(shop, checkout, product.terms.taxClassId, price), currency)
  return {
    subscription_plan_id: 0,
    subscription: '',
    image: escapeHtml(product.terms.image ?? ''),
    option: line.options.map(optionRecord),
    price_text: shown(line.unitPrice),
    // A fixed tax counts once a line here, not once a piece (recordings: cart).
    total_text: shown(total),
    cart_id: String(line.id),
    download: [],
    quantity: String(quantity),
    minimum_status: line.meetsMinimum,
    stock: String(product.stock ?? 0),
    stock_status: line.inStock,
    price: numberOf(line.unitPrice),
    total: numberOf(total),
    reward: line.reward,
    points: line.points,
    weight: weightOf(line),
    ...columnsOf(shop, line),
  }
}

/** The product's own columns, texts as a database gives them. */
function columnsOf(shop: Shop, { product }: BasketLine): Readonly<Record<string, string>> {
  const { terms, fields } = product
  const described = typeof fields.description === 'string' ? fields.description : ''
  return {
    product_id: String(product.id),
    store_id: '0',
    master_id: '0',
    model: escapeHtml(product.model ?? product.code),
    sku: escapeHtml(product.sku ?? ''),
    ...emptyTexts(['upc', 'ean', 'jan', 'isbn', 'mpn', 'location', 'variant', 'override']),
    stock_status_id: String(terms.stockStatusId),
    manufacturer_id: '0',
    shipping: product.type === 'physical' ? '1' : '0',
    tax_class_id: String(terms.taxClassId),
    date_available: '',
    weight_class_id: '0',
    length: '0.00000000',
    width: '0.00000000',
    height: '0.00000000',
    length_class_id: '0',
    subtract: product.stock === null ? '0' : '1',
    minimum: String(terms.minimum),
    rating: '0',
    sort_order: '0',
    status: product.enabled ? '1' : '0',
    date_added: '',
    date_modified: '',
    language_id: String(shop.language.id),
    name: escapeHtml(product.title),
    description: escapeHtml(described),
    ...emptyTexts(['tag', 'meta_title', 'meta_description', 'meta_keyword']),
  }
}

function optionRecord(option: ChosenOption): Readonly<Record<string, unknown>> {
  const { terms } = option
  return {
    value: escapeHtml(option.value),
    product_option_id: option.optionId,
    product_option_value_id: String(option.valueId),
    option_id: String(option.baseOptionId),
    name: escapeHtml(option.name),
    type: option.type,
    option_value_id: String(option.baseValueId),
    quantity: terms === null ? '' : String(terms.quantity),
    subtract: terms === null ? '' : terms.subtract ? '1' : '0',
    price: terms === null ? '' : formatMoney(terms.price, 4),
    price_prefix: terms?.pricePrefix ?? '',
    points: terms === null ? '' : String(terms.points),
    points_prefix: terms?.pointsPrefix ?? '',
    weight: terms?.weight ?? '',
    weight_prefix: terms?.weightPrefix ?? '',
  }
}

/** An amount as a JSON number: what a caller reads, never what anything is reckoned with. */
export function numberOf(amount: Money): number {
  return Number(formatMoney(amount, 4))
}

function emptyTexts(names: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(names.map((name) => [name, '']))
}
