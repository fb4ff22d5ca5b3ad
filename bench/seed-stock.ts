import type postgres from 'postgres'

export const warehouseKey = '5b0d3c52-7c1e-4f0a-9a55-0c2f6f4b7e19'

/** A catalogue of `count` products that keep no stock yet. */
export async function seedCatalogue(sql: postgres.Sql, count: number): Promise<void> {
  await sql.unsafe(`
    delete from stock;
    delete from products;
    insert into products (account_id, id, code, sku, article, article_folded, title, price, type,
      created_at, changed_at)
    select a.id, n, 'code-' || n, 'SKU-' || n, 'SKU-' || n, 'sku-' || n, 'A mug, no. ' || n, 39.50,
      'physical', now(), now()
    from accounts a, generate_series(1, ${count}) n`)
  await sql.unsafe('vacuum analyze products, stock')
  await sql.unsafe('checkpoint')
}

/** What a warehouse asks, one SKU a call, in an order without a pattern on the disk. */
export function stockCalls(count: number, pass: number): string[] {
  return Array.from({ length: count }, (_, at) => {
    const n = ((at * 7919) % count) + 1
    return `APIKEY=${warehouseKey}&action=stocksync&sku=SKU-${n}&stocklevel=${levelOf(n, pass)}`
  })
}

/** How many products do not have the level that this pass set. */
export async function wrongLevels(sql: postgres.Sql, count: number, pass: number): Promise<number> {
  const rows = await sql<{ id: number; quantity: number }[]>`
    select product_id as id, quantity from stock where set_by = 'mintsoft'`
  return count - rows.filter(({ id, quantity }) => quantity === levelOf(id, pass)).length
}

function levelOf(n: number, pass: number): number {
  return (n % 500) + pass
}

/** One level, the product known by its id: no look-up of the article. */
export function bareUpsert(count: number): string {
  return `\\set n random(1, ${count})
\\set q random(0, 500)
insert into stock (account_id, product_id, quantity, set_by, changed_at)
values (1, :n, :q, 'pgbench', now())
on conflict (account_id, product_id) do update
set quantity = excluded.quantity, set_by = excluded.set_by, changed_at = excluded.changed_at;
`
}
