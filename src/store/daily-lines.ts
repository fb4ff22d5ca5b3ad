import type { Money } from '../model/money.ts'
import type { Instant } from '../model/order.ts'
import type { AccountRow } from './accounts.ts'
import type { HotSql } from './database.ts'

export type DayAccount = Pick<AccountRow, 'id' | 'login' | 'settings' | 'createdAt'> & {
  /** The day that was told last; null: none yet. */
  readonly toldDay: string | null
}

/** Accounts that are not disabled. Crosses accounts: the gateway's own housekeeping. */
export async function listDayAccounts(sql: HotSql): Promise<DayAccount[]> {
  return sql<DayAccount[]>`
    select a.id, a.login, a.settings, a.created_at as "createdAt", d.day as "toldDay"
    from accounts a left join daily_lines d on d.account_id = a.id
    where a.disabled_at is null
    order by a.id`
}

/** True for whoever is the first to tell of that day; false: it, or a later one, has been told. */
export async function claimDay(sql: HotSql, accountId: number, day: string): Promise<boolean> {
  const rows = await sql`
    insert into daily_lines as d (account_id, day) values (${accountId}, ${day})
    on conflict (account_id) do update set day = excluded.day where d.day < excluded.day
    returning 1`
  return rows.length === 1
}

/** From `from` on and before `to`. */
export type Stretch = { readonly from: Instant; readonly to: Instant }

export type DayOrders = {
  readonly placed: number
  readonly sums: readonly { readonly currency: string; readonly sum: Money }[]
  readonly paid: number
  readonly sent: number
  readonly cancelled: number
}

/**
 * What became of orders in that time. Orders that changed since are found in the narrow table of
 * states, and their events by key: the history itself has no index by time.
 */
export async function readDayOrders(
  sql: HotSql,
  accountId: number,
  { from, to }: Stretch,
): Promise<DayOrders> {
  const sums = await sql<{ currency: string; sum: Money; count: number }[]>`
    select currency, sum(total)::numeric(30, 4) as sum, count(*)::int as count from orders
    where account_id = ${accountId} and created_at >= ${iso(from)} and created_at < ${iso(to)}
    group by currency order by currency`
  const [row] = await sql<{ paid: number; sent: number; cancelled: number }[]>`
    select count(distinct e.number) filter (where e.kind = 'paid')::int as paid,
      count(distinct e.number) filter (where e.kind = 'sent')::int as sent,
      count(distinct e.number) filter (where e.kind in ('cancelled', 'expired'))::int as cancelled
    from order_states s
    cross join lateral (
      select e.number, e.kind from order_events e
      where e.account_id = s.account_id and e.number = s.number
        and e.at >= ${iso(from)} and e.at < ${iso(to)}
      offset 0) e
    where s.account_id = ${accountId} and s.changed_at >= ${iso(from)}`
  const { paid = 0, sent = 0, cancelled = 0 } = row ?? {}
  return {
    placed: sums.reduce((all, { count }) => all + count, 0),
    sums: sums.map(({ currency, sum }) => ({ currency, sum })),
    paid,
    sent,
    cancelled,
  }
}

/** A message is tried for three days, and may be sent again a little later. */
const longestWayMs = 7 * 86_400_000

export type DayNotices = {
  readonly delivered: number
  readonly dead: number
  /** Orders that need attention now. */
  readonly attention: number
}

export async function readDayNotices(
  sql: HotSql,
  accountId: number,
  { from, to }: Stretch,
): Promise<DayNotices> {
  const [row] = await sql<DayNotices[]>`
    select count(*) filter (where state = 'delivered')::int as delivered,
      count(*) filter (where state = 'dead')::int as dead,
      (select count(distinct number)::int from attention
        where account_id = ${accountId} and acknowledged_at is null) as attention
    from deliveries
    where account_id = ${accountId} and made_at >= ${iso(from - longestWayMs)}
      and made_at < ${iso(to)} and done_at >= ${iso(from)} and done_at < ${iso(to)}`
  return row ?? { delivered: 0, dead: 0, attention: 0 }
}

function iso(ms: Instant): string {
  return new Date(ms).toISOString()
}
