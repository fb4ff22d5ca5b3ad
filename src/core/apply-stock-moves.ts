import type { Decision, OrderCommand } from '../model/command.ts'
import type { Instant, OrderLine } from '../model/order.ts'
import { type LockedOrder, orderKey } from '../store/order-locks.ts'
import { moveAllowance } from './apply-riders.ts'
import { type Draft, moveStock } from './batch-draft.ts'

/**
 * Gives back or takes what an order holds of stock, coupons and vouchers. What stands is read as
 * it is written, unless an edit of the same batch may have put something else in its place.
 */
export function moveWhatIsHeld(
  draft: Draft,
  order: LockedOrder,
  stock: Decision['stock'],
  command: OrderCommand,
  at: Instant,
): void {
  if (stock === 'none') return
  if (stock === 'replace') replace(draft, order, command, at)
  else moveAll(draft, order, stock === 'give-back' ? 1 : -1, at)
}

/** `sign`: 1 gives back, -1 takes. */
function moveAll(draft: Draft, order: LockedOrder, sign: 1 | -1, at: Instant): void {
  const edited = draft.edits.get(orderKey(order))?.content.lines
  const used = draft.locked.used.get(orderKey(order))
  const { accountId, number } = order
  if (edited === undefined && used === undefined) {
    moveStock(draft, { accountId, number, delta: sign, at })
    return
  }
  if (edited !== undefined) moveLines(draft, accountId, edited, sign, at)
  else moveStock(draft, { accountId, number, linesOnly: true, delta: sign, at })
  for (const { kind, key, amount } of used ?? []) {
    moveAllowance(draft, { accountId, kind, key }, BigInt(sign) * amount)
  }
}

/** What the order used up of coupons and vouchers is its rider's business. */
function replace(draft: Draft, order: LockedOrder, command: OrderCommand, at: Instant): void {
  const { accountId, number } = order
  const edited = draft.edits.get(orderKey(order))?.content.lines
  if (edited === undefined) moveStock(draft, { accountId, number, linesOnly: true, delta: 1, at })
  else moveLines(draft, accountId, edited, 1, at)
  const lines = command.kind === 'edit' ? (command.content.lines ?? []) : []
  moveLines(draft, accountId, lines, -1, at)
}

/** `sign`: 1 gives the pieces back, -1 takes them. */
export function moveLines(
  draft: Draft,
  accountId: number,
  lines: readonly OrderLine[],
  sign: number,
  at: Instant,
): void {
  for (const { productId, quantity } of lines) {
    if (productId !== null) moveStock(draft, { accountId, productId, delta: sign * quantity, at })
  }
}
