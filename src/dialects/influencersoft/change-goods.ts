import { z } from 'zod'
import { addGood, findGood, removeGood, saveGoods } from '../../core/goods.ts'
import { Failure } from '../../model/failure.ts'
import { type Money, parseMoney } from '../../model/money.ts'
import type { ProductType } from '../../model/order.ts'
import type { ProductChange } from '../../model/product.ts'
import { type ApiFunction, type Params, typed } from './api-function.ts'
import { text } from './fields.ts'
import { productUrls } from './product-urls.ts'

const schema = z.object({
  good_name: text
    .transform((name) => name.trim())
    .refine((name) => name !== '' && name.length <= 255),
  good_title: text.transform((title) => title.trim()),
  good_type: text.transform((type) => type.trim().toLowerCase()),
  good_sum: text,
})

const placed = new Set(Object.keys(schema.shape))

/** The list of parameters says 1 and 0, the sample real and digital (contract §7). */
const types: Readonly<Record<string, ProductType>> = {
  '1': 'physical',
  real: 'physical',
  '0': 'digital',
  digital: 'digital',
}

/** Contract §7. The same call again is fine; another product under a known code is refused. */
export const addGoodCall: ApiFunction = {
  name: 'AddGood',
  writes: true,
  async run({ ctx, account, params }) {
    const change = readChange(params)
    const { title, price, type } = change
    if (title === undefined || price === undefined || type === undefined) {
      throw new Failure('invalid-input', { reason: 'good_title, good_sum or good_type is missing' })
    }
    await addGood(ctx, account, change)
    return {}
  },
}

/** Contract §7: changes what is sent; title, sum and type stay where they are sent empty. */
export const updateGood: ApiFunction = {
  name: 'UpdateGood',
  writes: true,
  async run({ ctx, account, params }) {
    const change = readChange(params)
    await findGood(ctx, account, change.code)
    await saveGoods(ctx, account, [change])
    return {}
  },
}

/** Contract §7: old orders keep their lines. */
export const deleteGood: ApiFunction = {
  name: 'DeleteGood',
  writes: true,
  async run({ ctx, account, params }) {
    await removeGood(ctx, account, typed(schema, params).good_name)
    return {}
  },
}

function readChange(params: Params): ProductChange {
  const { good_name, good_title, good_type, good_sum } = typed(schema, params)
  const price = readSum(good_sum)
  const endpoints = productUrls(params)
  return {
    code: good_name,
    ...(good_title === '' ? {} : { title: good_title }),
    ...(good_type === '' ? {} : { type: readType(good_type) }),
    ...(price === undefined ? {} : { price }),
    ...(endpoints.length === 0 ? {} : { endpoints }),
    fields: Object.fromEntries(Object.entries(params).filter(([name]) => !placed.has(name))),
  }
}

function readType(written: string): ProductType {
  const type = Object.hasOwn(types, written) ? types[written] : undefined
  if (type === undefined) throw new Failure('invalid-input', { field: 'good_type' })
  return type
}

function readSum(written: string): Money | undefined {
  if (written.trim() === '') return undefined
  const sum = parseMoney(written)
  if (sum === undefined || sum < 0n) throw new Failure('invalid-input', { field: 'good_sum' })
  return sum
}
