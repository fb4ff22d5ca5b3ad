import type { Context } from '../../core/context.ts'
import type { EnteringCredential } from '../../core/directory.ts'
import type { Account } from '../../model/account.ts'
import type { Call, DialectLog } from '../dialect.ts'
import type { Parameters } from './parameters.ts'
import { foldKey } from './proof.ts'
import type { Settings } from './settings.ts'

/** A proved call of one action. */
export type ActionInput = {
  readonly ctx: Context
  readonly log: DialectLog
  readonly account: Account
  readonly credential: EnteringCredential
  readonly settings: Settings
  readonly parameters: Parameters
  readonly note: Call['note']
}

export type Action = (input: ActionInput) => Promise<Response>

/** What a warning names: the shop, the key, and a word of the caller's, cut and without the key. */
export function warned(
  { account, credential }: ActionInput,
  name: string,
  said: string,
): Record<string, string | number> {
  const isKey = said.toLowerCase().includes(foldKey(credential.secret))
  return {
    account: account.login,
    credentialId: credential.id,
    [name]: isKey ? '<key>' : said.slice(0, 75),
  }
}
