import { voucherLineCode } from '../model/order.ts'
import type { BatchSql } from './batch-lane.ts'
import type { OrderKey } from './order-locks.ts'

const voucher = `'${voucherLineCode}'`

const orderRows = `json_to_recordset($n::text::json) as k("accountId" int, number int)`

/** By endpoint, as their keys begin with it; one that is disabled has messages, too. */
const messageOf = (alias: string) => `e.account_id = k."accountId"
  and ${alias}.account_id = e.account_id and ${alias}.endpoint_id = e.id
  and ${alias}.number = k.number`

/** What is no choice from a list, the buyer may have typed. */
const chosenTypes = `('select', 'radio', 'checkbox', 'image')`

/**
 * What is left of an order whose buyer has been erased: numbers, sums, articles, times. Each part
 * may be carried out again and finds nothing. `vouchers` name him though another bought them.
 */
export const eraseParts = {
  erased: `  update orders o set customer_id = null, email_folded = '', buyer = '{}', billing = '{}',
    shipping = null, comment = null, tag = null, ip = null, utm = '{}', fields = '{}'
  from ${orderRows}
  where o.account_id = k."accountId" and o.number = k.number`,

  // The code of a bought voucher stays: it is worth something to whoever has it.
  erased_lines: `  update order_lines l set
    title = case when l.product_id is null and l.code = ${voucher} then 'Gift voucher'
      else l.title end,
    options = coalesce((
      select jsonb_agg(case when e.option ? 'valueId' or e.option->>'type' in ${chosenTypes}
          or l.product_id is null and l.code = ${voucher} and e.option->>'name' = 'code'
        then e.option else jsonb_set(e.option, '{value}', '""') end order by e.place)
      from jsonb_array_elements(l.options) with ordinality as e(option, place)), '[]')
  from ${orderRows}
  where l.account_id = k."accountId" and l.number = k.number`,

  erased_comments: `  update order_comments c set text = ''
  from ${orderRows}
  where c.account_id = k."accountId" and c.number = k.number`,

  erased_vouchers: `  update order_lines l set title = 'Gift voucher'
  from json_to_recordset($n::text::json) as k("accountId" int, number int, code text)
  where l.account_id = k."accountId" and l.number = k.number
    and l.product_id is null and l.code = ${voucher} and l.options @>
      jsonb_build_array(jsonb_build_object('name', 'code', 'value', k.code))`,

  dropped_messages: `  delete from deliveries d
  using ${orderRows}, endpoints e
  where ${messageOf('d')} and d.state = 'waiting'`,

  erased_messages: `  update deliveries d set body = ''
  from ${orderRows}, endpoints e
  where ${messageOf('d')} and d.state <> 'waiting'`,

  erased_answers: `  update delivery_attempts a set answer = null
  from ${orderRows}, endpoints e
  where ${messageOf('a')} and a.answer is not null`,
} as const

/** Locks the messages about orders, so that none of them is settled while it is erased. */
export async function lockMessages(sql: BatchSql, keys: readonly OrderKey[]): Promise<void> {
  if (keys.length === 0) return
  const wanted = JSON.stringify(keys.map(({ accountId, number }) => ({ accountId, number })))
  await sql`
    select 1
    from json_to_recordset(${wanted}::text::json) as k("accountId" int, number int)
    join endpoints e on e.account_id = k."accountId"
    join deliveries d on d.account_id = e.account_id and d.endpoint_id = e.id
      and d.number = k.number
    order by d.account_id, d.endpoint_id, d.number, d.seq, d.part
    for update of d`
}
