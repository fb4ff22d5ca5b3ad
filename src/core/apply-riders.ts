import { isCalledOff } from '../model/step.ts'
import {
  type AllowanceKey,
  allowanceKey,
  type SessionKey,
  sessionKey,
  type Use,
} from '../store/checkout-locks.ts'
import { type LockedOrder, orderKey } from '../store/order-locks.ts'
import type { Draft } from './batch-draft.ts'
import { Overtaken, type Rider } from './commands.ts'

type Entry = { readonly accountId: number; readonly command: { readonly rider?: Rider } }

/** The sessions that a batch's riders step on. */
export function sessionsOf(entries: readonly Entry[]): SessionKey[] {
  return entries.flatMap(({ accountId, command: { rider } }) =>
    rider?.session === undefined
      ? []
      : [{ accountId, dialect: rider.session.dialect, key: rider.session.key }],
  )
}

/** The allowances that a batch's riders draw on. */
export function allowancesOf(
  entries: readonly Entry[],
): (AllowanceKey & { readonly initial: bigint })[] {
  return entries.flatMap(({ accountId, command: { rider } }) =>
    (rider?.uses ?? []).map(({ kind, key, initial }) => ({ accountId, kind, key, initial })),
  )
}

/**
 * Whether session and order still are what the caller read, and as much is left as the order uses
 * up beyond what it used before. Gives `Overtaken` where not: the caller reads again.
 */
export function overtakes(
  { locked }: Draft,
  key: LockedOrder | { readonly accountId: number },
  rider: Rider | undefined,
): Overtaken | undefined {
  if (rider === undefined) return undefined
  const { accountId } = key
  const { session, orderSeq } = rider
  const order = 'number' in key ? key : undefined
  if (order !== undefined && orderSeq !== undefined && orderSeq !== order.eventSeq) {
    return new Overtaken('the order has moved on')
  }
  if (session !== undefined) {
    const revision = locked.revisions.get(sessionKey({ accountId, ...session }))
    if (revision !== session.revision) return new Overtaken('the session has moved on')
  }
  if (order !== undefined && isCalledOff(order)) return undefined
  const before = order === undefined ? [] : (locked.used.get(orderKey(order)) ?? [])
  for (const { use, more } of differences(before, rider.uses)) {
    const left = locked.left.get(allowanceKey({ accountId, ...use })) ?? 0n
    // Less is always possible, even where a limit that was lowered leaves less than nothing.
    if (more > 0n && more > left) return new Overtaken(`${use.kind} ${use.key} has less left`)
  }
  return undefined
}

/**
 * Notes what the rider of an order that now stands brings with it. An order that is called off
 * holds nothing: it uses up what the rider names only once it is reopened.
 */
export function settleRider(draft: Draft, order: LockedOrder, rider: Rider, at: number): void {
  const { accountId, number } = order
  const { session } = rider
  if (session !== undefined) {
    const id = sessionKey({ accountId, ...session })
    draft.locked.revisions.set(id, session.revision + 1)
    const { dialect, key: token, expiresAt } = session
    const state = session.state(number)
    draft.sessions.set(id, { accountId, dialect, key: token, state, expiresAt })
  }
  const before = draft.locked.used.get(orderKey(order)) ?? []
  for (const { use, more } of differences(before, rider.uses)) {
    const { kind, key, amount } = use
    if (!isCalledOff(order)) moveAllowance(draft, { accountId, kind, key }, -more)
    const id = `${number}/${allowanceKey({ accountId, kind, key })}`
    draft.uses.set(id, { accountId, number, kind, key, amount })
  }
  draft.locked.used.set(orderKey(order), rider.uses)
  const codes = new Set<string>()
  for (const voucher of rider.vouchers) {
    // Sold twice under one code it is one voucher: the first.
    if (codes.has(voucher.code)) continue
    codes.add(voucher.code)
    draft.vouchers.push({ accountId, number, ...voucher, at })
  }
}

/** Gives back so much of an allowance, or takes it where the amount is negative. */
export function moveAllowance(draft: Draft, key: AllowanceKey, delta: bigint): void {
  const id = allowanceKey(key)
  draft.locked.left.set(id, (draft.locked.left.get(id) ?? 0n) + delta)
  draft.allowances.set(id, { ...key, delta: (draft.allowances.get(id)?.delta ?? 0n) + delta })
}

/** What an order uses from now on, by allowance, and how much more that is than before. */
function differences(
  before: readonly Use[],
  after: readonly Use[],
): { readonly use: Use; readonly more: bigint }[] {
  const of = (list: readonly Use[], { kind, key }: Use): bigint =>
    list.find((one) => one.kind === kind && one.key === key)?.amount ?? 0n
  const gone = before
    .filter((use) => !after.some(({ kind, key }) => kind === use.kind && key === use.key))
    .map((use) => ({ ...use, amount: 0n }))
  return [...gone, ...after].map((use) => ({ use, more: use.amount - of(before, use) }))
}
