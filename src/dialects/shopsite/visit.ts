import type { Context } from '../../core/context.ts'
import type { EnteringCredential } from '../../core/directory.ts'
import { type Account, accountSettingsSchema } from '../../model/account.ts'
import type { Call, DialectLog } from '../dialect.ts'
import type { Parameters } from './parameters.ts'

/** A call under way that has proved nothing yet. */
export type Visit = {
  readonly ctx: Context
  readonly log: DialectLog
  readonly call: Call
  readonly parameters: Parameters
}

export type Entered = Visit & {
  readonly account: Account
  readonly credential: EnteringCredential
}

/** Stands for every account that nobody knows or that is disabled: it takes the same work. */
const nobody: Account = {
  id: 0,
  login: '',
  disabled: true,
  settings: accountSettingsSchema.parse({}),
}

/** Whom a proof is looked up for; a stranger's or a disabled account has no credentials. */
export function ownerOf({ account, credentials }: Call, kind: string) {
  const owner = account === undefined || account.disabled ? nobody : account
  const own = owner === nobody ? [] : credentials.filter((one) => one.kind === kind)
  return { owner, own }
}
