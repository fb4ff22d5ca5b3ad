import type { DeliveryPlace } from '../model/notice.ts'
import type { Instant } from '../model/order.ts'
import { unflushed } from './by-key.ts'
import type { Sealed } from './columns.ts'
import type { HotSql } from './database.ts'

/** The channel on which gateways hear that another process has made deliveries. */
export const deliveryChannel = 'countersign_deliveries'

/** Tells the gateways of this database; one that cannot be told looks by itself. */
export function notifyDeliveries(sql: HotSql, accountIds: ReadonlySet<number>): void {
  const payload = [...accountIds].slice(0, 500).join()
  sql`select pg_notify(${deliveryChannel}, ${payload})`.catch(() => undefined)
}

export type DeliveryKey = DeliveryPlace & { readonly accountId: number }

/** A delivery that this gateway has to try now, with what it must know of the endpoint. */
export type Claimed = DeliveryKey & {
  readonly login: string
  readonly type: string
  readonly body: string
  readonly madeAt: Instant
  /** This one counted; kept once it has ended. */
  readonly tries: number
  readonly leasedUntil: Instant
  readonly url: string
  readonly format: string
  /** Sealed. */
  readonly secret: Sealed | null
  /** Sealed; null once its time is over. */
  readonly previousSecret: Sealed | null
  /** Tries in a row that failed, of all deliveries of the endpoint. */
  readonly failures: number
}

export type ClaimRoom = {
  /** At once to an endpoint that answers; one that failed last gets one call at a time. */
  readonly each: number
  /** More, in all. */
  readonly most: number
  /** Of these, to endpoints that failed last. */
  readonly failing: number
  /** What this gateway has in hand, by endpoint. */
  readonly underWay: readonly {
    readonly accountId: number
    readonly endpointId: number
    readonly count: number
  }[]
  /** Absent: of all accounts. */
  readonly accountIds?: ReadonlySet<number>
}

/**
 * Takes deliveries that are due: of each order and endpoint only the earliest that waits. They are
 * this gateway's until `leasedUntil`; one that it never settles is due again then. A lost claim
 * costs a repeated message at most, so that nobody waits for its flush.
 */
export async function claimDeliveries(
  sql: HotSql,
  now: Instant,
  leasedUntil: Instant,
  room: ClaimRoom,
): Promise<Claimed[]> {
  const accounts = room.accountIds === undefined ? null : JSON.stringify([...room.accountIds])
  return unflushed<Claimed>(
    sql,
    `with busy as materialized (
      select * from json_to_recordset($3::text::json)
        as b("accountId" int, "endpointId" int, count int)
    ),
    picked as materialized (
      ${due('e.failures > 0', '1', '$6::text::int')}
      union all
      ${due('e.failures = 0', '$4::text::int', '$5::text::int')}
      limit $5::text::int
    )
    update deliveries d set leased_until = $2::text::timestamptz
    from picked p join accounts a on a.id = p.account_id
    where d.ctid = p.place
    returning d.account_id as "accountId", d.endpoint_id as "endpointId", d.number, d.seq, d.part,
      a.login, d.type, d.body, d.made_at as "madeAt", d.tries + 1 as tries,
      d.leased_until as "leasedUntil", p.url, p.format, p.secret,
      p.previous_secret as "previousSecret", p.failures`,
    [
      iso(now),
      iso(leasedUntil),
      JSON.stringify(room.underWay),
      String(room.each),
      String(room.most),
      String(room.failing),
      accounts,
    ],
  )
}

/** Of `endpoints e`: what waits for those of the other mode rests until the account is in it. */
const ofMode = `e.test = (select coalesce((m.settings->>'test')::boolean, false)
  from accounts m where m.id = e.account_id)`

/** Locked, of some endpoints: at most `most`, and of each no more than `each` at once. */
function due(which: string, each: string, most: string): string {
  return `(select e.account_id, e.id, e.url, e.format, e.secret, e.failures,
      case when e.previous_until > $1::text::timestamptz then e.previous_secret end
        as previous_secret,
      d.place
    from endpoints e
    left join busy b on b."accountId" = e.account_id and b."endpointId" = e.id
    cross join lateral (
      select d.ctid as place
      from deliveries d
      where d.account_id = e.account_id and d.endpoint_id = e.id and d.state = 'waiting'
        and d.due_at <= $1::text::timestamptz
        and (d.leased_until is null or d.leased_until <= $1::text::timestamptz)
        and (d.seq, d.part) = (${earliest})
      order by d.due_at
      limit greatest(0, ${each} - coalesce(b.count, 0))
      for update of d skip locked
    ) d
    where e.disabled_at is null and ${which} and ${ofMode}
      and (e.paused_until is null or e.paused_until <= $1::text::timestamptz)
      and ($7::text is null or e.account_id in
        (select value::int from json_array_elements_text($7::text::json)))
    limit ${most})`
}

/**
 * Of the order and endpoint of `deliveries d`: what is not done yet. Looked up one by one, whatever
 * the planner believes of the table: its numbers are old when a heap has just come or gone. Not by
 * the state, which would offer it the index of all that waits for the endpoint beside the key's.
 */
const earliest = `select f.seq, f.part from deliveries f
  where f.account_id = d.account_id and f.endpoint_id = d.endpoint_id and f.number = d.number
    and f.done_at is null
  order by f.seq, f.part limit 1`

/**
 * Moves what is due, but waits for an earlier message of its order, to the time of that: else a
 * heap of them would be looked at again and again. Looks at the `most` that are due first, of each
 * endpoint.
 */
export async function deferFollowers(sql: HotSql, now: Instant, most: number): Promise<number> {
  const rows = await unflushed(
    sql,
    `with late as materialized (
      select d.place, h.due_at
      from endpoints e
      cross join lateral (
        select d.ctid as place, d.account_id, d.endpoint_id, d.number, d.seq, d.part
        from deliveries d
        where d.account_id = e.account_id and d.endpoint_id = e.id and d.state = 'waiting'
          and d.due_at <= $1::text::timestamptz
        order by d.due_at
        limit $2::text::int
      ) d
      cross join lateral (
        select h.seq, h.part, greatest(h.due_at, coalesce(h.leased_until, h.due_at)) as due_at
        from deliveries h
        where h.account_id = d.account_id and h.endpoint_id = d.endpoint_id
          and h.number = d.number and h.done_at is null
        order by h.seq, h.part limit 1
      ) h
      where e.disabled_at is null and ${ofMode}
        and (e.paused_until is null or e.paused_until <= $1::text::timestamptz)
        and (h.seq, h.part) < (d.seq, d.part) and h.due_at > $1::text::timestamptz
    ),
    locked as materialized (
      select d.ctid as place, l.due_at from late l join deliveries d on d.ctid = l.place
      for update of d skip locked
    )
    update deliveries d set due_at = l.due_at from locked l
    where d.ctid = l.place and d.state = 'waiting'
    returning 1 as moved`,
    [iso(now), String(most)],
  )
  return rows.length
}

/** Forgets attempts, and deliveries that are done, from before `before`; gives back how many. */
export async function pruneDeliveries(
  sql: HotSql,
  accountId: number,
  before: { readonly delivered: Instant; readonly dead: Instant },
): Promise<number> {
  const attempts = await sql`
    delete from delivery_attempts a using (
      select ctid from delivery_attempts
      where account_id = ${accountId} and at < ${iso(before.delivered)}
      limit 5000 for update skip locked) old
    where a.ctid = old.ctid
    returning 1`
  const done = await sql`
    delete from deliveries d using (
      select ctid from deliveries
      where account_id = ${accountId} and made_at < ${iso(before.delivered)}
        and (state = 'delivered' and done_at < ${iso(before.delivered)}
          or state = 'dead' and done_at < ${iso(before.dead)})
      limit 5000 for update skip locked) old
    where d.ctid = old.ctid
    returning 1`
  return attempts.length + done.length
}

function iso(ms: Instant): string {
  return new Date(ms).toISOString()
}
