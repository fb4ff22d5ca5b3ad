import type { Instant } from '../model/order.ts'
import { unflushed } from './by-key.ts'
import type { HotSql } from './database.ts'

/** Calls of one credential in one hour. */
export type HourCount = {
  readonly accountId: number
  readonly dialect: string
  /** 0: no credential proved them. */
  readonly credentialId: number
  /** When the hour began. */
  readonly hour: Instant
  readonly accepted: number
  readonly refused: number
}

/** How a dialect of an account fared lately. */
export type StreakChange = {
  readonly accountId: number
  readonly dialect: string
  /** True: a call was accepted before these refusals, and the row begins with them. */
  readonly afresh: boolean
  readonly refused: number
  /** The first of the refusals; null: there is none. */
  readonly since: Instant | null
  readonly at: Instant
}

/**
 * Adds to what was counted before. Rows are taken in the order of their keys, so that gateways that
 * count at once wait for each other and never deadlock. Of an account that is gone nothing is kept.
 */
export async function addCallCounts(
  sql: HotSql,
  hours: readonly HourCount[],
  streaks: readonly StreakChange[],
): Promise<void> {
  const counted = hours.map((one) => ({ ...one, hour: iso(one.hour) }))
  const changed = streaks.map((one) => ({
    ...one,
    since: one.since === null ? null : iso(one.since),
    at: iso(one.at),
  }))
  await unflushed(
    sql,
    `with changed as materialized (
      select * from json_to_recordset($2::text::json) as k("accountId" int, dialect text,
        afresh bool, refused int, since timestamptz, at timestamptz)
    ),
    counted as (
      insert into call_hours as h (account_id, dialect, credential_id, hour, accepted, refused)
      select a.id, k.dialect, k."credentialId", k.hour, k.accepted, k.refused
      from json_to_recordset($1::text::json) as k("accountId" int, dialect text,
        "credentialId" int, hour timestamptz, accepted int, refused int)
      join accounts a on a.id = k."accountId"
      order by a.id, k.dialect collate "C", k."credentialId", k.hour
      on conflict (account_id, dialect, credential_id, hour) do update
      set accepted = h.accepted + excluded.accepted, refused = h.refused + excluded.refused
    )
    insert into call_streaks as s (account_id, dialect, refused_in_row, refused_since, changed_at)
    select a.id, k.dialect, k.refused, k.since, k.at
    from changed k join accounts a on a.id = k."accountId"
    order by a.id, k.dialect collate "C"
    on conflict (account_id, dialect) do update
    set (refused_in_row, refused_since, changed_at) = (
      select case when k.afresh then k.refused
          else least(s.refused_in_row + k.refused::bigint, ${mostInRow})::int end,
        case when k.afresh then k.since else coalesce(s.refused_since, k.since) end,
        k.at
      from changed k
      where k."accountId" = excluded.account_id and k.dialect = excluded.dialect)
    -- Most calls are accepted after others that were: nothing to write.
    where s.refused_in_row > 0 or excluded.refused_in_row > 0`,
    [JSON.stringify(counted), JSON.stringify(changed)],
  )
}

/** Credentials of an account in the hours in which they called, from `since` on; oldest first. */
export async function readActiveHours(
  sql: HotSql,
  accountId: number,
  since: Instant,
): Promise<{ credentialId: number; hour: Instant }[]> {
  return sql<{ credentialId: number; hour: Instant }[]>`
    select distinct credential_id as "credentialId", hour from call_hours
    where account_id = ${accountId} and credential_id > 0 and hour >= ${iso(since)}
    order by 1, 2`
}

export type Streak = {
  readonly dialect: string
  readonly refusedInRow: number
  readonly refusedSince: Instant | null
}

/** Dialects with at least so many refusals in a row, of which one came after `changedAfter`. */
export async function readStreaks(
  sql: HotSql,
  accountId: number,
  { atLeast, changedAfter }: { readonly atLeast: number; readonly changedAfter: Instant },
): Promise<Streak[]> {
  return sql<Streak[]>`
    select dialect, refused_in_row as "refusedInRow", refused_since as "refusedSince"
    from call_streaks
    where account_id = ${accountId} and refused_in_row >= ${atLeast}
      and changed_at > ${iso(changedAfter)}
    order by dialect`
}

/** Calls by dialect in the hours that began from `from` on and before `to`. */
export async function sumCalls(
  sql: HotSql,
  accountId: number,
  { from, to }: { readonly from: Instant; readonly to: Instant },
): Promise<{ dialect: string; accepted: number; refused: number }[]> {
  return sql<{ dialect: string; accepted: number; refused: number }[]>`
    select dialect, sum(accepted)::float8 as accepted, sum(refused)::float8 as refused
    from call_hours
    where account_id = ${accountId} and hour >= ${iso(from)} and hour < ${iso(to)}
    group by dialect order by dialect`
}

/** Forgets hours from before `before`, a few at a time; gives back how many. */
export async function pruneCallHours(
  sql: HotSql,
  accountId: number,
  before: Instant,
): Promise<number> {
  const rows = await sql`
    delete from call_hours h using (
      select ctid from call_hours
      where account_id = ${accountId} and hour < ${iso(before)}
      limit 5000 for update skip locked) old
    where h.ctid = old.ctid
    returning 1`
  return rows.length
}

/** A number of refusals that says enough, and that the column holds. */
const mostInRow = 1_000_000_000

function iso(ms: Instant): string {
  return new Date(ms).toISOString()
}
