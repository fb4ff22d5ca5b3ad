import { and, asc, eq, gte, inArray, lte, type SQL, sql } from 'drizzle-orm'
import type { DeliveryPlace } from '../model/notice.ts'
import type { Instant } from '../model/order.ts'
import type { Drizzle } from './database.ts'
import { deliveries, deliveryAttempts } from './schema-notices.ts'

export type DeliveryState = 'waiting' | 'delivered' | 'dead'

/** All parts must hold at once. */
export type DeliveryFilter = {
  readonly endpointId?: number
  readonly number?: number
  readonly states?: readonly DeliveryState[]
  readonly madeFrom?: Instant
  /** Inclusive. */
  readonly madeTo?: Instant
}

/** A delivery without its message. */
export type DeliveryHead = DeliveryPlace & {
  readonly type: string
  readonly state: DeliveryState
  readonly madeAt: Instant
  /** When it may be tried next. */
  readonly dueAt: Instant
  /** Begun, since it was made or sent again. */
  readonly tries: number
  /** A gateway is at it until then; may be over. */
  readonly leasedUntil: Instant | null
  readonly doneAt: Instant | null
}

export type DeliveryCursor = DeliveryPlace & { readonly madeAt: Instant }
export type DeliveryPage = { readonly after: DeliveryCursor | null; readonly most: number }

const place = {
  endpointId: deliveries.endpointId,
  number: deliveries.number,
  seq: deliveries.seq,
  part: deliveries.part,
}

const head = {
  ...place,
  type: deliveries.type,
  state: deliveries.state,
  madeAt: deliveries.madeAt,
  dueAt: deliveries.dueAt,
  tries: deliveries.tries,
  leasedUntil: deliveries.leasedUntil,
  doneAt: deliveries.doneAt,
}

/** By the time that they were made. */
export const inOrder = [
  asc(deliveries.madeAt),
  asc(deliveries.endpointId),
  asc(deliveries.number),
  asc(deliveries.seq),
  asc(deliveries.part),
]

/** One page of deliveries by the time that they were made. */
export async function readDeliveries(
  db: Drizzle,
  accountId: number,
  filter: DeliveryFilter,
  page: DeliveryPage,
): Promise<DeliveryHead[]> {
  return db
    .select(head)
    .from(deliveries)
    .where(chosen(accountId, filter, page.after))
    .orderBy(...inOrder)
    .limit(page.most)
}

/** How a try ended. */
export type AttemptRecord = {
  /** Counts the tries since the delivery was made or sent again. */
  readonly tried: number
  readonly at: Instant
  readonly latencyMs: number
  /** Of the answer; null where there was none. */
  readonly status: number | null
  readonly problem: string | null
  /** The answer's beginning, as it came. */
  readonly answer: Buffer | null
}

export type DeliveryRecord = DeliveryHead & {
  /** The message, frozen. Holds the buyer. */
  readonly body: string
  /** Oldest first, as far as they are kept. */
  readonly attempts: readonly AttemptRecord[]
}

export async function readDelivery(
  db: Drizzle,
  accountId: number,
  at: DeliveryPlace,
): Promise<DeliveryRecord | undefined> {
  const [row] = await db
    .select({ ...head, body: deliveries.body })
    .from(deliveries)
    .where(isDelivery(accountId, at))
  if (row === undefined) return undefined
  const attempts = await db
    .select({
      tried: deliveryAttempts.tried,
      at: deliveryAttempts.at,
      latencyMs: deliveryAttempts.latencyMs,
      status: deliveryAttempts.status,
      problem: deliveryAttempts.problem,
      answer: deliveryAttempts.answer,
    })
    .from(deliveryAttempts)
    .where(
      and(
        eq(deliveryAttempts.accountId, accountId),
        eq(deliveryAttempts.endpointId, at.endpointId),
        eq(deliveryAttempts.number, at.number),
        eq(deliveryAttempts.seq, at.seq),
        eq(deliveryAttempts.part, at.part),
      ),
    )
    .orderBy(asc(deliveryAttempts.at), asc(deliveryAttempts.tried))
  return { ...row, attempts }
}

export type DeliveryCounts = {
  readonly endpointId: number
  readonly waiting: number
  readonly dead: number
  /** The last success among the newest orders that the endpoint was told of. */
  readonly deliveredAt: Instant | null
}

/** So many of an endpoint's deliveries are looked at for its last success. */
const newest = 500

/** What there is for each endpoint of the account. */
export async function countDeliveries(db: Drizzle, accountId: number): Promise<DeliveryCounts[]> {
  const counted = (state: DeliveryState): SQL => sql`
    (select count(*)::int from deliveries d
      where d.account_id = e.account_id and d.endpoint_id = e.id and d.state = ${sql.raw(`'${state}'`)})`
  const rows = await db.execute<Omit<DeliveryCounts, 'deliveredAt'> & { delivered: string | null }>(
    sql`
    select e.id as "endpointId", ${counted('waiting')} as waiting, ${counted('dead')} as dead,
      (select (extract(epoch from max(n.done_at)) * 1000)::bigint::text from (
        select d.done_at, d.state from deliveries d
        where d.account_id = e.account_id and d.endpoint_id = e.id
        order by d.number desc, d.seq desc, d.part desc limit ${newest}) n
        where n.state = 'delivered') as delivered
    from endpoints e where e.account_id = ${accountId}`,
  )
  return rows.map(({ delivered, ...counts }) => ({
    ...counts,
    deliveredAt: delivered === null ? null : Number(delivered),
  }))
}

/** The deliveries that fit, behind the cursor. */
export function chosen(
  accountId: number,
  { endpointId, number, states, madeFrom, madeTo }: DeliveryFilter,
  after: DeliveryCursor | null,
): SQL | undefined {
  return and(
    eq(deliveries.accountId, accountId),
    endpointId === undefined ? undefined : eq(deliveries.endpointId, endpointId),
    number === undefined ? undefined : eq(deliveries.number, number),
    states === undefined ? undefined : inArray(deliveries.state, [...states]),
    madeFrom === undefined ? undefined : gte(deliveries.madeAt, madeFrom),
    madeTo === undefined ? undefined : lte(deliveries.madeAt, madeTo),
    after === null ? undefined : isAfter(after),
  )
}

function isAfter({ madeAt, endpointId, number, seq, part }: DeliveryCursor): SQL {
  return sql`(${deliveries.madeAt}, ${deliveries.endpointId}, ${deliveries.number},
    ${deliveries.seq}, ${deliveries.part})
    > (${iso(madeAt)}::timestamptz, ${endpointId}::int, ${number}::int, ${seq}::int, ${part}::int)`
}

export function isDelivery(accountId: number, at: DeliveryPlace): SQL | undefined {
  return and(
    eq(deliveries.accountId, accountId),
    eq(deliveries.endpointId, at.endpointId),
    eq(deliveries.number, at.number),
    eq(deliveries.seq, at.seq),
    eq(deliveries.part, at.part),
  )
}

function iso(at: Instant): string {
  return new Date(at).toISOString()
}
