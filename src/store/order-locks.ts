import type { OrderFacts } from '../model/command.ts'
import type { FulfilmentAxis, PaymentAxis, Shipment } from '../model/order.ts'
import type { BatchSql } from './batch-lane.ts'
import type { HotSql } from './database.ts'

export type OrderKey = { readonly accountId: number; readonly number: number }
export type CounterName = 'order' | 'release'
export type CounterKey = { readonly accountId: number; readonly name: CounterName }

/** A locked order: what the rules need, and where its events go on. */
export type LockedOrder = OrderKey &
  OrderFacts & {
    readonly eventSeq: number
    /** Its place, from 0, among the release numbers that the batch at work draws; else null. */
    readonly draw: number | null
  }

type StateRow = Omit<LockedOrder, 'shipments' | 'draw'> & { readonly parcels: number }

export function orderKey({ accountId, number }: OrderKey): string {
  return `${accountId}/${number}`
}

export function counterKey({ accountId, name }: CounterKey): string {
  return `${accountId}/${name}`
}

/** Locks counters in the order that holds everywhere; gives the next free number of each. */
export async function lockCounters(
  sql: BatchSql,
  keys: readonly CounterKey[],
): Promise<Map<string, number>> {
  if (keys.length === 0) return new Map()
  const rows = await sql<(CounterKey & { next: string })[]>`
    select c.account_id as "accountId", c.name, c.next
    from counters c
    join json_to_recordset(${JSON.stringify(keys)}::text::json) as k("accountId" int, name text)
      on c.account_id = k."accountId" and c.name = k.name collate "C"
    order by c.account_id, c.name
    for update of c`
  return new Map(rows.map((row) => [counterKey(row), Number(row.next)]))
}

/** Locks orders, sorted, and reads what the rules need. Orders that do not exist are absent. */
export async function lockOrders(
  sql: BatchSql,
  keys: readonly OrderKey[],
): Promise<Map<string, LockedOrder>> {
  const wanted = JSON.stringify(keys)
  const rows = await sql<StateRow[]>`
    select s.account_id as "accountId", s.number, s.payment, s.fulfilment, s.hidden,
      s.handed_over as "handedOver", s.pay_on_delivery as "payOnDelivery",
      s.release_number as "releaseNumber", s.label, s.paid_at as "paidAt", s.sent_at as "sentAt",
      s.returned_at as "returnedAt", s.cancelled_at as "cancelledAt",
      s.refunded_at as "refundedAt", s.released_at as "releasedAt", s.changed_at as "changedAt",
      s.parcels, s.event_seq as "eventSeq"
    from order_states s
    join json_to_recordset(${wanted}::text::json) as k("accountId" int, number int)
      on s.account_id = k."accountId" and s.number = k.number
    order by s.account_id, s.number
    for update of s`
  const withParcels = rows.filter(({ parcels }) => parcels > 0)
  const shipments = await shipmentsOf(sql, withParcels)
  return new Map(
    rows.map(({ parcels: _parcels, ...state }) => {
      const key = orderKey(state)
      return [key, { ...state, draw: null, shipments: shipments.get(key) ?? [] }]
    }),
  )
}

export type TakingKey = OrderKey & { readonly credentialId: number }

export function takingKey({ accountId, credentialId, number }: TakingKey): string {
  return `${accountId}/${credentialId}/${number}`
}

/** The keys of the takings of these orders that are confirmed. Needs the orders' locks. */
export async function readConfirmed(
  sql: BatchSql,
  keys: readonly OrderKey[],
): Promise<Set<string>> {
  if (keys.length === 0) return new Set()
  const rows = await sql<TakingKey[]>`
    select t.account_id as "accountId", t.credential_id as "credentialId", t.number
    from takings t
    join json_to_recordset(${JSON.stringify(keys)}::text::json) as k("accountId" int, number int)
      on t.account_id = k."accountId" and t.number = k.number
    where t.confirmed_at is not null`
  return new Set(rows.map(takingKey))
}

/**
 * Of these orders, by `orderKey`, those that one credential alone has in hand, and that of a dialect
 * whose clients never report. Needs the orders' locks.
 */
export async function readSilentlyHeld(
  sql: BatchSql,
  keys: readonly OrderKey[],
  silentDialects: readonly string[],
): Promise<Set<string>> {
  if (keys.length === 0) return new Set()
  const rows = await sql<OrderKey[]>`
    select t.account_id as "accountId", t.number
    from takings t
    join json_to_recordset(${JSON.stringify(keys)}::text::json) as k("accountId" int, number int)
      on t.account_id = k."accountId" and t.number = k.number
    join credentials c on c.account_id = t.account_id and c.id = t.credential_id
    where t.confirmed_at is not null
    group by 1, 2
    having count(*) = 1 and bool_and(c.dialect in ${sql(['', ...silentDialects])})`
  return new Set(rows.map(orderKey))
}

async function shipmentsOf(
  sql: BatchSql,
  keys: readonly OrderKey[],
): Promise<Map<string, Shipment[]>> {
  const found = new Map<string, Shipment[]>()
  if (keys.length === 0) return found
  const wanted = JSON.stringify(keys.map(({ accountId, number }) => ({ accountId, number })))
  const rows = await sql<(OrderKey & Shipment)[]>`
    select p.account_id as "accountId", p.number, p.position, p.service, p.tracking, p.link,
      p.sent_at as "sentAt", p.via
    from order_shipments p
    join json_to_recordset(${wanted}::text::json) as k("accountId" int, number int)
      on p.account_id = k."accountId" and p.number = k.number
    order by p.account_id, p.number, p.position`
  for (const { accountId, number, ...shipment } of rows) {
    const key = orderKey({ accountId, number })
    const list = found.get(key)
    if (list === undefined) found.set(key, [shipment])
    else list.push(shipment)
  }
  return found
}

export type Fingerprint = { readonly accountId: number; readonly digest: Buffer }

/** An order that an earlier call made, found by the digest of that call. */
export type FingerprintHit = OrderKey & {
  readonly digest: string
  readonly madeAt: number
  readonly payment: PaymentAxis
  readonly fulfilment: FulfilmentAxis
  readonly hidden: boolean
  readonly payKey: string
  readonly payDomain: string | null
}

/**
 * Earlier orders behind the digests, oldest first; `digest` is hex. With the counter's lock it is
 * certain that there is none; without it one may be under way.
 */
export async function findFingerprints(
  sql: HotSql,
  prints: readonly Fingerprint[],
): Promise<FingerprintHit[]> {
  if (prints.length === 0) return []
  const wanted = JSON.stringify(
    prints.map(({ accountId, digest }) => ({ accountId, digest: `\\x${digest.toString('hex')}` })),
  )
  return sql<FingerprintHit[]>`
    select f.account_id as "accountId", f.number, encode(f.digest, 'hex') as digest,
      f.made_at as "madeAt", o.pay_key as "payKey", o.pay_domain as "payDomain",
      s.payment, s.fulfilment, s.hidden
    from order_fingerprints f
    join json_to_recordset(${wanted}::text::json) as k("accountId" int, digest bytea)
      on f.account_id = k."accountId" and f.digest = k.digest
    join orders o on o.account_id = f.account_id and o.number = f.number
    join order_states s on s.account_id = f.account_id and s.number = f.number
    order by f.account_id, f.made_at, f.number`
}
