import type { Instant, OrderContent, OrderState, Shipment } from './order.ts'

/** What somebody reports of a parcel; empty texts where nothing is known. */
export type Parcel = { readonly service: string; readonly tracking: string; readonly link: string }

/** What an OpenCart status does to the two axes; `none` leaves an axis alone. */
export type StatusEffect = {
  readonly payment: 'none' | 'pay' | 'cancel' | 'refund' | 'reopen'
  readonly fulfilment: 'none' | 'send'
}

export type OrderCommand =
  | { readonly kind: 'pay'; readonly at?: Instant }
  | { readonly kind: 'reopen' }
  | { readonly kind: 'cancel' }
  /** Cancels an order that still waits at its `bill_timer_kill`; anything else stays. */
  | { readonly kind: 'expire' }
  | { readonly kind: 'refund' }
  | {
      readonly kind: 'send'
      readonly at?: Instant
      readonly parcel: Parcel
      /** The dialect that reports, or `operator`. */
      readonly via: string
      /** True: a new tracking number corrects the parcel that `via` reported before. */
      readonly replaces: boolean
      /** True: the reporter has the order in hand, so that his parcel is no surprise. */
      readonly holds?: boolean
      /** True: another of its dialect has the order in hand too, and may have sent it. */
      readonly isRivalled?: boolean
    }
  /** A warehouse has taken the order over; not `asServed`: it was shown another content before. */
  | {
      readonly kind: 'hand-over'
      readonly asServed: boolean
      /** True: it had not taken the order over before, whoever else has it in hand. */
      readonly isNewTaker?: boolean
    }
  | { readonly kind: 'return'; readonly at?: Instant }
  | { readonly kind: 'hide' }
  | { readonly kind: 'unhide' }
  | { readonly kind: 'release' }
  | { readonly kind: 'comment' }
  | {
      readonly kind: 'edit'
      /** Only what differs. */
      readonly content: EditedContent
      /** Whether the order, as edited, is to be paid at the door; absent: as before. */
      readonly payOnDelivery?: boolean
    }
  | {
      readonly kind: 'set-status'
      readonly status: number
      readonly effect: StatusEffect
      /** True for a status of the account's release set. */
      readonly releases: boolean
    }
  /** The buyer has asked to be forgotten; of what he ordered nothing but his own words goes. */
  | {
      readonly kind: 'erase'
      /** True: though a warehouse may still need the address. */
      readonly force: boolean
      /**
       * Codes of gift vouchers that another buyer bought for him: only what their lines say of him
       * goes. Absent: the order is his own.
       */
      readonly vouchers?: readonly string[]
    }

export type EditedContent = Partial<
  Omit<OrderContent, 'dialect' | 'currency' | 'payKey' | 'createdAt'>
>

export const eventKinds = [
  'placed',
  'paid',
  'revived',
  'reopened',
  'cancelled',
  'expired',
  'refunded',
  'sent',
  'parcel-added',
  'parcel-changed',
  'returned',
  'hidden',
  'unhidden',
  'released',
  'commented',
  'edited',
  'status-set',
  'handed-over',
  'imported',
  'erased',
] as const

export type EventKind = (typeof eventKinds)[number]

/** References, changed field names and amounts only: an event never holds buyer data. */
export type OrderEvent = {
  readonly kind: EventKind
  readonly data: Readonly<Record<string, string | number | readonly string[]>>
}

export type AttentionReason =
  | 'paid-after-cancelled-and-sent'
  | 'cancelled-after-shipping'
  | 'cancelled-after-hand-over'
  | 'sent-though-cancelled'
  | 'sent-after-return'
  | 'sent-while-hidden'
  | 'hidden-after-hand-over'
  | 'edited-after-hand-over'
  | 'sent-after-hand-over'
  | 'sent-twice'
  | 'revived-after-hand-over'
  | 'revived-after-release'
  | 'changed-after-export'

/** What `decide` needs to know of an order. */
export type OrderFacts = OrderState & {
  /** True where the payment method is in the account's pay-on-delivery list. */
  readonly payOnDelivery: boolean
}

export type Decision = {
  readonly state: OrderState
  readonly events: readonly OrderEvent[]
  readonly attention: readonly AttentionReason[]
  /** Parcels that are new or changed, by position. */
  readonly shipments: readonly Shipment[]
  /** True: the order has just become fit for fulfilment and must draw a release number. */
  readonly releases: boolean
  /** `replace`: the lines before the edit are given back, those after it are taken. */
  readonly stock: 'give-back' | 'take-again' | 'replace' | 'none'
  /** False: the order is hidden; what was reported is kept, the caller hears "not found". */
  readonly found: boolean
}
