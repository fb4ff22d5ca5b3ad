import { type Account, accountSettingsSchema, loginSchema } from '../model/account.ts'
import { Failure } from '../model/failure.ts'
import { copyAccount as copyRows } from '../store/copy-account.ts'
import { TransferUnknown } from '../store/transfer-client.ts'
import { noteChange } from './account-notes.ts'
import { firstOrderNumber, getAccount } from './accounts.ts'
import type { Context } from './context.ts'
import { commitLost } from './outage.ts'

export type CopiedAccount = {
  readonly account: Account
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>
}

/**
 * Makes an account with the catalogue, the shop and the settings of another, and with nobody's
 * data, no key, no endpoint and no host. `test`: the copy is in test mode, and its buyers are not
 * sent to where the other account is paid; else it is live. Throws `invalid-input` for a bad or
 * taken login, and `outcome-unknown` where the database went away during the commit.
 */
export async function copyAccount(
  ctx: Context,
  from: Account,
  login: string,
  { test }: { readonly test: boolean },
): Promise<CopiedAccount> {
  const checked = loginSchema.safeParse(login)
  if (!checked.success) throw invalid(checked.error.issues[0]?.message ?? 'a bad login')
  const settings = accountSettingsSchema.parse({
    ...from.settings,
    test,
    ...(test ? { payUrl: '' } : {}),
  })
  const at = ctx.now()
  const copy = { fromId: from.id, login, settings, firstNumber: firstOrderNumber, at }
  const rows = await copyRows(ctx.database.target, copy).catch(worded)
  if (rows === undefined) {
    throw invalid(`there is an account "${login}" already; choose another login`)
  }
  const account = await getAccount(ctx, login)
  await noteChange(ctx, account, 'copied', { from: from.login, test })
  return { account, rows: Object.fromEntries(rows) }
}

function worded(error: unknown): never {
  throw error instanceof TransferUnknown ? commitLost() : error
}

function invalid(reason: string): Failure {
  return new Failure('invalid-input', { reason })
}
