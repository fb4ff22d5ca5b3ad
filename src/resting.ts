import { modeReason } from './core/directory.ts'
import { loggable } from './core/loggable.ts'
import type { Call, CallNote, Dialect, DialectLog } from './dialects/dialect.ts'
import type { Credential } from './model/credential.ts'

/** What a dialect notes of a call whose proof fits none of the credentials that work. */
const refusals: readonly (string | undefined)[] = ['proof-wrong', 'too-many-failures']

/**
 * Why a call was refused that one of the `resting` credentials proves: the account is not in the
 * mode that it is for. Undefined where that is not so. Callers hear the protocol's own words for a
 * wrong proof; this is for the operator.
 */
export function restingReason(
  dialect: Dialect,
  { account, body, ...call }: Call,
  resting: readonly Credential[],
  { outcome }: CallNote,
  log: DialectLog,
): string | undefined {
  const credentials = resting.filter((one) => one.dialect === dialect.name)
  if (account === undefined || credentials.length === 0) return undefined
  if (!refusals.includes(outcome) || body === 'too-large') return undefined
  const { method, path, query, header, baseUrl } = call
  const contentType = header('content-type') ?? ''
  const saved = { account, credentials, method, path, query, contentType, header, baseUrl, body }
  try {
    return dialect.explain({ ...saved, isBrief: true }).accepted ? modeReason(account) : undefined
  } catch (error) {
    // The call is answered already.
    log.error({ ...loggable(error), dialect: dialect.name }, 'a refusal could not be explained')
    return undefined
  }
}
