import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { DeliveryPlace } from '../model/notice.ts'
import type { Instant } from '../model/order.ts'
import type { Drizzle } from './database.ts'
import {
  chosen,
  type DeliveryCursor,
  type DeliveryFilter,
  type DeliveryPage,
  inOrder,
  isDelivery,
} from './delivery-lists.ts'
import { deliveries } from './schema-notices.ts'

/** As if it had just been made; the attempts stay. */
function asNew(now: Instant) {
  return { state: 'waiting', dueAt: now, tries: 0, leasedUntil: null, doneAt: null } as const
}

/** False, and nothing done, while a gateway is at it, where there is none, or none any more. */
export async function resendDelivery(
  db: Drizzle,
  accountId: number,
  at: DeliveryPlace,
  now: Instant,
): Promise<boolean> {
  const rows = await db
    .update(deliveries)
    .set(asNew(now))
    .where(and(isDelivery(accountId, at), isLeft(now)))
    .returning({ number: deliveries.number })
  return rows.length === 1
}

/**
 * The same for one piece of those that fit; where the next one begins, null after the last. The
 * cursor keeps those out that are done anew meanwhile.
 */
export async function resendDeliveries(
  db: Drizzle,
  accountId: number,
  filter: DeliveryFilter,
  page: DeliveryPage,
  now: Instant,
): Promise<{ readonly resent: number; readonly next: DeliveryCursor | null }> {
  return db.transaction(async (tx) => {
    const picked = await tx
      .select({
        endpointId: deliveries.endpointId,
        number: deliveries.number,
        seq: deliveries.seq,
        part: deliveries.part,
        madeAt: deliveries.madeAt,
      })
      .from(deliveries)
      .where(and(chosen(accountId, filter, page.after), isLeft(now)))
      .orderBy(...inOrder)
      .limit(page.most)
      .for('update')
    const last = picked.at(-1)
    if (last === undefined) return { resent: 0, next: null }
    const keys = JSON.stringify(picked)
    await tx
      .update(deliveries)
      .set(asNew(now))
      .where(
        and(
          eq(deliveries.accountId, accountId),
          sql`(${deliveries.endpointId}, ${deliveries.number}, ${deliveries.seq}, ${deliveries.part})
            in (select * from json_to_recordset(${keys}::text::json)
              as k("endpointId" int, number int, seq int, part smallint))`,
        ),
      )
    return { resent: picked.length, next: picked.length < page.most ? null : last }
  })
}

/**
 * Makes a piece of what waits for an endpoint due now, whatever it had to wait for; gives back
 * how many. Those under way are left alone.
 */
export async function hastenDeliveries(
  db: Drizzle,
  accountId: number,
  endpointId: number,
  now: Instant,
  most: number,
): Promise<number> {
  const rows = await db.execute(sql`
    update deliveries d set due_at = ${iso(now)}::timestamptz
    from (
      select number, seq, part from deliveries
      where account_id = ${accountId} and endpoint_id = ${endpointId} and state = 'waiting'
        and due_at > ${iso(now)}::timestamptz
        and (leased_until is null or leased_until <= ${iso(now)}::timestamptz)
      order by due_at limit ${most} for update skip locked) late
    where d.account_id = ${accountId} and d.endpoint_id = ${endpointId}
      and d.number = late.number and d.seq = late.seq and d.part = late.part
    returning 1`)
  return rows.length
}

/** No gateway is at it, and its buyer has not been erased. */
function isLeft(now: Instant): SQL {
  return sql`(${deliveries.leasedUntil} is null or ${deliveries.leasedUntil} <= ${iso(now)}::timestamptz)
    and ${deliveries.body} <> ''`
}

function iso(at: Instant): string {
  return new Date(at).toISOString()
}
