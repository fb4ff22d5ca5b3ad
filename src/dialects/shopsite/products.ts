import { listGoods } from '../../core/goods.ts'
import { textOf } from './parameters.ts'
import { productsHead, productsTail, productXml, readFields } from './products-document.ts'
import type { Entered } from './visit.ts'

/** The catalogue, read-only, in pieces: `fields` chooses of each, `limit` how many (contract §6). */
export async function* productsDocument({
  ctx,
  account,
  parameters,
}: Entered): AsyncGenerator<string, void, void> {
  const wanted = readFields(textOf(parameters, 'fields'))
  const limit = textOf(parameters, 'limit') ?? ''
  let left = /^\d{1,9}$/.test(limit) ? Number(limit) : Number.POSITIVE_INFINITY
  let begun = false
  for await (const page of listGoods(ctx, account)) {
    const given = page.slice(0, left)
    left -= given.length
    if (given.length > 0) {
      if (!begun) yield productsHead(1)
      begun = true
      yield given.map((product) => productXml(product, wanted)).join('')
    }
    if (left === 0) break
  }
  if (!begun) yield productsHead(2)
  yield productsTail
}
