import type { AttentionReason, EditedContent, OrderEvent } from '../model/command.ts'
import type { Instant, OrderContent, OrderState, Shipment } from '../model/order.ts'
import type { AllowanceKey, SessionKey, Use } from './checkout-locks.ts'
import type { CounterKey, Fingerprint, OrderKey } from './order-locks.ts'
import type { DeliveryWrite } from './subscriptions.ts'

export type StateWrite = OrderKey & {
  readonly state: OrderState
  readonly payOnDelivery: boolean
  readonly eventSeq: number
  /** See `BatchWrites.releases`; null where the state's own release number counts. */
  readonly draw: number | null
}
export type EventWrite = OrderKey & {
  readonly seq: number
  readonly at: Instant
  readonly kind: OrderEvent['kind']
  readonly via: string
  readonly credentialId: number | null
  readonly data: OrderEvent['data'] | null
  /** Of a release: its number is the event's datum. */
  readonly draw: number | null
}

/**
 * `delta` counts pieces of a product, or how often the lines of an order are given back; with them
 * what it used up of coupons and vouchers, unless `linesOnly`.
 */
export type StockMove = {
  readonly accountId: number
  readonly delta: number
  readonly at: Instant
} & ({ readonly productId: number } | { readonly number: number; readonly linesOnly?: true })

/** What an edit changes, as its caller passed it. */
export type EditWrite = OrderKey & { readonly content: EditedContent }

/** An order whose buyer is forgotten, or, with codes, whom its gift vouchers are for. */
export type Erasure = OrderKey & { readonly vouchers: readonly string[] | null }

/** A gift voucher that was bought: worth something once its order is paid. */
export type NewVoucher = {
  readonly code: string
  readonly amount: bigint
  readonly data: Readonly<Record<string, string>>
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
  /**
   * What is released gets its number as it is written: `draw` counts from 0 in each account. So
   * the counter is held for one statement and its COMMIT, and not while the rules are applied.
   */
  readonly releases: readonly (OrderKey & {
    readonly draw: number
    readonly releasedAt: Instant
  })[]
  /** Orders that warehouses should see from now on, and those that they should not any more. */
  readonly awaited: readonly (OrderKey & {
    readonly releaseNumber: number | null
    readonly draw: number | null
  })[]
  readonly unawaited: readonly { readonly accountId: number; readonly releaseNumber: number }[]
  /** What is taken of a product or given back, or all that stands on the lines of an order. */
  readonly stock: readonly StockMove[]
  /** Never of an order that the same batch writes anything else of. */
  readonly erasures: readonly Erasure[]
  readonly edits: readonly EditWrite[]
  readonly sessions: readonly (SessionKey & {
    readonly state: Readonly<Record<string, unknown>>
    readonly expiresAt: Instant
  })[]
  readonly allowances: readonly (AllowanceKey & { readonly delta: bigint })[]
  readonly uses: readonly (OrderKey & Omit<Use, 'initial'>)[]
  readonly vouchers: readonly (OrderKey & NewVoucher & { readonly at: Instant })[]
  readonly takings: readonly (OrderKey & {
    readonly credentialId: number
    readonly at: Instant
    readonly times: number
  })[]
  readonly attention: readonly (OrderKey & {
    readonly seq: number
    readonly reason: AttentionReason
    readonly raisedAt: Instant
  })[]
  readonly deliveries: readonly DeliveryWrite[]
  readonly fingerprints: readonly (OrderKey & Fingerprint & { readonly madeAt: Instant })[]
  readonly timers: readonly (OrderKey & { readonly dueAt: Instant })[]
  /** Pay links that another system gave out. */
  readonly links: readonly (OrderKey & { readonly key: string })[]
  readonly doneTimers: readonly OrderKey[]
}
