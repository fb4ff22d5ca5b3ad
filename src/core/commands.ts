import type { OrderCommand } from '../model/command.ts'
import type { Instant, OrderContent, OrderState } from '../model/order.ts'
import type { NewVoucher } from '../store/batch-writes.ts'
import type { SessionKey, Use } from '../store/checkout-locks.ts'
import type { StockLevel } from '../store/stock.ts'

/** Who asks: the dialect (or `operator`, `timer`) and the credential that proved it. */
export type Author = { readonly via: string; readonly credentialId: number | null }

/** What a new order may go through at once. */
export type ChangeCommand = Exclude<OrderCommand, { kind: 'edit' | 'erase' }>

/** A step of a checkout session that commits with its order, or not at all. */
export type SessionStep = Omit<SessionKey, 'accountId'> & {
  /** What the caller has read: a session that has moved on since refuses the step. */
  readonly revision: number
  readonly state: (orderNumber: number) => Record<string, unknown>
  readonly expiresAt: Instant
}

/** What commits with an order, or not at all. */
export type Rider = {
  readonly session?: SessionStep
  /** Of an edit: the last event that the caller has read of the order. */
  readonly orderSeq?: number
  /** All that the order uses up of coupons, vouchers and points. */
  readonly uses: readonly Use[]
  /** Gift vouchers that were bought with the order. */
  readonly vouchers: readonly NewVoucher[]
}

/** Session, order or allowance has moved on since the caller read it; he reads again. */
export class Overtaken extends Error {}

export type ChangeOrder = {
  readonly number: number
  readonly command: OrderCommand
  readonly author: Author
  /** Of an edit. */
  readonly rider?: Rider
  /** The words of a comment; they stand beside the event, which holds no text. */
  readonly text?: string
  /** The buyer should be told: endpoints hear `order.notify`. */
  readonly notify?: boolean
  /** Notes with it, or not at all, that this credential has the order in hand. */
  readonly takenBy?: number
  /** Who counts as one with `takenBy`: what one of them has confirmed before is no news. */
  readonly takers?: readonly number[]
  /** Of a parcel: who else may have sent the order, if one of them has it in hand. */
  readonly rivals?: readonly number[]
  /** The order's timer has been dealt with and goes in the same transaction. */
  readonly dropsTimer?: boolean
}

export type ChangeOutcome = {
  readonly number: number
  readonly state: OrderState
  readonly changed: boolean
  /** False for a hidden order: the report was kept, the caller hears "not found". */
  readonly found: boolean
}

export type PlaceOrder = {
  readonly content: OrderContent
  readonly payOnDelivery: boolean
  /** Carried out on the new order in the same transaction: an order that arrives paid. */
  readonly followUps: readonly ChangeCommand[]
  /** SHA-256 of the call; the same within ten minutes is the first order, whatever its state. */
  readonly callDigest: Buffer | null
  /** SHA-256 of buyer, articles and sum; the same within the window while it waits is the first. */
  readonly likenessDigest: Buffer | null
  readonly duplicateWindowMs: number
  readonly cancelAt: Instant | null
  readonly author: Author
  readonly rider?: Rider
  /** Of an order that another system took: it comes in as it stands there. */
  readonly arrival?: Arrival
}

export type Arrival = {
  readonly number: number
  readonly state: OrderState
  /** The key of the pay link that the other system gave out; null: it gave none. */
  readonly link: string | null
  /** A digest of all that was said of the order, to know it by when it comes again. */
  readonly check: string
}

/** `same`: it came in before; `differs`: likewise, but other things are said of it now. */
export type ArrivalOutcome =
  | { readonly kind: 'added' | 'differs' }
  | { readonly kind: 'same'; readonly since: Instant }
  /** An order that was placed here has the number. */
  | { readonly kind: 'number-taken'; readonly since: Instant }
  | { readonly kind: 'link-taken'; readonly by: number }

/** One absolute stock level, and the dialect that says so. */
export type SetStock = { readonly level: StockLevel; readonly via: string }

export type PlaceOutcome = {
  readonly number: number
  readonly payKey: string
  readonly payDomain: string | null
  /** True: an earlier call made this order, nothing was added. */
  readonly duplicate: boolean
  /** Of an order that another system took. */
  readonly arrival?: ArrivalOutcome
}
