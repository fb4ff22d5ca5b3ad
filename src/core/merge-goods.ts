import type { Account } from '../model/account.ts'
import type { Money } from '../model/money.ts'
import { foldArticle, type ProductChange } from '../model/product.ts'
import { matchArticles, readTakenCodes } from '../store/article-matches.ts'
import { jsonText } from '../store/json-text.ts'
import type { Author } from './commands.ts'
import type { Context } from './context.ts'
import { saveGoods } from './goods.ts'
import { isStockSource } from './stock.ts'

/** A product as a system knows it that has no codes but articles. */
export type MergedGood = {
  readonly article: string
  readonly title: string
  /** Absent: it stays as it is; zero for a new product. */
  readonly price?: Money
  /** Absent: it stays as it is; a new product keeps no stock. */
  readonly stock?: number
  readonly fields: Readonly<Record<string, unknown>>
}

/** A large batch is worth waiting for. */
const batchMs = 15_000

/**
 * Changes title, price, stock and fields of the products that have these articles, and adds the
 * others, disabled and in `categoryIds`; all in one transaction. Each article comes once; of
 * several products with one article only the first is renamed. `stockApplied` is false where the
 * account takes its levels from another dialect: then none is set.
 */
export async function mergeGoods(
  ctx: Context,
  account: Account,
  author: Author,
  goods: readonly MergedGood[],
  { categoryIds }: { readonly categoryIds: readonly number[] },
): Promise<{ readonly stockApplied: boolean }> {
  const stockApplied = isStockSource(account, author)
  const { sql, inTime } = ctx.database
  const wanted = goods.map(({ article }) => ({ article, folded: foldArticle(article) }))
  const matches = await inTime(() => matchArticles(sql, account.id, wanted), {
    deadlineMs: batchMs,
  })
  const codes = new Map<number, string[]>()
  for (const { at, code } of matches) codes.set(at, [...(codes.get(at) ?? []), code])
  const fresh = goods.flatMap(({ article }, at) => (codes.has(at) ? [] : [article]))
  const freshCodes = await codesFor(ctx, account, fresh)
  const changes = goods.flatMap((good, at): ProductChange[] => {
    const said = saidOf(good, stockApplied)
    const known = codes.get(at)
    if (known !== undefined) {
      return known.map((code, place) => ({
        code,
        ...said,
        ...(place === 0 ? { title: good.title } : {}),
      }))
    }
    const { article, title } = good
    const code = freshCodes.get(article) ?? article
    const added = { code, sku: article, model: article, title, price: 0n, enabled: false }
    return [{ ...added, ...said, categoryIds }]
  })
  await saveGoods(ctx, account, changes)
  return { stockApplied }
}

function saidOf({ price, stock, fields }: MergedGood, stockApplied: boolean) {
  return {
    ...(price === undefined ? {} : { price }),
    ...(stock === undefined || !stockApplied ? {} : { stock }),
    // The database takes neither NUL nor half a surrogate pair.
    ...(Object.keys(fields).length === 0 ? {} : { fields: JSON.parse(jsonText(fields)) }),
  }
}

/**
 * A new product's code is its article, unless a product with another article has that code. One
 * with the same article was added since nobody was found to have it, by the same call in another
 * hand: both take one code, and so make one product.
 */
async function codesFor(
  ctx: Context,
  { id }: Account,
  articles: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { sql, inTime } = ctx.database
  const codes = new Map(articles.map((article) => [article, article]))
  const used = new Set(articles)
  for (let unsettled = articles; unsettled.length > 0; ) {
    const asked = unsettled.map((article) => ({ article, code: codes.get(article) ?? article }))
    const taken = await inTime(() => readTakenCodes(sql, id, asked), { deadlineMs: batchMs })
    unsettled = unsettled.filter((_, at) => taken.has(at))
    for (const article of unsettled) {
      let code = codes.get(article) ?? article
      do code = `new-${code}`
      while (used.has(code))
      used.add(code)
      codes.set(article, code)
    }
  }
  return codes
}
