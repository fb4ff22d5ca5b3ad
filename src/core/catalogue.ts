import type { Account } from '../model/account.ts'
import type { Category } from '../model/category.ts'
import type { CheckoutProduct } from '../model/checkout-product.ts'
import { Failure } from '../model/failure.ts'
import { isWithinMoneyLimit, type Money } from '../model/money.ts'
import { foldArticle } from '../model/product.ts'
import { type Tally, tallyOf } from '../model/tally.ts'
import {
  type CatalogueFilter,
  readArticles,
  readCataloguePage,
  readCheckoutProducts,
  readProductCodes,
  setByArticle,
} from '../store/catalogue.ts'
import { readCategories, upsertCategories } from '../store/category-writes.ts'
import { moneyText } from '../store/columns.ts'
import type { Context } from './context.ts'
import { isSerial } from './serial.ts'

/** The products behind ids, the disabled ones too; an unknown or deleted one is absent. */
export async function findCheckoutProducts(
  ctx: Context,
  account: Account,
  ids: readonly number[],
): Promise<Map<number, CheckoutProduct>> {
  const wanted = [...new Set(ids)].filter(isSerial)
  if (wanted.length === 0) return new Map()
  const found = await ctx.database.inTime(() =>
    readCheckoutProducts(ctx.database.sql, account.id, wanted),
  )
  return new Map(found.map((product) => [product.id, product]))
}

const pageSize = 500

/** The catalogue page by page, by id. */
export async function* listCatalogue(
  ctx: Context,
  account: Account,
  { enabledOnly }: { readonly enabledOnly: boolean },
): AsyncGenerator<readonly CheckoutProduct[], void, void> {
  for (let afterId = 0; ; ) {
    const cursor = { afterId, most: pageSize, enabledOnly }
    const page = await ctx.database.inTime(() =>
      readCataloguePage(ctx.database.sql, account.id, cursor),
    )
    if (page.length > 0) yield page
    if (page.length < pageSize) return
    afterId = page.at(-1)?.id ?? afterId
  }
}

/** One page of the products that fit, by id: `offset` of them passed over. */
export async function pageOfCatalogue(
  ctx: Context,
  account: Account,
  filter: CatalogueFilter,
  page: { readonly offset: number; readonly most: number },
): Promise<CheckoutProduct[]> {
  const { sql, inTime } = ctx.database
  return inTime(() => readCataloguePage(sql, account.id, { ...filter, afterId: 0, ...page }))
}

/** Each article once, sorted; those of disabled products too. */
export async function listArticles(ctx: Context, account: Account): Promise<string[]> {
  return ctx.database.inTime(() => readArticles(ctx.database.sql, account.id))
}

/** Who has which id: no code and no id of a deleted product is ever given away again. */
export async function productCodes(
  ctx: Context,
  account: Account,
): Promise<{ readonly id: number; readonly code: string; readonly deleted: boolean }[]> {
  const rows = await readProductCodes(ctx.database.db, account.id)
  return rows.map(({ id, code, deletedAt }) => ({ id, code, deleted: deletedAt !== null }))
}

export async function listCategories(ctx: Context, account: Account): Promise<Category[]> {
  return ctx.database.inTime(() => readCategories(ctx.database.db, account.id))
}

/**
 * Adds or changes categories by id, all or none. Throws `invalid-input`, and names the category,
 * where two would have one name below one parent.
 */
export async function saveCategories(
  ctx: Context,
  account: Account,
  categories: readonly Category[],
): Promise<Tally> {
  if (categories.length === 0) return tallyOf([])
  const done = await upsertCategories(ctx.database.db, account.id, categories)
  if ('outcomes' in done) return tallyOf(done.outcomes)
  const [clash] = done.clashes
  throw new Failure('invalid-input', {
    reason: `the category ${clash?.id} cannot be saved: ${clash?.reason}`,
  })
}

/**
 * Sets prices by article, all in one statement; every product with the article gets its price.
 * Gives how many articles no product has, or several have in other letters only. Throws
 * `invalid-input` for a price that is negative or beyond the limit; then nothing is set.
 */
export async function setPrices(
  ctx: Context,
  account: Account,
  prices: readonly { readonly article: string; readonly price: Money }[],
): Promise<number> {
  const bad = prices.find(({ price }) => price < 0n || !isWithinMoneyLimit(price))
  if (bad !== undefined) {
    throw new Failure('invalid-input', { reason: 'a price is negative or too large' })
  }
  const texts = prices.map(({ article, price }) => ({ article, value: moneyText(price) }))
  return setTexts(ctx, account, 'price', texts)
}

/** The same for titles; only the first product with the article gets it. */
export async function setTitles(
  ctx: Context,
  account: Account,
  titles: readonly { readonly article: string; readonly title: string }[],
): Promise<number> {
  const texts = titles.map(({ article, title }) => ({ article, value: title }))
  return setTexts(ctx, account, 'title', texts)
}

/** A whole catalogue at once is worth waiting for: it takes a second in quiet times. */
const longBatch = 1000
const longBatchMs = 15_000

async function setTexts(
  ctx: Context,
  account: Account,
  column: 'price' | 'title',
  texts: readonly { readonly article: string; readonly value: string }[],
): Promise<number> {
  if (texts.length === 0) return 0
  const wanted = texts.map(({ article, value }) => ({
    article: article.trim(),
    folded: foldArticle(article),
    value,
  }))
  return ctx.database.inTime(
    () => setByArticle(ctx.database.sql, account.id, column, wanted, ctx.now()),
    {
      unanswered: 'outcome-unknown',
      ...(wanted.length > longBatch ? { deadlineMs: longBatchMs } : {}),
    },
  )
}
