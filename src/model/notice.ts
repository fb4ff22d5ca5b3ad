import { type EventKind, eventKinds } from './command.ts'
import type { Instant, Order } from './order.ts'

/** What the merchant does to his own book: nobody is told. */
const untoldKinds = ['imported', 'erased'] as const
type ToldKind = Exclude<EventKind, (typeof untoldKinds)[number]>

/** What an event is told as; undefined for one that nobody is told of. */
export function noticeTypeOf(kind: EventKind): NoticeType | undefined {
  return isTold(kind) ? `order.${kind}` : undefined
}

function isTold(kind: EventKind): kind is ToldKind {
  return !untoldKinds.some((one) => one === kind)
}

/**
 * What an endpoint may be told of: each kind of event, and besides it words that somebody wrote,
 * the wish that the buyer be told, and what a person must look at.
 */
export const noticeTypes: readonly NoticeType[] = [
  ...eventKinds.filter(isTold).map((kind) => `order.${kind}` as const),
  'order.notify',
  'order.needs-attention',
]

export type NoticeType = `order.${ToldKind}` | 'order.notify' | 'order.needs-attention'

/** What happened to an order, and how the order stood when that was committed. */
export type Notice = {
  readonly type: NoticeType
  /** The account's login. */
  readonly login: string
  readonly order: Order
  readonly event: {
    /** 1 for the order's first event. */
    readonly seq: number
    readonly at: Instant
    readonly kind: EventKind
    /** The dialect, or `operator`, or `timer`. */
    readonly via: string
    readonly data: Readonly<Record<string, unknown>>
    /** Words that stand beside the event. */
    readonly text: string | null
    /** Why a person must look at the order because of it. */
    readonly attention: readonly string[]
  }
}

/** One way to put notices into bytes. */
export type NoticeFormat = {
  readonly contentType: string
  /** What it has words for; an endpoint of this format is told of nothing else. */
  readonly types: readonly NoticeType[]
  /** The message, to be kept as it is until it is delivered; without what only a secret makes. */
  readonly render: (notice: Notice) => string
  /** The body as it is sent, signed where the format signs inside the body. */
  readonly seal: (message: string, secret: string) => string
  /** The bytes that the secret stands for in the `webhook-signature` header. */
  readonly keyOf: (secret: string) => Uint8Array
  /** A message that says nothing, for an operator who tries an endpoint. */
  readonly renderTest: (login: string, at: Instant) => string
}

/**
 * The name of a message in the `webhook-id` header: the same on every try. No full stop in it, as
 * the signed text is parted by those.
 */
export function messageId(login: string, { endpointId, number, seq, part }: DeliveryPlace): string {
  return ['msg', login, endpointId, number, seq, ...(part === 0 ? [] : [part])].join('_')
}

/** Where a delivery stands among those of its account. */
export type DeliveryPlace = {
  readonly endpointId: number
  readonly number: number
  /** The event's, of the order. */
  readonly seq: number
  /** 0 for the event itself; what else it is told as follows. */
  readonly part: number
}
