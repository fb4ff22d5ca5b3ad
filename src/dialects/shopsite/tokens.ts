import type { Context } from '../../core/context.ts'
import type { EnteringCredential } from '../../core/directory.ts'
import { changeSession, findSession, openSession, type Session } from '../../core/sessions.ts'
import type { Account } from '../../model/account.ts'

/** Advertised are 30 s; a slow client or a long upload gets more (contract §8). */
const lifeMs = 5 * 60_000

/** A token's nonces are remembered as long as it lives, so it serves no more calls than this. */
const mostNonces = 200

/** A random token of an application; several calls may use it, each with a nonce of its own. */
export async function issueToken(
  ctx: Context,
  account: Account,
  credential: EnteringCredential,
): Promise<string> {
  const token = ctx.newKey(32)
  await openSession(ctx, account, {
    dialect: 'shopsite',
    token,
    credentialId: credential.id,
    lifeMs,
    state: { nonces: [] },
  })
  return token
}

/** The session of a token that lives, of an application that works now and from here. */
export async function findToken(
  ctx: Context,
  account: Account,
  token: string,
  applications: readonly EnteringCredential[],
): Promise<Session | undefined> {
  const isOne = (id: number) => applications.some((one) => one.id === id)
  // A life of nothing prolongs nothing: a token ends five minutes after it was issued.
  return findSession(ctx, account, 'shopsite', token, (id) => (isOne(id) ? 0 : undefined))
}

/**
 * Uses a nonce up. Of two calls with one nonce at once only one hears `fresh`. The caller has
 * proved the call: whoever has only seen a token can use nothing up.
 */
export async function takeNonce(
  ctx: Context,
  account: Account,
  session: Session,
  nonce: string,
): Promise<'fresh' | 'used' | 'worn-out'> {
  // Written with what is left of its life, not with a new one.
  const kept = { ...session, lifeMs: Math.max(session.expiresAt - ctx.now(), 0) }
  const { answer } = await changeSession(ctx, account, kept, async (state) => {
    const nonces = noncesIn(state)
    if (nonces.includes(nonce)) return { state, answer: 'used' as const }
    if (nonces.length >= mostNonces) return { state, answer: 'worn-out' as const }
    return { state: { ...state, nonces: [...nonces, nonce] }, answer: 'fresh' as const }
  })
  return answer
}

function noncesIn({ nonces }: Record<string, unknown>): string[] {
  return Array.isArray(nonces) ? nonces.map(String) : []
}
