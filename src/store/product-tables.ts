import { sql } from 'drizzle-orm'
import type { Instant } from '../model/order.ts'
import { foldArticle } from '../model/product.ts'
import { inChunks } from './chunks.ts'
import type { Drizzle } from './database.ts'
import type { ProductRow } from './product-merge.ts'
import { products, stock } from './schema.ts'

export async function writeProducts(
  tx: Drizzle,
  accountId: number,
  rows: readonly ProductRow[],
  at: Instant,
): Promise<void> {
  await inChunks(rows, (chunk) => writeChunk(tx, accountId, chunk, at))
}

async function writeChunk(
  tx: Drizzle,
  accountId: number,
  rows: readonly ProductRow[],
  at: Instant,
): Promise<void> {
  const values = rows.map(({ stock: _stock, ...columns }) => ({
    ...columns,
    accountId,
    articleFolded: foldArticle(columns.article),
    deletedAt: null,
    createdAt: at,
    changedAt: at,
  }))
  await tx
    .insert(products)
    .values(values)
    .onConflictDoUpdate({
      target: [products.accountId, products.id],
      set: {
        sku: sql`excluded.sku`,
        model: sql`excluded.model`,
        article: sql`excluded.article`,
        articleFolded: sql`excluded.article_folded`,
        title: sql`excluded.title`,
        price: sql`excluded.price`,
        type: sql`excluded.type`,
        enabled: sql`excluded.enabled`,
        deletedAt: sql`excluded.deleted_at`,
        terms: sql`excluded.terms`,
        fields: sql`excluded.fields`,
        changedAt: sql`excluded.changed_at`,
      },
    })
}

export async function writeStock(
  tx: Drizzle,
  accountId: number,
  levels: ReadonlyMap<number, number>,
  at: Instant,
): Promise<void> {
  // Sorted, as all locks are: orders take stock meanwhile.
  const rows = [...levels]
    .sort(([a], [b]) => a - b)
    .map(([productId, quantity]) => ({
      accountId,
      productId,
      quantity,
      setBy: 'import',
      changedAt: at,
    }))
  await inChunks(rows, (chunk) =>
    tx
      .insert(stock)
      .values([...chunk])
      .onConflictDoUpdate({
        target: [stock.accountId, stock.productId],
        set: {
          quantity: sql`excluded.quantity`,
          setBy: sql`excluded.set_by`,
          changedAt: sql`excluded.changed_at`,
        },
      }),
  )
}
