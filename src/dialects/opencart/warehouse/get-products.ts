import { listCatalogue } from '../../../core/catalogue.ts'
import type { CheckoutProduct } from '../../../model/checkout-product.ts'
import { phpJson } from '../../../wire/php-json.ts'
import type { SessionCall } from '../route.ts'
import { answerList } from './answer-list.ts'
import { moduleRoute } from './module-route.ts'
import { productRow } from './product-row.ts'

/** The products on sale that have a SKU (contract A.4); left-over fields are passed over. */
export const getProducts = moduleRoute(async (visit) => {
  // Routes of 4.0 have a dot, and that version's rows a column more.
  const terms = { withMaster: visit.request.route.includes('.') }
  const pages = writtenProducts(visit, (product) => productRow(product, terms))
  return answerList(visit, 'products', pages)
})

/** The enabled products page by page as JSON; those of which `show` makes nothing are left out. */
export async function* writtenProducts(
  { ctx, account }: SessionCall,
  show: (product: CheckoutProduct) => unknown,
): AsyncGenerator<readonly string[], void, void> {
  for await (const page of listCatalogue(ctx, account, { enabledOnly: true })) {
    const shown = page.map(show).filter((row) => row !== undefined)
    yield shown.map(phpJson)
  }
}
