import type { Account } from '../model/account.ts'
import { recordAccountEvent } from '../store/accounts.ts'
import type { Context } from './context.ts'

/** Keeps what an operator changed, and makes this gateway see it at once. */
export async function noteChange(
  ctx: Context,
  account: Account,
  kind: string,
  data: Record<string, unknown>,
): Promise<void> {
  await recordAccountEvent(ctx.database.db, account.id, { at: ctx.now(), kind, data })
  ctx.directory.forget()
}
