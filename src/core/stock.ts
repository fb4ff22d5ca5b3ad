import type { Account } from '../model/account.ts'
import { foldArticle } from '../model/product.ts'
import { type StockLevel, type StockResult, setStockLevels } from '../store/stock.ts'
import type { Author } from './commands.ts'
import type { Context } from './context.ts'

export type WantedLevel = { readonly article: string; readonly quantity: number }

/**
 * `set`; `unknown`: no product has the article; `ambiguous`: several have it in other letters;
 * `not-applied`: the account takes its levels from another dialect.
 */
export type StockOutcome = 'set' | 'unknown' | 'ambiguous' | 'not-applied'

/**
 * Sets absolute stock levels, one or many at once, and says of each what became of it. A product
 * that kept no stock keeps it from then on. Quantities are pieces within 32 bits.
 */
export async function setStock(
  ctx: Context,
  account: Account,
  { via }: Author,
  levels: readonly WantedLevel[],
): Promise<StockOutcome[]> {
  if (levels.length === 0) return []
  if (!isStockSource(account, { via })) return levels.map(() => 'not-applied')
  const wanted = levels.map(({ article, quantity }) => ({
    article: article.trim(),
    folded: foldArticle(article),
    quantity,
  }))
  const results = await write(ctx, account, via, wanted)
  return results.map(({ found, set }) => {
    if (set) return 'set'
    return found === 0 ? 'unknown' : 'ambiguous'
  })
}

/** Whether the account takes its levels from this author. */
export function isStockSource({ settings }: Account, { via }: Pick<Author, 'via'>): boolean {
  return ['any', via].includes(settings.stockSource) || via === 'operator'
}

/** A whole catalogue's levels are worth waiting for. */
const longBatch = 1000
const longBatchMs = 15_000

/** A single level rides with others that come at the same time; many are one statement by themselves. */
async function write(
  ctx: Context,
  { id }: Account,
  via: string,
  levels: readonly StockLevel[],
): Promise<StockResult[]> {
  const [level] = levels
  if (levels.length === 1 && level !== undefined) {
    return [await ctx.committer.setStock(id, { level, via })]
  }
  return ctx.database.inTime(() => setStockLevels(ctx.database.sql, id, levels, via, ctx.now()), {
    unanswered: 'outcome-unknown',
    ...(levels.length > longBatch ? { deadlineMs: longBatchMs } : {}),
  })
}
