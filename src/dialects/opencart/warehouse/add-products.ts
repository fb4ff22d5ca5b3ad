import { mergeGoods } from '../../../core/merge-goods.ts'
import { refusal } from '../route.ts'
import { idOf } from './batch-values.ts'
import { done, formOf, jsonIn, moduleRoute, rowsOf } from './module-route.ts'
import { extraField } from './product-row.ts'
import { readNewProducts } from './read-new-products.ts'
import { stockElsewhere } from './unapplied.ts'

/** What the book's index of articles takes without question. */
const longestSku = 255

/**
 * Adds products to the catalogue, disabled, or changes those that there are: twice the same is no
 * second product (contract A.4, A.10).
 */
export const addProducts = moduleRoute(async (visit) => {
  const { ctx, account, author, call } = visit
  const { data, cat = '' } = formOf(visit)
  const rows = rowsOf(readNewProducts(jsonIn(visit, data)))
  const categoryId = cat === '' ? 0 : idOf(cat)
  if (categoryId === undefined) {
    throw refusal('The field cat holds no number; send the id of a category, or 0 for none.')
  }
  const long = rows.find(({ sku }) => sku.length > longestSku)
  if (long !== undefined) {
    throw refusal(
      `The sku "${long.sku.slice(0, 40)}…" is longer than ${longestSku} characters; ` +
        'shorten it and send the batch again. No product was added.',
    )
  }
  const goods = rows.map(({ sku, name, quantity, price, description, extra }) => ({
    article: sku,
    title: name,
    ...(quantity === undefined ? {} : { stock: quantity }),
    ...(price === undefined ? {} : { price }),
    fields: {
      ...(description === undefined ? {} : { description }),
      ...(Object.keys(extra).length === 0 ? {} : { [extraField]: extra }),
    },
  }))
  const { stockApplied } = await mergeGoods(ctx, account, author, goods, {
    categoryIds: categoryId === 0 ? [] : [categoryId],
  })
  if (!stockApplied) call.note({ reason: stockElsewhere })
  return done
})
