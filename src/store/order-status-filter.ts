import type { HotSql } from './database.ts'

export type StatusFilter = {
  readonly ids: readonly number[]
  /**
   * Seen by a credential for which an order stays on its status until it moved the order itself:
   * what a warehouse did meanwhile is passed over. `sending`: the statuses that say "sent".
   */
  readonly held?: { readonly credentialId: number; readonly sending: readonly number[] }
}

/** The status that an order shows, as `statusOf` in the model says it. */
export function shownStatus(sql: HotSql, { held }: StatusFilter) {
  const byPayment = sql`case s.payment when 'cancelled' then 7 when 'refunded' then 11
    when 'paid' then 2 else 1 end`
  const shown = sql`coalesce(s.label, case when s.payment in ('cancelled', 'refunded') then ${byPayment}
    when s.fulfilment <> 'open' then 3 else ${byPayment} end)`
  if (held === undefined) return shown
  // Nothing of what sends goods counts: the last other status or move of the payment does.
  const sending = numbersOf(sql, held.sending)
  return sql`case
    when exists (select 1 from takings t where t.account_id = o.account_id
      and t.credential_id = ${held.credentialId} and t.number = o.number
      and t.confirmed_at is not null) then ${shown}
    when s.label is not null and s.label not in ${sending} then s.label
    else coalesce((
      select case when e.kind = 'status-set' then (e.data ->> 'status')::int end
      from order_events e
      where e.account_id = o.account_id and e.number = o.number
        and (e.kind in ('paid', 'cancelled', 'expired', 'refunded', 'reopened')
          or (e.kind = 'status-set' and (e.data ->> 'status')::int not in ${sending}))
      order by e.seq desc limit 1), ${byPayment}) end`
}

/** A set of numbers as one bound text; -1 keeps an empty set a set. */
export function numbersOf(sql: HotSql, numbers: readonly number[]) {
  return sql`(select json_array_elements_text(${JSON.stringify([-1, ...numbers])}::text::json)::int)`
}
