import { type Notice, type NoticeType, noticeTypeOf } from '../model/notice.ts'
import type { Order, OrderContent } from '../model/order.ts'
import type { BatchSql } from '../store/batch-lane.ts'
import { type OrderKey, orderKey } from '../store/order-locks.ts'
import { readContents } from '../store/order-reads.ts'
import {
  productKey,
  readProductEndpoints,
  type Subscription,
  type ToldEndpoint,
} from '../store/subscriptions.ts'
import type { Draft } from './batch-draft.ts'

/** The message of a format; undefined where it has no words for the notice. */
export type Freeze = (format: string, notice: Notice) => string | undefined

type Subscriptions = ReadonlyMap<number, readonly Subscription[]>
type DraftedEvent = Draft['events'][number]
type ToldOrder = { readonly accountId: number; readonly order: Order }
type Told = { readonly event: DraftedEvent; readonly types: readonly (NoticeType | undefined)[] }

/**
 * Notes a delivery for each event of the batch and each endpoint that is told of it: they commit
 * together. Nothing is asked where no endpoint listens. The accounts that have some are given back.
 */
export async function noteDeliveries(
  sql: BatchSql,
  draft: Draft,
  subscriptions: Subscriptions,
  freeze: Freeze,
): Promise<ReadonlySet<number>> {
  if (subscriptions.size === 0) return new Set()
  const told = toldOf(draft).filter(({ event, types }) =>
    listeners(subscriptions, event).some((one) => types.some((type) => hears(one, type))),
  )
  if (told.length === 0) return new Set()
  const orders = await ordersOf(sql, draft, told)
  const named = await namedEndpoints(sql, subscriptions, orders)
  for (const { event, types } of told) {
    const order = orders.get(orderKey(event))?.order
    if (order === undefined) throw new Error(`order ${orderKey(event)} has an event but no content`)
    const mayHear = [
      ...listeners(subscriptions, event).filter(isOfAccount),
      ...(named.get(orderKey(event))?.values() ?? []),
    ]
    for (const [part, type] of types.entries()) {
      if (type === undefined) continue
      deliver(
        draft,
        { ...event, part, type },
        mayHear,
        (login) => noticeOf(draft, { login, type, event, order: { ...order, ...event.state } }),
        freeze,
      )
    }
  }
  return new Set(draft.deliveries.map(({ accountId }) => accountId))
}

function listeners(subscriptions: Subscriptions, { accountId }: OrderKey): readonly Subscription[] {
  return subscriptions.get(accountId) ?? []
}

function isOfAccount(one: Subscription): one is ToldEndpoint {
  return one.endpointId !== null
}

function hears({ types }: Subscription, type: NoticeType | undefined): boolean {
  return type !== undefined && (types === null || types.includes(type))
}

/** Each event with all that it is told as; a type's place is its part. */
function toldOf(draft: Draft): Told[] {
  const at = ({ seq, ...key }: OrderKey & { readonly seq: number }) => `${orderKey(key)}/${seq}`
  const commented = new Set(draft.comments.map(at))
  const needy = new Set(draft.attention.map(at))
  return draft.events.map((event) => ({
    event,
    types: [
      noticeTypeOf(event.kind),
      event.kind !== 'commented' && commented.has(at(event)) ? 'order.commented' : undefined,
      event.data?.notify === undefined ? undefined : 'order.notify',
      needy.has(at(event)) ? 'order.needs-attention' : undefined,
    ],
  }))
}

/** The orders as this batch leaves them; of its state each event knows more. */
async function ordersOf(
  sql: BatchSql,
  draft: Draft,
  told: readonly Told[],
): Promise<ReadonlyMap<string, ToldOrder>> {
  const placed = new Map(draft.orders.map((order) => [orderKey(order), order.content]))
  const keys = new Map<string, OrderKey>()
  for (const {
    event: { accountId, number },
  } of told) {
    const key = { accountId, number }
    if (!placed.has(orderKey(key))) keys.set(orderKey(key), key)
  }
  const read = await readContents(sql, [...keys.values()])
  const contents = new Map<string, OrderContent>([...placed, ...read])
  const orders = new Map<string, ToldOrder>()
  for (const [key, content] of contents) {
    const written = draft.newStates.get(key) ?? draft.states.get(key)
    if (written === undefined) continue
    const { accountId, number, state } = written
    const edited = draft.edits.get(key)?.content
    orders.set(key, { accountId, order: { ...content, ...edited, ...state, number } })
  }
  return orders
}

/** By order: the endpoints that its products name, each once. */
async function namedEndpoints(
  sql: BatchSql,
  subscriptions: Subscriptions,
  orders: ReadonlyMap<string, ToldOrder>,
): Promise<ReadonlyMap<string, ReadonlyMap<number, ToldEndpoint>>> {
  const lines = [...orders].flatMap(([key, { accountId, order }]) => {
    const asked = subscriptions.get(accountId)?.some((one) => !isOfAccount(one))
    const sold = asked === true ? order.lines : []
    return sold.flatMap(({ productId }) =>
      productId === null ? [] : [{ key, accountId, productId }],
    )
  })
  const named = await readProductEndpoints(
    sql,
    lines.map(({ accountId, productId }) => ({ accountId, productId })),
  )
  const found = new Map<string, Map<number, ToldEndpoint>>()
  for (const { key, ...product } of lines) {
    const ofOrder = found.get(key) ?? new Map<number, ToldEndpoint>()
    for (const one of named.get(productKey(product)) ?? []) ofOrder.set(one.endpointId, one)
    found.set(key, ofOrder)
  }
  return found
}

function noticeOf(
  draft: Draft,
  { login, type, event, order }: Pick<Notice, 'login' | 'type' | 'order'> & { event: DraftedEvent },
): Notice {
  const { accountId, number, seq, at, kind, via, data } = event
  const stands = (one: OrderKey & { readonly seq: number }): boolean =>
    one.accountId === accountId && one.number === number && one.seq === seq
  return {
    type,
    login,
    order,
    event: {
      seq,
      at,
      kind,
      via,
      data: data ?? {},
      text: draft.comments.find(stands)?.text ?? null,
      attention: draft.attention.filter(stands).map(({ reason }) => reason),
    },
  }
}

/** Endpoints of one format share the message, which is made once. */
function deliver(
  draft: Draft,
  {
    accountId,
    number,
    seq,
    part,
    at,
    type,
  }: DraftedEvent & { readonly part: number; readonly type: NoticeType },
  mayHear: readonly ToldEndpoint[],
  notice: (login: string) => Notice,
  freeze: Freeze,
): void {
  const bodies = new Map<string, string | undefined>()
  for (const one of mayHear) {
    if (!hears(one, type)) continue
    const { format, endpointId } = one
    if (!bodies.has(format)) bodies.set(format, freeze(format, notice(one.login)))
    const body = bodies.get(format)
    if (body === undefined) continue
    draft.deliveries.push({ accountId, endpointId, number, seq, part, type, body, at })
  }
}
