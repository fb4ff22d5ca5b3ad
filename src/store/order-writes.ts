import type { AttentionReason, OrderEvent } from '../model/command.ts'
import {
  foldEmail,
  type Instant,
  type OrderContent,
  type OrderState,
  type Shipment,
} from '../model/order.ts'
import type { BatchSql } from './batch-lane.ts'
import { type BatchPart, batchParts } from './batch-parts.ts'
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

/** All that one batch writes. */
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

/**
 * Writes a batch in one statement, issued at once: whatever has rows becomes a part of it. Every
 * statement costs a parse, a plan look-up and a message, so that one is cheaper than five.
 */
export function writeBatch(sql: BatchSql, writes: BatchWrites): PromiseLike<unknown>[] {
  const used: BatchPart[] = []
  const parameters: string[] = []
  for (const [part, rows] of rowsOf(writes)) {
    if (rows.length === 0) continue
    used.push(part)
    parameters.push(JSON.stringify(rows))
  }
  if (used.length === 0) return []
  const written = sql.unsafe(statementFor(used), parameters, { prepare: true }).execute()
  // The lane looks at the outcome when COMMIT is answered.
  written.catch(() => undefined)
  return [written]
}

function rowsOf(writes: BatchWrites): [BatchPart, readonly object[]][] {
  return [
    ['counters', writes.counters],
    ['orders', writes.orders.map(orderRow)],
    ['new_states', writes.newStates.map(stateRow)],
    ['states', writes.states.map(stateRow)],
    ['lines', writes.orders.flatMap(linesOf)],
    ['events', writes.events.map(eventRow)],
    ['comments', writes.comments],
    ['shipments', writes.shipments.map(timed('sentAt'))],
    ['releases', writes.releases.map(timed('releasedAt'))],
    ['attention', writes.attention.map(timed('raisedAt'))],
    ['fingerprints', writes.fingerprints.map(fingerprintRow)],
    ['timers', writes.timers.map(timed('dueAt'))],
    ['done_timers', writes.doneTimers],
  ]
}

const statements = new Map<string, string>()

/** The statement for a set of parts: few sets occur, and each is prepared once a connection. */
function statementFor(used: readonly BatchPart[]): string {
  const key = used.join()
  let text = statements.get(key)
  if (text === undefined) {
    const parts = used.map(
      (part, at) => `wrote_${part} as (${batchParts[part].replace('$n', `$${at + 1}`)})`,
    )
    text = `with ${parts.join(',\n')}\nselect 1`
    statements.set(key, text)
  }
  return text
}

function timed<K extends string>(name: K): (row: { readonly [key in K]: Instant }) => object {
  return (row) => ({ ...row, [name]: iso(row[name]) })
}

/** Most times of a batch are the same: its own. */
let latest = { ms: 0, text: new Date(0).toISOString() }

/** Absent for null, as an absent name of a JSON row is null to Postgres. */
function iso(ms: Instant | null): string | undefined {
  if (ms === null) return undefined
  if (ms !== latest.ms) latest = { ms, text: new Date(ms).toISOString() }
  return latest.text
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
    emailFolded: foldEmail(content.buyer.email ?? ''),
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

/** Names one by one: a spread of eighteen costs more than the rest of the row's way. */
function stateRow({ accountId, number, state, payOnDelivery, eventSeq }: StateWrite): object {
  return {
    accountId,
    number,
    payment: state.payment,
    fulfilment: state.fulfilment,
    hidden: state.hidden,
    handedOver: state.handedOver,
    payOnDelivery,
    releaseNumber: state.releaseNumber ?? undefined,
    label: state.label ?? undefined,
    paidAt: iso(state.paidAt),
    sentAt: iso(state.sentAt),
    returnedAt: iso(state.returnedAt),
    cancelledAt: iso(state.cancelledAt),
    refundedAt: iso(state.refundedAt),
    releasedAt: iso(state.releasedAt),
    changedAt: iso(state.changedAt),
    parcels: state.shipments.length,
    eventSeq,
  }
}

function eventRow(event: EventWrite): object {
  return {
    accountId: event.accountId,
    number: event.number,
    seq: event.seq,
    at: iso(event.at),
    kind: event.kind,
    via: event.via,
    credentialId: event.credentialId ?? undefined,
    data: event.data ?? undefined,
  }
}
