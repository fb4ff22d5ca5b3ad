import type { Account } from '../model/account.ts'
import {
  type AttentionItem,
  type AttentionKey,
  acknowledgeAttention,
  readAttentionPage,
} from '../store/attention.ts'
import { noteChange } from './account-notes.ts'
import type { Context } from './context.ts'

export type { AttentionItem } from '../store/attention.ts'

const pageSize = 500

/** What a person must look at, oldest first; `withAcknowledged`: also what somebody has seen. */
export async function* listAttention(
  ctx: Context,
  account: Account,
  { withAcknowledged }: { readonly withAcknowledged: boolean },
): AsyncGenerator<readonly AttentionItem[], void, void> {
  const { sql, inTime } = ctx.database
  for (let after: AttentionItem | null = null; ; ) {
    const page = { withAcknowledged, after, most: pageSize }
    const items: AttentionItem[] = await inTime(() => readAttentionPage(sql, account.id, page))
    if (items.length > 0) yield items
    if (items.length < pageSize) return
    after = items.at(-1) ?? null
  }
}

/**
 * Somebody has seen these and dealt with them: exactly these, so that nothing that came up
 * meanwhile goes unseen. Gives how many were still open. May be repeated.
 */
export async function acknowledge(
  ctx: Context,
  account: Account,
  keys: readonly AttentionKey[],
): Promise<number> {
  const { sql, inTime } = ctx.database
  let count = 0
  for (let at = 0; at < keys.length; at += pageSize) {
    const some = keys.slice(at, at + pageSize)
    count += await inTime(() => acknowledgeAttention(sql, account.id, some, ctx.now()), {
      unanswered: 'outcome-unknown',
    })
  }
  if (count === 0) return 0
  const [first, ...others] = new Set(keys.map(({ number }) => number))
  const orders = others.length === 0 ? { number: first } : { orders: others.length + 1 }
  await noteChange(ctx, account, 'attention-acknowledged', { ...orders, count })
  return count
}
