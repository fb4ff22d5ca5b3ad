import { createHash } from 'node:crypto'
import type { Account } from '../model/account.ts'
import { Failure } from '../model/failure.ts'
import type { Instant } from '../model/order.ts'
import {
  insertSession,
  prolongSession,
  readSession,
  type SessionRow,
  updateSession,
} from '../store/dialect-sessions.ts'
import type { Context } from './context.ts'

/** A dialect's session of one token, as it was read. */
export type Session = SessionRow & {
  readonly dialect: string
  /** SHA-256 of the token. */
  readonly key: Buffer
  readonly lifeMs: number
}

/** A session is prolonged when a call finds it this much older than new: not with every read. */
const prolongAfterMs = 10_000

/** How often a change is tried again where others were faster. */
const mostTries = 100

export async function openSession(
  ctx: Context,
  account: Account,
  session: {
    readonly dialect: string
    readonly token: string
    readonly credentialId: number
    readonly lifeMs: number
    readonly state: Record<string, unknown>
  },
): Promise<void> {
  const { dialect, token, credentialId, state, lifeMs } = session
  const row = {
    dialect,
    key: keyOf(token),
    credentialId,
    state,
    expiresAt: ctx.now() + lifeMs,
  }
  await ctx.database.inTime(() => insertSession(ctx.database.sql, account.id, row), {
    unanswered: 'outcome-unknown',
  })
}

/**
 * The session of a token, undefined where there is none or it has ended; lives `lifeMs` on from
 * now. `lifeOf` gives how long the sessions of a credential live; undefined ends the session: the
 * credential works no more, or not from here.
 */
export async function findSession(
  ctx: Context,
  account: Account,
  dialect: string,
  token: string,
  lifeOf: (credentialId: number) => number | undefined,
): Promise<Session | undefined> {
  const { sql, inTime } = ctx.database
  const key = keyOf(token)
  const now = ctx.now()
  const row = await inTime(() => readSession(sql, account.id, { dialect, key }, now))
  if (row === undefined) return undefined
  const lifeMs = lifeOf(row.credentialId)
  if (lifeMs === undefined) return undefined
  if (row.expiresAt < now + lifeMs - prolongAfterMs) {
    await inTime(() => prolongSession(sql, account.id, { dialect, key, expiresAt: now + lifeMs }))
  }
  return { ...row, dialect, key, lifeMs }
}

/** The session as it is now: somebody has written since it was read. */
export async function rereadSession(
  ctx: Context,
  account: Account,
  session: Session,
): Promise<Session> {
  const { sql, inTime } = ctx.database
  const row = await inTime(() => readSession(sql, account.id, session, ctx.now()))
  if (row === undefined) throw new Failure('proof-wrong', { reason: 'the session has ended' })
  return { ...session, ...row }
}

/**
 * Applies `change` to the session's state and writes it; where another call was faster, reads
 * again and applies it anew, so that no call's change is lost. A change that gives back the very
 * state it was given writes nothing. Throws what `change` throws, and `busy`.
 */
export async function changeSession<Answer>(
  ctx: Context,
  account: Account,
  session: Session,
  change: (
    state: Record<string, unknown>,
  ) => Promise<{ readonly state: Record<string, unknown>; readonly answer: Answer }>,
): Promise<{ readonly session: Session; readonly answer: Answer }> {
  let current = session
  for (let tries = 0; tries < mostTries; tries += 1) {
    const { state, answer } = await change(current.state)
    if (state === current.state) return { session: current, answer }
    const next = { ...current, state, expiresAt: ctx.now() + current.lifeMs }
    const written = await ctx.database.inTime(
      () => updateSession(ctx.database.sql, account.id, next),
      { unanswered: 'outcome-unknown' },
    )
    if (written) return { session: { ...next, revision: current.revision + 1 }, answer }
    current = await rereadSession(ctx, account, current)
  }
  throw new Failure('busy', { reason: 'too many calls at once on one token' })
}

export function expiresAtOf(ctx: Context, { lifeMs }: Session): Instant {
  return ctx.now() + lifeMs
}

function keyOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
