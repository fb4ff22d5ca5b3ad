import type { Instant } from '../model/order.ts'
import { unflushed } from './by-key.ts'
import type { HotSql } from './database.ts'
import type { DeliveryKey } from './deliveries.ts'

/** What became of one try. */
export type Settled = DeliveryKey & {
  readonly tried: number
  /** The lease under which it was tried. */
  readonly leasedUntil: Instant
  readonly at: Instant
  readonly latencyMs: number
  readonly status: number | null
  readonly problem: string | null
  readonly answer: Buffer
  readonly becomes: 'delivered' | 'dead' | 'waiting'
  /** Of one that waits: when it is tried next. */
  readonly dueAt: Instant
}

/** What an endpoint's tries say of the endpoint. */
export type EndpointNews = {
  readonly accountId: number
  readonly endpointId: number
  /** True: the last of these tries was good, and it counts from zero again. */
  readonly answers: boolean
  /** Tries that failed since then. */
  readonly failed: number
  readonly pausedUntil: Instant | null
  /** Set: it wants no more. */
  readonly disabledWhy: string | null
}

/** An endpoint that was away. */
export type CameBack = { readonly accountId: number; readonly endpointId: number }

/** With so many failures in a row the endpoint itself was away, not one message bad. */
const awayFromFailures = 5

/**
 * Keeps how tries ended, in one statement, and makes the next message of each order that is done
 * due. A try that outlived its lease counts only where it was good. Gives back the endpoints that
 * answer again after they were away: what waits for them need not wait any longer.
 */
export async function settleDeliveries(
  sql: HotSql,
  now: Instant,
  settled: readonly Settled[],
  news: readonly EndpointNews[],
): Promise<CameBack[]> {
  const rows = settled.map(({ answer, ...one }) => ({
    ...one,
    at: iso(one.at),
    dueAt: iso(one.dueAt),
    leasedUntil: iso(one.leasedUntil),
    answer: `\\x${answer.toString('hex')}`,
  }))
  const said = news.map((one) => ({
    ...one,
    pausedUntil: one.pausedUntil === null ? null : iso(one.pausedUntil),
  }))
  return unflushed<CameBack>(
    sql,
    `with tried as materialized (
      select * from json_to_recordset($1::text::json) as k("accountId" int, "endpointId" int,
        number int, seq int, part smallint, tried smallint, at timestamptz, "latencyMs" int,
        status int, problem text, answer bytea, becomes text, "dueAt" timestamptz,
        "leasedUntil" timestamptz)
    ),
    -- Locked, not just looked at: an erasure may have them in hand at this moment. Before anything
    -- is changed (locked): what a query has changed itself, it finds no more to lock.
    there as materialized (
      select d.account_id, d.endpoint_id, d.number, d.seq, d.part
      from tried k
      join deliveries d on d.account_id = k."accountId" and d.endpoint_id = k."endpointId"
        and d.number = k.number and d.seq = k.seq and d.part = k.part
      order by 1, 2, 3, 4, 5
      for update of d
    ),
    locked as materialized (select count(*) >= 0 as done from there),
    noted as (
      insert into delivery_attempts (account_id, endpoint_id, number, seq, part, tried, at,
        latency_ms, status, problem, answer)
      select "accountId", "endpointId", number, seq, part, tried, at, "latencyMs", status, problem,
        -- What was erased while it was under way must not be answered with the buyer either.
        case when exists (
          select 1 from there t
          where t.account_id = k."accountId" and t.endpoint_id = k."endpointId"
            and t.number = k.number and t.seq = k.seq and t.part = k.part
        ) then answer end
      from tried k
      on conflict do nothing
    ),
    settled as (
      update deliveries d set state = k.becomes,
        due_at = k."dueAt",
        tries = greatest(d.tries, k.tried),
        leased_until = null,
        done_at = case when k.becomes = 'waiting' then null else $2::text::timestamptz end
      from tried k
      where d.account_id = k."accountId" and d.endpoint_id = k."endpointId"
        and d.number = k.number and d.seq = k.seq and d.part = k.part
        -- Not by the state: that would tempt the planner to another index than the key's.
        and d.done_at is null and (k.becomes = 'delivered' or d.leased_until = k."leasedUntil")
        and (select l.done from locked l)
    ),
    -- Though it is due: it may be put off (deferFollowers) since this query began to look.
    next as (
      update deliveries d set due_at = least(d.due_at, $2::text::timestamptz)
      from tried k
      cross join lateral (
        select n.seq, n.part from deliveries n
        where n.account_id = k."accountId" and n.endpoint_id = k."endpointId"
          and n.number = k.number and (n.seq, n.part) > (k.seq, k.part) and n.done_at is null
        order by n.seq, n.part limit 1
      ) n
      where k.becomes <> 'waiting' and d.account_id = k."accountId"
        and d.endpoint_id = k."endpointId" and d.number = k.number
        and d.seq = n.seq and d.part = n.part
        and (select l.done from locked l)
    ),
    said as materialized (
      select * from json_to_recordset($3::text::json) as k("accountId" int, "endpointId" int,
        answers bool, failed int, "pausedUntil" timestamptz, "disabledWhy" text)
    ),
    -- What was good while it rests began before that, and does not end the rest.
    heeded as (
      update endpoints e set
        failures = case when k.answers and coalesce(e.paused_until <= $2::text::timestamptz, true)
          then k.failed else e.failures + k.failed end,
        paused_until = case when greatest(e.paused_until, k."pausedUntil") > $2::text::timestamptz
          then greatest(e.paused_until, k."pausedUntil") end,
        disabled_at = case when k."disabledWhy" is null then e.disabled_at
          else coalesce(e.disabled_at, $2::text::timestamptz) end,
        disabled_why = case when e.disabled_at is null then k."disabledWhy" else e.disabled_why end
      from said k
      where e.account_id = k."accountId" and e.id = k."endpointId"
        and (k."disabledWhy" is not null or k."pausedUntil" is not null or k.failed > 0
          or e.failures > 0 or e.paused_until is not null)
    )
    -- Statements of one query all see what was there before: the count that is set back.
    select e.account_id as "accountId", e.id as "endpointId"
    from said k join endpoints e on e.account_id = k."accountId" and e.id = k."endpointId"
    where k.answers and e.failures >= ${awayFromFailures}`,
    [JSON.stringify(rows), iso(now), JSON.stringify(said)],
  )
}

function iso(ms: Instant): string {
  return new Date(ms).toISOString()
}
