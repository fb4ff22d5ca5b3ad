import type postgres from 'postgres'
import type { AttentionReason, OrderEvent } from '../model/command.ts'
import type { Instant, OrderContent, OrderState, Shipment } from '../model/order.ts'
import type { BatchSql } from './batch-lane.ts'
import { moneyText } from './columns.ts'
import type { CounterKey, Fingerprint, OrderKey } from './order-locks.ts'

export type StateWrite = OrderKey & {
  readonly state: OrderState
  readonly payOnDelivery: boolean
  readonly eventSeq: number
}
export type EventWrite = OrderKey & {
  readonly seq: number
  readonly at: Instant
  readonly kind: OrderEvent['kind']
  readonly via: string
  readonly credentialId: number | null
  readonly data: OrderEvent['data'] | null
}

/** All that one batch writes; each list becomes one statement, an empty one none. */
export type BatchWrites = {
  readonly counters: readonly (CounterKey & { readonly next: number })[]
  readonly orders: readonly (OrderKey & { readonly content: OrderContent })[]
  readonly newStates: readonly StateWrite[]
  readonly states: readonly StateWrite[]
  readonly events: readonly EventWrite[]
  readonly comments: readonly (OrderKey & { readonly seq: number; readonly text: string })[]
  readonly shipments: readonly (OrderKey & Shipment)[]
  readonly releases: readonly (OrderKey & {
    readonly releaseNumber: number
    readonly releasedAt: Instant
  })[]
  readonly attention: readonly (OrderKey & {
    readonly seq: number
    readonly reason: AttentionReason
    readonly raisedAt: Instant
  })[]
  readonly fingerprints: readonly (OrderKey & Fingerprint & { readonly madeAt: Instant })[]
  readonly timers: readonly (OrderKey & { readonly dueAt: Instant })[]
  readonly doneTimers: readonly OrderKey[]
}

/** Issues every statement at once, in the order in which their foreign keys need them. */
export function writeBatch(sql: BatchSql, writes: BatchWrites): PromiseLike<unknown>[] {
  const issued: PromiseLike<unknown>[] = []
  const issue = <T>(
    rows: readonly T[],
    toRow: (row: T) => object,
    statement: (json: string) => postgres.PendingQuery<postgres.Row[]>,
  ): void => {
    if (rows.length > 0) issued.push(send(statement(JSON.stringify(rows.map(toRow)))))
  }
  issue(writes.counters, asIs, (json) => updateCounters(sql, json))
  issue(writes.orders, orderRow, (json) => insertOrders(sql, json))
  issue(writes.newStates, stateRow, (json) => insertStates(sql, json))
  issue(writes.states, stateRow, (json) => updateStates(sql, json))
  issue(writes.orders.flatMap(linesOf), asIs, (json) => insertLines(sql, json))
  issue(writes.events, timed('at'), (json) => insertEvents(sql, json))
  issue(writes.comments, asIs, (json) => insertComments(sql, json))
  issue(writes.shipments, timed('sentAt'), (json) => upsertShipments(sql, json))
  issue(writes.releases, timed('releasedAt'), (json) => insertReleases(sql, json))
  issue(writes.attention, timed('raisedAt'), (json) => insertAttention(sql, json))
  issue(writes.fingerprints, fingerprintRow, (json) => insertFingerprints(sql, json))
  issue(writes.timers, timed('dueAt'), (json) => insertTimers(sql, json))
  issue(writes.doneTimers, asIs, (json) => deleteTimers(sql, json))
  return issued
}

function send(query: postgres.PendingQuery<postgres.Row[]>): PromiseLike<unknown> {
  const sent = query.execute()
  // The lane looks at every outcome when COMMIT is answered.
  sent.catch(() => undefined)
  return sent
}

function asIs<T extends object>(row: T): T {
  return row
}

function timed<K extends string>(name: K): (row: { readonly [key in K]: Instant }) => object {
  return (row) => ({ ...row, [name]: iso(row[name]) })
}

function iso(ms: Instant | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

function fingerprintRow(row: BatchWrites['fingerprints'][number]): object {
  return { ...row, digest: `\\x${row.digest.toString('hex')}`, madeAt: iso(row.madeAt) }
}

function orderRow({ accountId, number, content }: BatchWrites['orders'][number]): object {
  const { lines: _lines, ...rest } = content
  return {
    ...rest,
    accountId,
    number,
    emailFolded: (content.buyer.email ?? '').trim().toLowerCase(),
    discount: moneyText(content.discount),
    shippingCost: moneyText(content.shippingCost),
    tax: moneyText(content.tax),
    total: moneyText(content.total),
    createdAt: iso(content.createdAt),
  }
}

function linesOf({ accountId, number, content }: BatchWrites['orders'][number]): object[] {
  return content.lines.map((line) => ({
    ...line,
    accountId,
    number,
    unitPrice: moneyText(line.unitPrice),
    unitTax: moneyText(line.unitTax),
    cataloguePrice: moneyText(line.cataloguePrice),
  }))
}

function stateRow({ accountId, number, state, payOnDelivery, eventSeq }: StateWrite): object {
  const { shipments, ...rest } = state
  return {
    ...rest,
    accountId,
    number,
    payOnDelivery,
    eventSeq,
    parcels: shipments.length,
    paidAt: iso(state.paidAt),
    sentAt: iso(state.sentAt),
    returnedAt: iso(state.returnedAt),
    cancelledAt: iso(state.cancelledAt),
    refundedAt: iso(state.refundedAt),
    releasedAt: iso(state.releasedAt),
    changedAt: iso(state.changedAt),
  }
}

type Statement = (sql: BatchSql, json: string) => postgres.PendingQuery<postgres.Row[]>

const updateCounters: Statement = (sql, json) => sql`
  update counters c set next = k.next
  from json_to_recordset(${json}::text::json) as k("accountId" int, name text, next bigint)
  where c.account_id = k."accountId" and c.name = k.name collate "C"`

const insertOrders: Statement = (sql, json) => sql`
  insert into orders (account_id, number, dialect, email_folded, buyer, billing, shipping,
    currency, ordered_currency, ordered_rate, coupon, discount, shipping_method, shipping_code,
    shipping_cost, tax, total, payment_method, payment_code, comment, tag, ip, utm, pay_domain,
    pay_key, fields, created_at)
  select "accountId", number, dialect, "emailFolded", buyer, billing, shipping,
    currency, "orderedCurrency", "orderedRate", coupon, discount, "shippingMethod",
    "shippingCode", "shippingCost", tax, total, "paymentMethod", "paymentCode", comment, tag, ip,
    utm, "payDomain", "payKey", fields, "createdAt"
  from json_to_recordset(${json}::text::json) as k("accountId" int, number int, dialect text,
    "emailFolded" text, buyer jsonb, billing jsonb, shipping jsonb, currency text,
    "orderedCurrency" text, "orderedRate" numeric, coupon text, discount numeric,
    "shippingMethod" text, "shippingCode" text, "shippingCost" numeric, tax numeric,
    total numeric, "paymentMethod" text, "paymentCode" text, comment text, tag text, ip text,
    utm jsonb, "payDomain" text, "payKey" text, fields jsonb, "createdAt" timestamptz)`

const insertStates: Statement = (sql, json) => sql`
  insert into order_states (account_id, number, payment, fulfilment, hidden, handed_over,
    pay_on_delivery, release_number, label, paid_at, sent_at, returned_at, cancelled_at,
    refunded_at, released_at, changed_at, parcels, event_seq)
  select "accountId", number, payment, fulfilment, hidden, "handedOver", "payOnDelivery",
    "releaseNumber", label, "paidAt", "sentAt", "returnedAt", "cancelledAt", "refundedAt",
    "releasedAt", "changedAt", parcels, "eventSeq"
  from json_to_recordset(${json}::text::json) as k("accountId" int, number int, payment text,
    fulfilment text, hidden bool, "handedOver" bool, "payOnDelivery" bool, "releaseNumber" int,
    label int, "paidAt" timestamptz, "sentAt" timestamptz, "returnedAt" timestamptz,
    "cancelledAt" timestamptz, "refundedAt" timestamptz, "releasedAt" timestamptz,
    "changedAt" timestamptz, parcels smallint, "eventSeq" int)`

const updateStates: Statement = (sql, json) => sql`
  update order_states s set payment = k.payment, fulfilment = k.fulfilment, hidden = k.hidden,
    handed_over = k."handedOver", release_number = k."releaseNumber", label = k.label,
    paid_at = k."paidAt", sent_at = k."sentAt", returned_at = k."returnedAt",
    cancelled_at = k."cancelledAt", refunded_at = k."refundedAt", released_at = k."releasedAt",
    changed_at = k."changedAt", parcels = k.parcels, event_seq = k."eventSeq"
  from json_to_recordset(${json}::text::json) as k("accountId" int, number int, payment text,
    fulfilment text, hidden bool, "handedOver" bool, "releaseNumber" int, label int,
    "paidAt" timestamptz, "sentAt" timestamptz, "returnedAt" timestamptz,
    "cancelledAt" timestamptz, "refundedAt" timestamptz, "releasedAt" timestamptz,
    "changedAt" timestamptz, parcels smallint, "eventSeq" int)
  where s.account_id = k."accountId" and s.number = k.number`

const insertLines: Statement = (sql, json) => sql`
  insert into order_lines (account_id, number, position, product_id, code, article, title,
    product_type, quantity, unit_price, unit_tax, catalogue_price, options)
  select "accountId", number, position, "productId", code, article, title, "productType",
    quantity, "unitPrice", "unitTax", "cataloguePrice", options
  from json_to_recordset(${json}::text::json) as k("accountId" int, number int,
    position smallint, "productId" int, code text, article text, title text,
    "productType" text, quantity int, "unitPrice" numeric, "unitTax" numeric,
    "cataloguePrice" numeric, options jsonb)`

const insertEvents: Statement = (sql, json) => sql`
  insert into order_events (account_id, number, seq, at, kind, via, credential_id, data)
  select "accountId", number, seq, at, kind, via, "credentialId", data
  from json_to_recordset(${json}::text::json) as k("accountId" int, number int, seq int,
    at timestamptz, kind text, via text, "credentialId" int, data jsonb)`

const insertComments: Statement = (sql, json) => sql`
  insert into order_comments (account_id, number, seq, text)
  select "accountId", number, seq, text
  from json_to_recordset(${json}::text::json) as k("accountId" int, number int, seq int, text text)`

const upsertShipments: Statement = (sql, json) => sql`
  insert into order_shipments (account_id, number, position, service, tracking, link, sent_at, via)
  select "accountId", number, position, service, tracking, link, "sentAt", via
  from json_to_recordset(${json}::text::json) as k("accountId" int, number int,
    position smallint, service text, tracking text, link text, "sentAt" timestamptz, via text)
  on conflict (account_id, number, position) do update set service = excluded.service,
    tracking = excluded.tracking, link = excluded.link, sent_at = excluded.sent_at`

const insertReleases: Statement = (sql, json) => sql`
  insert into releases (account_id, release_number, number, released_at)
  select "accountId", "releaseNumber", number, "releasedAt"
  from json_to_recordset(${json}::text::json) as k("accountId" int, "releaseNumber" int,
    number int, "releasedAt" timestamptz)`

const insertAttention: Statement = (sql, json) => sql`
  insert into attention (account_id, number, seq, reason, raised_at)
  select "accountId", number, seq, reason, "raisedAt"
  from json_to_recordset(${json}::text::json) as k("accountId" int, number int, seq int,
    reason text, "raisedAt" timestamptz)`

const insertFingerprints: Statement = (sql, json) => sql`
  insert into order_fingerprints (account_id, digest, number, made_at)
  select "accountId", digest, number, "madeAt"
  from json_to_recordset(${json}::text::json) as k("accountId" int, digest bytea, number int,
    "madeAt" timestamptz)`

const insertTimers: Statement = (sql, json) => sql`
  insert into order_timers (account_id, number, due_at)
  select "accountId", number, "dueAt"
  from json_to_recordset(${json}::text::json) as k("accountId" int, number int,
    "dueAt" timestamptz)`

const deleteTimers: Statement = (sql, json) => sql`
  delete from order_timers t
  using json_to_recordset(${json}::text::json) as k("accountId" int, number int)
  where t.account_id = k."accountId" and t.number = k.number`
