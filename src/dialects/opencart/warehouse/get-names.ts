import { answerList } from './answer-list.ts'
import { writtenProducts } from './get-products.ts'
import { moduleRoute } from './module-route.ts'
import { shownName } from './product-row.ts'

/** The names of the products on sale that have a SKU (contract A.4). */
export const getNames = moduleRoute(async (visit) => {
  const pages = writtenProducts(visit, ({ sku, title }) =>
    sku === null || sku === '' ? undefined : { sku, name: shownName(title) },
  )
  return answerList(visit, 'names', pages)
})
