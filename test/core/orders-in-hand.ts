import { createHash } from 'node:crypto'
import { type Draft, emptyDraft } from '../../src/core/batch-draft.ts'
import type { PlaceOrder } from '../../src/core/commands.ts'
import { newOrderState, type OrderContent } from '../../src/model/order.ts'
import { type FingerprintHit, type LockedOrder, orderKey } from '../../src/store/order-locks.ts'

export const now = 1_700_000_000_000
export const author = { via: 'influencersoft', credentialId: 3 }

export const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** A draft over locked counters: the next free order number of each account. */
export function draftWith(next: Readonly<Record<number, { order?: number }>>): Draft {
  const counters = Object.entries(next).flatMap(([accountId, numbers]) =>
    Object.entries(numbers).map(([name, number]) => [`${accountId}/${name}`, number] as const),
  )
  return emptyDraft(new Map(counters))
}

/** How much a draft would write, list by list; all zero for one that holds nothing. */
export function sizes(draft: Draft): Record<string, number> {
  const { next: _next, draws: _draws, locked: _locked, ...rest } = draft
  const { confirmed: _confirmed, silentlyHeld: _held, ...lists } = rest
  return Object.fromEntries(
    Object.entries(lists).map(([name, list]) => [
      name,
      Array.isArray(list) ? list.length : list.size,
    ]),
  )
}

const content: OrderContent = {
  dialect: 'influencersoft',
  customerId: null,
  buyer: { email: 'ada@example.org' },
  billing: {},
  shipping: null,
  currency: 'USD',
  orderedCurrency: null,
  orderedRate: null,
  lines: [],
  coupon: null,
  discount: 0n,
  shippingMethod: null,
  shippingCode: null,
  shippingCost: 0n,
  tax: 0n,
  total: 10_000n,
  totals: [],
  paymentMethod: null,
  paymentCode: null,
  comment: null,
  tag: null,
  ip: null,
  utm: {},
  payDomain: null,
  payKey: 'key-0',
  fields: {},
  createdAt: now,
}

export function placing(
  change: Partial<PlaceOrder> & { readonly payKey?: string } = {},
): PlaceOrder {
  const { payKey, ...rest } = change
  return {
    content: { ...content, payKey: payKey ?? 'key-0' },
    payOnDelivery: false,
    followUps: [],
    callDigest: null,
    likenessDigest: null,
    duplicateWindowMs: 3_600_000,
    cancelAt: null,
    author,
    ...rest,
  }
}

export function hit(text: string, change: Partial<FingerprintHit> = {}): FingerprintHit {
  return {
    accountId: 1,
    number: 50,
    digest: digest(text).toString('hex'),
    madeAt: now,
    payment: 'waiting',
    fulfilment: 'open',
    hidden: false,
    payKey: 'key-of-50',
    payDomain: null,
    ...change,
  }
}

export function lockedOrder(change: Partial<LockedOrder> = {}): LockedOrder {
  return {
    accountId: 1,
    number: 100,
    payOnDelivery: false,
    eventSeq: 1,
    draw: null,
    ...newOrderState(now - 1000),
    ...change,
  }
}

export function lockedOrders(...orders: readonly LockedOrder[]): Map<string, LockedOrder> {
  return new Map(orders.map((order) => [orderKey(order), order]))
}
