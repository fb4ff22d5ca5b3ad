import type postgres from 'postgres'
import type { Findings } from './crash-compare.ts'
import { customerPoints, pieces, products, voucherWorth } from './crash-shop.ts'

/** What there was of each allowance before the first order. */
const initial = {
  ...{ coupon: pieces, 'coupon-of': pieces },
  ...{ points: customerPoints, voucher: voucherWorth },
}

/** What is counted: what is left of it, and what the book's own orders have taken. */
export async function compareCounted(
  sql: postgres.Sql,
  id: number,
  found: Findings,
): Promise<void> {
  await comparePieces(sql, id, found)
  await compareAllowances(sql, id, found)
  await compareVoucherUses(sql, id, found)
  await compareUses(sql, id, found)
  await compareBought(sql, id, found)
}

/** `missing`: what is gone, and no order has it; below zero what an order has, and it is not gone. */
function note(found: Findings, what: string, missing: number): void {
  if (missing > 0) found.lost.push(`${what} that no order has: ${missing}`)
  if (missing < 0) found.doubled.push(`${what} that orders have twice: ${-missing}`)
}

/** Called off before it was sent, an order has given back what it took. */
async function comparePieces(sql: postgres.Sql, id: number, found: Findings): Promise<void> {
  const rows = await sql<{ product: number; missing: number }[]>`
    select k.product_id as product, ${pieces} - k.quantity - (
      select coalesce(sum(l.quantity), 0)::int from order_lines l
      join order_states s on s.account_id = l.account_id and s.number = l.number
      where l.account_id = k.account_id and l.product_id = k.product_id
        and not (s.payment in ('cancelled', 'refunded') and s.fulfilment = 'open')) as missing
    from stock k where k.account_id = ${id} and k.product_id = any(${products})`
  for (const { product, missing } of rows) note(found, `pieces of product ${product}`, missing)
}

async function compareAllowances(sql: postgres.Sql, id: number, found: Findings): Promise<void> {
  const rows = await sql<{ kind: string; key: string; missing: number }[]>`
    select a.kind, a.key, ((${JSON.stringify(initial)}::text::json ->> a.kind)::numeric
      - a.remaining - coalesce((
        select sum(u.amount) from allowance_uses u
        join order_states s on s.account_id = u.account_id and s.number = u.number
        where u.account_id = a.account_id and u.kind = a.kind and u.key = a.key
          and not (s.payment in ('cancelled', 'refunded') and s.fulfilment = 'open')), 0)
      )::float8 as missing
    from allowances a where a.account_id = ${id}`
  for (const { kind, key, missing } of rows) note(found, `${kind} ${key}`, missing)
}

/** What the sum of an order says that a voucher has paid is what it has used up of one. */
async function compareVoucherUses(sql: postgres.Sql, id: number, found: Findings): Promise<void> {
  const rows = await sql<{ number: number; missing: number }[]>`
    select o.number, (coalesce(u.amount, 0) + coalesce(t.amount, 0))::float8 as missing
    from orders o
    left join allowance_uses u
      on u.account_id = o.account_id and u.number = o.number and u.kind = 'voucher'
    left join lateral (
      select sum((said ->> 'amount')::numeric) as amount
      from jsonb_array_elements(o.totals) said where said ->> 'code' = 'voucher') t on true
    where o.account_id = ${id} and coalesce(u.amount, 0) <> -coalesce(t.amount, 0)`
  for (const { number, missing } of rows) note(found, `voucher money of order ${number}`, missing)
}

/** An order that says in its sum that a coupon or points count has used some up, and no other. */
async function compareUses(sql: postgres.Sql, id: number, found: Findings): Promise<void> {
  const rows = await sql<{ number: number; kind: string; isSaid: boolean }[]>`
    select number, kind, "isSaid" from (
      select o.number, k.kind,
        exists (select from jsonb_array_elements(o.totals) said
          where said ->> 'code' = k.code) as "isSaid",
        exists (select from allowance_uses u where u.account_id = o.account_id
          and u.number = o.number and u.kind = k.kind and u.amount > 0) as "isUsed"
      from orders o cross join (values ('coupon', 'coupon'), ('reward', 'points')) k (code, kind)
      where o.account_id = ${id}) n
    where "isSaid" <> "isUsed"`
  for (const { number, kind, isSaid } of rows) {
    const list = isSaid ? found.lost : found.doubled
    list.push(`${kind} of order ${number}: ${isSaid ? 'said and not used' : 'used and not said'}`)
  }
}

/** A line that sells a voucher, and the voucher that is worth something: never one alone. */
async function compareBought(sql: postgres.Sql, id: number, found: Findings): Promise<void> {
  const rows = await sql<{ number: number; sold: string | null; made: string | null }[]>`
    select coalesce(l.number, v.number) as number, l.price as sold, v.amount::text as made
    from (
      select number, unit_price::text as price, (
        select said ->> 'value' from jsonb_array_elements(options) said
        where said ->> 'name' = 'code') as code
      from order_lines where account_id = ${id} and product_id is null and code = 'voucher'
    ) l
    full join (
      select number, code, amount from vouchers
      where account_id = ${id} and number is not null
    ) v on v.number = l.number and v.code = l.code
    where l.price is distinct from v.amount::text`
  for (const { number, sold, made } of rows) {
    const list = made === null ? found.lost : found.doubled
    list.push(`voucher of order ${number}: sold for ${sold}, worth ${made}`)
  }
}
