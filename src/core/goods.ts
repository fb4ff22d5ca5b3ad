import type { Account } from '../model/account.ts'
import { Failure } from '../model/failure.ts'
import type { Product, ProductChange } from '../model/product.ts'
import { type ProductOutcome, upsertProducts } from '../store/product-writes.ts'
import { deleteProduct, findProducts, listProducts } from '../store/products.ts'
import type { Context } from './context.ts'
import { refusedUrls } from './product-targets.ts'

/** The catalogue page by page, by id. */
export async function* listGoods(
  ctx: Context,
  account: Account,
): AsyncGenerator<readonly Product[], void, void> {
  for (let afterId = 0; ; ) {
    const cursor = { afterId, most: 500 }
    const page = await ctx.database.inTime(() => listProducts(ctx.database.db, account.id, cursor))
    if (page.length > 0) yield page
    if (page.length < 500) return
    afterId = page.at(-1)?.id ?? afterId
  }
}

/** One product by its symbolic code. Throws `product-not-found`. */
export async function findGood(ctx: Context, account: Account, code: string): Promise<Product> {
  const [product] = await ctx.database.inTime(() =>
    findProducts(ctx.database.sql, account.id, { codes: [code] }),
  )
  if (product === undefined) throw new Failure('product-not-found', { productCode: code })
  return product
}

/** Adds products or changes those that are there, by code, all or none. */
export async function saveGoods(
  ctx: Context,
  account: Account,
  changes: readonly ProductChange[],
): Promise<ProductOutcome[]> {
  const refusals = await refusedUrls(changes, ctx.targets)
  const { test } = account.settings
  const options = { refusals, test }
  const save = () => upsertProducts(ctx.database.db, account.id, changes, ctx.now(), options)
  // A caller waits for one product; an import's batch may take its time.
  return changes.length > 1 ? save() : ctx.database.inTime(save, { unanswered: 'outcome-unknown' })
}

/**
 * Adds one product. The same call again changes nothing; throws `product-exists` where the code
 * stands for another product.
 */
export async function addGood(
  ctx: Context,
  account: Account,
  change: ProductChange,
): Promise<void> {
  const { test } = account.settings
  const options = { onlyNew: true, refusals: await refusedUrls([change], ctx.targets), test }
  const [outcome] = await ctx.database.inTime(
    () => upsertProducts(ctx.database.db, account.id, [change], ctx.now(), options),
    { unanswered: 'outcome-unknown' },
  )
  if (outcome === 'exists') throw new Failure('product-exists')
}

/** Takes a product out of the catalogue. Throws `product-not-found`. */
export async function removeGood(ctx: Context, account: Account, code: string): Promise<void> {
  const removed = await ctx.database.inTime(
    () => deleteProduct(ctx.database.db, account.id, code, ctx.now()),
    { unanswered: 'outcome-unknown' },
  )
  if (!removed) throw new Failure('product-not-found', { productCode: code })
}
