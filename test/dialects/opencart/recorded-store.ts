import { readFileSync } from 'node:fs'
import { addAccount, getAccount, setNextNumber } from '../../../src/core/accounts.ts'
import type { Context } from '../../../src/core/context.ts'
import { changeCredential, credentialsOf } from '../../../src/core/credentials.ts'
import type { Account } from '../../../src/model/account.ts'
import { consoleOn } from '../../commands/console.ts'

const store = new URL('../../fixtures/opencart/store.json', import.meta.url)

/** An account with the store behind the recordings, its API users of one version. */
export async function aRecordedStore(
  ctx: Context,
  login: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<Account> {
  const made = await addAccount(ctx, login)
  await setNextNumber(ctx, made, 'order', 1)
  const stdin = readFileSync(store)
  const { code, err } = await consoleOn(ctx).run(`import opencart ${login} -`, { stdin })
  if (code !== 0) throw new Error(`the store was not imported: ${err}`)
  const account = await getAccount(ctx, login)
  for (const { id } of await credentialsOf(ctx, account)) {
    await changeCredential(ctx, account, id, { settings })
  }
  return account
}
