import { findSession } from '../../core/sessions.ts'
import { tokensOf } from './request.ts'
import type { SessionCall, Visit } from './route.ts'
import { settingsOf } from './settings.ts'

/**
 * The call with the session of the first of its tokens that is good, or why none is. Key, address
 * list and life are looked at with every call (contract §2.3).
 */
export async function enter(visit: Visit): Promise<SessionCall | { readonly reason: string }> {
  const { ctx, account, call, request } = visit
  const tokens = tokensOf(call, request)
  let reason = tokens.length === 0 ? 'no token came' : 'the token is unknown or has expired'
  for (const token of tokens) {
    const session = await findSession(ctx, account, 'opencart', token, (credentialId) => {
      const user = call.credentials.find(({ id }) => id === credentialId)
      if (user === undefined) reason = `API user ${credentialId} works no more`
      else if (!user.admits(call.peerAddress)) reason = `${call.peerAddress} is not on the list`
      else return settingsOf(user).sessionMinutes * 60_000
      return undefined
    })
    const credential = call.credentials.find(({ id }) => id === session?.credentialId)
    if (session === undefined || credential === undefined) continue
    const author = { via: 'opencart', credentialId: credential.id }
    return { ...visit, credential, settings: settingsOf(credential), session, author }
  }
  return { reason }
}
