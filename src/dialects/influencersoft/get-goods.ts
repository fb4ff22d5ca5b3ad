import { listGoods } from '../../core/goods.ts'
import { formatMoney } from '../../model/money.ts'
import type { Product } from '../../model/product.ts'
import { type Outcome, written } from './answer.ts'
import type { ApiFunction, ApiInput } from './api-function.ts'

/** Contract §7: the whole catalogue, types as 1 (goes by post) and 0. */
export const getAllGoods: ApiFunction = {
  name: 'GetAllGoods',
  writes: false,
  run: async (input) => ({
    ...goodsList(input, (product) => ({
      good_id: product.id,
      good_name: product.code,
      good_title: product.title,
      good_sum: formatMoney(product.price),
      good_type: product.type === 'physical' ? 1 : 0,
    })),
    whenEmpty: { code: 700, text: 'No products' },
  }),
}

/** Contract §8, API 2.0: an empty catalogue is no error there. */
export const getGoods: ApiFunction = {
  name: 'getgoods',
  writes: false,
  run: async (input) =>
    goodsList(input, ({ id, code, title }) => ({ id, good_name: code, good_title: title })),
}

function goodsList(
  { ctx, account }: ApiInput,
  render: (product: Product) => unknown,
): Extract<Outcome, { pages: unknown }> {
  return { pages: written(listGoods(ctx, account), render) }
}
