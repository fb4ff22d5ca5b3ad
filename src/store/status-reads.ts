import type { Instant } from '../model/order.ts'
import type { Database, HotSql } from './database.ts'

/** What of an account waits for a person, as the database counts it. */
export type Waiting = {
  readonly attention: number
  readonly attentionSince: Instant | null
  /** Messages given up since the time that was asked for. */
  readonly dead: number
  /** Messages that should have arrived by the time that was asked for. */
  readonly late: number
  readonly lateSince: Instant | null
}

/** `deadAfter`: older ones are history; `madeBefore`: newer ones are not late yet. */
export async function readWaiting(
  sql: HotSql,
  accountId: number,
  { deadAfter, madeBefore }: { readonly deadAfter: Instant; readonly madeBefore: Instant },
): Promise<Waiting> {
  const [row] = await sql<Waiting[]>`
    select a.count as attention, a.since as "attentionSince", d.count as dead, l.count as late,
      l.since as "lateSince"
    from (
      select count(distinct number)::int as count, min(raised_at) as since
      from attention where account_id = ${accountId} and acknowledged_at is null
    ) a,
    (
      select count(*)::int as count from deliveries
      where account_id = ${accountId} and state = 'dead' and done_at > ${iso(deadAfter)}
    ) d,
    (
      select count(*)::int as count, min(d.made_at) as since
      from deliveries d
      join endpoints e on e.account_id = d.account_id and e.id = d.endpoint_id
      join accounts a on a.id = d.account_id
      where d.account_id = ${accountId} and d.state = 'waiting' and d.made_at < ${iso(madeBefore)}
        -- One that was sent again a moment ago is as good as new.
        and (d.tries > 0 or d.due_at < ${iso(madeBefore)})
        and e.disabled_at is null and e.test = coalesce((a.settings->>'test')::boolean, false)
    ) l`
  if (row === undefined) throw new Error('an aggregate has a row')
  return row
}

export type SwitchedOff = { readonly id: number; readonly why: string; readonly at: Instant }

/** Endpoints that failed, or said that they want no more; not those that the operator disabled. */
export async function readSwitchedOff(sql: HotSql, accountId: number): Promise<SwitchedOff[]> {
  return sql<SwitchedOff[]>`
    select id, disabled_why as why, disabled_at as at from endpoints
    where account_id = ${accountId} and disabled_at is not null
      and disabled_why is distinct from 'by the operator'
    order by id`
}

/** Credentials by which somebody should be calling: neither ended nor of the other mode. */
export async function readCallers(
  sql: HotSql,
  accountId: number,
  now: Instant,
): Promise<{ id: number; dialect: string; lastUsedAt: Instant | null }[]> {
  return sql<{ id: number; dialect: string; lastUsedAt: Instant | null }[]>`
    select c.id, c.dialect, c.last_used_at as "lastUsedAt"
    from credentials c join accounts a on a.id = c.account_id
    where c.account_id = ${accountId} and c.revoked_at is null
      and c.valid_from <= ${iso(now)} and (c.valid_until is null or c.valid_until > ${iso(now)})
      and c.test = coalesce((a.settings->>'test')::boolean, false)
    order by c.id`
}

/** What the database's clock shows. */
export async function readClock({ sql }: Pick<Database, 'sql'>): Promise<Instant> {
  const [row] = await sql<{ now: Instant }[]>`select clock_timestamp() as now`
  if (row === undefined) throw new Error('the database has a clock')
  return row.now
}

/** Messages that wait for any endpoint, counted up to `most`. Crosses accounts: the operator's own. */
export async function countWaiting(sql: HotSql, most: number): Promise<number> {
  const [row] = await sql<{ count: number }[]>`
    select count(*)::int as count from (
      select 1 from deliveries where state = 'waiting' limit ${most}) w`
  return row?.count ?? 0
}

function iso(ms: Instant): string {
  return new Date(ms).toISOString()
}
