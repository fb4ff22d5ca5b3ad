import type { Instant } from '../model/order.ts'
import type { BatchSql, BatchWork } from '../store/batch-lane.ts'
import { type StockResult, setStockLevels } from '../store/stock.ts'
import type { SetStock } from './commands.ts'

type StockEntry = { readonly accountId: number; readonly command: SetStock }

/** Sets the levels of a batch, one statement for each account and dialect in it. */
export async function applyStockBatch(
  sql: BatchSql,
  entries: readonly StockEntry[],
  { now }: { readonly now: () => Instant },
): Promise<BatchWork<StockResult[]>> {
  const groups = new Map<string, { readonly first: StockEntry; readonly places: number[] }>()
  for (const [place, entry] of entries.entries()) {
    const key = `${entry.accountId}/${entry.command.via}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, { first: entry, places: [place] })
    else group.places.push(place)
  }
  const outcomes: StockResult[] = []
  // Sorted, as all locks are; the statement sorts the products of one account.
  const sorted = [...groups.values()].sort((a, b) => a.first.accountId - b.first.accountId)
  for (const { first, places } of sorted) {
    const levels = places.map((place) => (entries[place] as StockEntry).command.level)
    const results = await setStockLevels(sql, first.accountId, levels, first.command.via, now())
    for (const [at, place] of places.entries()) outcomes[place] = results[at] as StockResult
  }
  return { writes: [], result: async () => outcomes }
}
