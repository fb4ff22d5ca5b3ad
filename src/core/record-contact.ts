import type { Account } from '../model/account.ts'
import { foldEmail } from '../model/order.ts'
import { recordContactCall } from '../store/accounts.ts'
import type { Context } from './context.ts'

/** Keeps a call about a contact, for an account that records them. */
export async function recordContact(
  ctx: Context,
  account: Account,
  contact: {
    readonly call: string
    readonly email: string
    readonly data: Readonly<Record<string, unknown>>
  },
): Promise<void> {
  const record = {
    at: ctx.now(),
    call: contact.call,
    emailFolded: foldEmail(contact.email),
    data: { ...contact.data },
  }
  await ctx.database.inTime(() => recordContactCall(ctx.database.db, account.id, record), {
    unanswered: 'outcome-unknown',
  })
}
