import { and, asc, eq, gt, isNull } from 'drizzle-orm'
import type { Instant } from '../model/order.ts'
import type { Product } from '../model/product.ts'
import type { Drizzle, HotSql } from './database.ts'
import { products, stock } from './schema.ts'

/** The products behind symbolic codes or numeric ids, the deleted ones left out. */
export async function findProducts(
  sql: HotSql,
  accountId: number,
  wanted: { readonly codes?: readonly string[]; readonly ids?: readonly number[] },
): Promise<Product[]> {
  return sql<Product[]>`
    select p.id, p.code, p.sku, p.model, p.article, p.title, p.price, p.type, p.enabled,
      s.quantity as stock, p.fields
    from products p
    left join stock s on s.account_id = p.account_id and s.product_id = p.id
    where p.account_id = ${accountId} and p.deleted_at is null
      and (p.code in (select json_array_elements_text(${JSON.stringify(wanted.codes ?? [])}::text::json))
        or p.id in (select json_array_elements_text(${JSON.stringify(wanted.ids ?? [])}::text::json)::int))`
}

/** A page of the catalogue, by id. */
export async function listProducts(
  db: Drizzle,
  accountId: number,
  page: { readonly afterId: number; readonly most: number },
): Promise<Product[]> {
  const rows = await db
    .select({ product: products, stock: stock.quantity })
    .from(products)
    .leftJoin(stock, and(eq(stock.accountId, products.accountId), eq(stock.productId, products.id)))
    .where(
      and(
        eq(products.accountId, accountId),
        isNull(products.deletedAt),
        gt(products.id, page.afterId),
      ),
    )
    .orderBy(asc(products.id))
    .limit(page.most)
  return rows.map(({ product, stock: quantity }) => ({ ...product, stock: quantity }))
}

/** Hides a product from the catalogue; old orders keep their lines. False: there is none. */
export async function deleteProduct(
  db: Drizzle,
  accountId: number,
  code: string,
  at: Instant,
): Promise<boolean> {
  const rows = await db
    .update(products)
    .set({ deletedAt: at, changedAt: at })
    .where(
      and(eq(products.accountId, accountId), eq(products.code, code), isNull(products.deletedAt)),
    )
    .returning({ id: products.id })
  return rows.length === 1
}
