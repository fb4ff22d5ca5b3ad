import { pageOfCatalogue } from '../../../core/catalogue.ts'
import type { CheckoutProduct } from '../../../model/checkout-product.ts'
import { formatMoney } from '../../../model/money.ts'
import { escapeHtmlDeep } from '../../../wire/html.ts'
import { fieldOrQuery } from '../request.ts'
import type { Body, SessionCall } from '../route.ts'
import { pageIn } from './paging.ts'

/** `api/product`: what is on sale, by id; with `disabled=1` what is not on sale, too. */
export async function listProducts({ ctx, account, request }: SessionCall): Promise<Body> {
  const { page, limit, offset } = pageIn(request)
  const said = (name: string): string => (fieldOrQuery(request, name) ?? '').trim()
  const [sku, model] = [said('filter_sku'), said('filter_model')]
  const filter = {
    enabledOnly: said('disabled') !== '1',
    ...(sku === '' ? {} : { sku }),
    ...(model === '' ? {} : { model }),
  }
  const products = await pageOfCatalogue(ctx, account, filter, { offset, most: limit })
  return { data: products.map((product) => escapeHtmlDeep(productRow(product))), page, limit }
}

function productRow(product: CheckoutProduct) {
  const { terms, stock } = product
  return {
    product_id: String(product.id),
    name: product.title,
    model: product.model ?? product.code,
    sku: product.sku ?? '',
    price: formatMoney(product.price, 4),
    /** Null: no stock is kept of it. */
    quantity: stock === null ? null : String(stock),
    subtract: stock === null ? '0' : '1',
    minimum: String(terms.minimum),
    shipping: product.type === 'physical' ? '1' : '0',
    status: product.enabled ? '1' : '0',
    tax_class_id: String(terms.taxClassId),
    weight: terms.weight,
    manufacturer: terms.manufacturer ?? '',
    image: terms.image ?? '',
    category: product.categoryIds.map(String),
    option: terms.options.map((option) => ({
      product_option_id: String(option.id),
      option_id: String(option.optionId),
      name: option.name,
      type: option.type,
      required: option.required ? '1' : '0',
      product_option_value: option.values.map((value) => ({
        product_option_value_id: String(value.id),
        option_value_id: String(value.optionValueId),
        name: value.name,
        price: formatMoney(value.price, 4),
        price_prefix: value.pricePrefix,
      })),
    })),
  }
}
