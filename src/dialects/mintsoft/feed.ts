import { listAwaitingShipment, takersOf } from '../../core/awaiting-shipment.ts'
import type { Context } from '../../core/context.ts'
import type { Account } from '../../model/account.ts'
import type { Credential } from '../../model/credential.ts'
import type { Order } from '../../model/order.ts'
import type { HeldBack } from '../dialect.ts'
import { linesToPack } from './order-items.ts'
import { countryOf, type MintsoftOrder, orderObject } from './order-object.ts'
import { mendsOf, problemsOf } from './problems.ts'
import { type Settings, settingsOf } from './settings.ts'

/** Whether a key sees an order at all, by the filters in its settings. */
export function belongsToFeed(order: Order, settings: Settings): boolean {
  const packs = order.lines.length === 0 || linesToPack(order.lines, settings).length > 0
  return (
    packs &&
    goesTo(order, settings.countries) &&
    has(settings.shippingMethods, [order.shippingMethod ?? '']) &&
    has(settings.tags, [order.tag ?? '', ...(order.tag ?? '').split(',')])
  )
}

/** A country that nobody understands is in every feed, where it is held back and seen. */
function goesTo(order: Order, countries: readonly string[]): boolean {
  if (countries.length === 0) return true
  const code = countryOf(order)
  return code === undefined || countries.includes(code)
}

function has(wanted: readonly string[], values: readonly string[]): boolean {
  if (wanted.length === 0) return true
  const folded = values.map((value) => value.trim().toLowerCase())
  return wanted.some((one) => folded.includes(one.toLowerCase()))
}

/** Two keys of one feed never take an order twice; of two feeds, only filters keep them apart. */
export function bothDespatch(one: Credential, other: Credential): boolean {
  const [a, b] = [settingsOf(one), settingsOf(other)]
  return (
    a.feed !== b.feed &&
    meet(a.countries, b.countries) &&
    meet(a.shippingMethods, b.shippingMethods)
  )
}

function meet(one: readonly string[], other: readonly string[]): boolean {
  const folded = other.map((word) => word.toLowerCase())
  const isOpen = one.length === 0 || other.length === 0
  return isOpen || one.some((word) => folded.includes(word.toLowerCase()))
}

/** The credentials whose confirmations count for this key: those of the same feed. */
export function feedTakers(ctx: Context, account: Account, { feed }: Settings): Promise<number[]> {
  return takersOf(ctx, account, isOfFeed(feed))
}

/** The credentials of all other feeds: what one of them has as well may be sent twice. */
export function feedRivals(ctx: Context, account: Account, { feed }: Settings): Promise<number[]> {
  const isOwn = isOfFeed(feed)
  return takersOf(ctx, account, (one) => one.dialect === 'mintsoft' && !isOwn(one))
}

function isOfFeed(feed: string): (one: Pick<Credential, 'dialect' | 'settings'>) => boolean {
  return ({ dialect, settings }) => dialect === 'mintsoft' && (settings.feed ?? '') === feed
}

export type FeedEntry = {
  readonly number: number
  readonly shown: MintsoftOrder
  /** Why Mintsoft could not import it; empty: it is listed. */
  readonly problems: readonly string[]
}

/** A key's orders that nobody has confirmed, oldest release first, the held back ones too. */
export async function* readFeed(
  ctx: Context,
  account: Account,
  settings: Settings,
): AsyncGenerator<FeedEntry, void, void> {
  const takers = await feedTakers(ctx, account, settings)
  for await (const page of listAwaitingShipment(ctx, account, takers)) {
    for (const order of page) {
      if (!belongsToFeed(order, settings)) continue
      const shown = orderObject(order, settings)
      yield { number: order.number, shown, problems: problemsOf(shown) }
    }
  }
}

/**
 * What the feeds of an account keep back, for the operator, once for keys that see the same; and
 * what no key's filters let through, which no warehouse will ever send.
 */
export async function* heldBack(
  ctx: Context,
  account: Account,
  credentials: readonly Credential[],
): AsyncGenerator<HeldBack, void, void> {
  const newest = new Map<string, Credential>()
  for (const one of [...credentials].sort((a, b) => a.id - b.id)) {
    newest.set(JSON.stringify(settingsOf(one)), one)
  }
  for (const credential of newest.values()) {
    for await (const { number, shown, problems } of readFeed(
      ctx,
      account,
      settingsOf(credential),
    )) {
      if (problems.length === 0) continue
      const reason = problems.join('; ')
      yield { number, credentialId: credential.id, reason, mend: mendsOf(shown) }
    }
  }
  const feeds = [...newest.values()].map(settingsOf)
  const everybody = await takersOf(ctx, account, ({ dialect }) => dialect === 'mintsoft')
  for await (const page of listAwaitingShipment(ctx, account, everybody)) {
    for (const order of page) {
      if (feeds.some((settings) => belongsToFeed(order, settings))) continue
      yield { number: order.number, credentialId: null, reason: 'no key has it in its filters' }
    }
  }
}
