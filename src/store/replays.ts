import type { Instant } from '../model/order.ts'
import type { HotSql } from './database.ts'

/** A call by what was proved, and under which function's name. */
export type ReplayKey = { readonly digest: Buffer; readonly function: string }

export type ReplayRow = {
  readonly function: string
  /** Null: the call changed nothing, or is not done yet. */
  readonly answer: string | null
  readonly busyUntil: Instant | null
}

/** `expiredAt`: what was made then or before counts no more. */
export type ReplayTimes = { readonly now: Instant; readonly expiredAt: Instant }

// None of these rows is worth a flush of the disk: one that a crash takes along leaves a call that
// is carried out again, which does no harm. `set_config` holds for its own statement alone.

/**
 * Takes a call in hand until `busyUntil`; false: it is known already, `readReplay` says as what.
 * Whoever has it in hand for longer than gateways can be apart had a clock that was set back since.
 */
export async function claimReplay(
  sql: HotSql,
  accountId: number,
  call: ReplayKey,
  { now, expiredAt, busyUntil }: ReplayTimes & { readonly busyUntil: Instant },
): Promise<boolean> {
  const rows = await sql`
    with unflushed as (select set_config('synchronous_commit', 'off', true))
    insert into replays as r (account_id, digest, function, busy_until, made_at)
    select ${accountId}, ${call.digest}, ${call.function}, ${iso(busyUntil)}, ${iso(now)}
    from unflushed
    on conflict (account_id, digest) do update
    set function = excluded.function, answer = null, busy_until = excluded.busy_until,
      made_at = excluded.made_at
    where r.made_at <= ${iso(expiredAt)} or (r.function = excluded.function
      and r.answer is null and (r.busy_until is null or r.busy_until <= excluded.made_at
        or r.busy_until > excluded.busy_until + (excluded.busy_until - excluded.made_at)))
    returning 1`
  return rows.length === 1
}

/** Notes a call that changes nothing; false: it is known already. */
export async function noteReplay(
  sql: HotSql,
  accountId: number,
  call: ReplayKey,
  { now, expiredAt }: ReplayTimes,
): Promise<boolean> {
  const rows = await sql`
    with unflushed as (select set_config('synchronous_commit', 'off', true))
    insert into replays as r (account_id, digest, function, made_at)
    select ${accountId}, ${call.digest}, ${call.function}, ${iso(now)} from unflushed
    on conflict (account_id, digest) do update
    set function = excluded.function, answer = null, busy_until = null, made_at = excluded.made_at
    where r.made_at <= ${iso(expiredAt)}
    returning 1`
  return rows.length === 1
}

/** Undefined where there is none that still counts. */
export async function readReplay(
  sql: HotSql,
  accountId: number,
  digest: Buffer,
  expiredAt: Instant,
): Promise<ReplayRow | undefined> {
  const [row] = await sql<ReplayRow[]>`
    select function, answer, busy_until as "busyUntil" from replays
    where account_id = ${accountId} and digest = ${digest} and made_at > ${iso(expiredAt)}`
  return row
}

/** Lets go of a call in hand, with its answer or, null, without one; not if another has it by now. */
export async function settleReplay(
  sql: HotSql,
  accountId: number,
  digest: Buffer,
  { busyUntil, answer }: { readonly busyUntil: Instant; readonly answer: string | null },
): Promise<void> {
  await sql`
    with unflushed as (select set_config('synchronous_commit', 'off', true))
    update replays r set answer = ${answer}, busy_until = null from unflushed
    where r.account_id = ${accountId} and r.digest = ${digest}
      and r.busy_until = ${iso(busyUntil)}`
}

/** Forgets what was made at `upTo` or before, a few at a time; gives back how many. */
export async function pruneReplays(sql: HotSql, accountId: number, upTo: Instant): Promise<number> {
  const rows = await sql`
    delete from replays r using (
      select account_id, digest from replays
      where account_id = ${accountId} and made_at <= ${iso(upTo)}
      limit 5000 for update skip locked) old
    where r.account_id = old.account_id and r.digest = old.digest
    returning 1`
  return rows.length
}

function iso(ms: Instant): string {
  return new Date(ms).toISOString()
}
