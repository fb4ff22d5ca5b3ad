import type { EditedContent } from '../model/command.ts'
import { type OrderKey, orderKey } from '../store/order-locks.ts'
import type { Draft } from './batch-draft.ts'

/** A later edit of the same batch goes on where an earlier one ended. */
export function noteEdit(draft: Draft, key: OrderKey, content: EditedContent): void {
  const { accountId, number } = key
  const before = draft.edits.get(orderKey(key))?.content
  draft.edits.set(orderKey(key), { accountId, number, content: { ...before, ...content } })
}

/** `vouchers`: null for all that the order says of its buyer, which is more than any of them. */
export function noteErasure(draft: Draft, key: OrderKey, vouchers: readonly string[] | null): void {
  const { accountId, number } = key
  const before = draft.erasures.get(orderKey(key))
  const all =
    vouchers === null || before?.vouchers === null
      ? null
      : [...(before?.vouchers ?? []), ...vouchers]
  draft.erasures.set(orderKey(key), { accountId, number, vouchers: all })
}
