import { setTimeout as wait } from 'node:timers/promises'
import type { Account } from '../model/account.ts'
import { Failure } from '../model/failure.ts'
import type { Instant } from '../model/order.ts'
import {
  claimReplay,
  noteReplay,
  type ReplayKey,
  type ReplayRow,
  type ReplayTimes,
  readReplay,
  settleReplay,
} from '../store/replays.ts'
import type { Context } from './context.ts'
import { loggable } from './loggable.ts'

/** A proved call. */
export type RememberedCall = {
  /** SHA-256 of what was proved and of who proved it: the same however the call was spelt. */
  readonly digest: () => Buffer
  /** Of the function, in any case. */
  readonly name: string
  readonly writes: boolean
  readonly log: { warn(fields: object, message: string): void }
}

/** What became of a call; `keep`: the text to answer it with again, absent where nothing was done. */
export type Executed<Answer> = { readonly answer: Answer; readonly keep?: string }

export type Remembered<Answer> =
  | { readonly repeated: false; readonly answer: Answer }
  /** The answer that the first call was given. */
  | { readonly repeated: true; readonly kept: string }

/**
 * How long a call in hand is left to whoever has it: longer than any of them takes, since it is
 * answered within 3 s. Should two be at work after all, the book's rules let only one change it.
 */
const leaseMs = 5000

/** Between looks at a call that is in another's hands; then it is refused as busy. */
const waitsMs = [10, 20, 40, 80, 160, 320, 640]

/**
 * Carries a proved call out once within the account's `replayMemoryMs`, over all gateways: the same
 * call again is given the first one's answer. Throws `proof-wrong` where the same proof came under
 * another function and either of the two writes; `busy` while the same call is under way elsewhere;
 * and what `execute` throws. A refused call, or one whose outcome is unknown, is not remembered as
 * done. Without the setting it is `execute` and nothing more.
 */
export async function onlyOnce<Answer>(
  ctx: Context,
  account: Account,
  call: RememberedCall,
  execute: () => Promise<Executed<Answer>>,
): Promise<Remembered<Answer>> {
  if (account.settings.replayMemoryMs === 0) {
    return { repeated: false, answer: (await execute()).answer }
  }
  const key = { digest: call.digest(), function: call.name.toLowerCase() }
  if (!call.writes) {
    await noteRead(ctx, account, key)
    return { repeated: false, answer: (await execute()).answer }
  }
  for (const waitMs of [...waitsMs, 0]) {
    const busyUntil = ctx.now() + leaseMs
    if (await claim(ctx, account, key, busyUntil)) {
      return {
        repeated: false,
        answer: await carryOut(ctx, account, { key, busyUntil, log: call.log }, execute),
      }
    }
    const known = await read(ctx, account, key)
    if (known !== undefined && known.function !== key.function) throw otherFunction(known)
    if (typeof known?.answer === 'string') return { repeated: true, kept: known.answer }
    await wait(waitMs)
  }
  throw new Failure('busy', { reason: 'the same call is under way' })
}

/** What has only been read, or refused, may be read again under any name. */
async function noteRead(ctx: Context, account: Account, key: ReplayKey): Promise<void> {
  const { sql, inTime } = ctx.database
  const known = await read(ctx, account, key)
  if (known === undefined) {
    if (await inTime(() => noteReplay(sql, account.id, key, timesOf(ctx, account)))) return
    return refuseWritten(await read(ctx, account, key), key)
  }
  refuseWritten(known, key)
}

function refuseWritten(known: ReplayRow | undefined, key: ReplayKey): void {
  if (known === undefined || known.function === key.function) return
  if (known.answer !== null || known.busyUntil !== null) throw otherFunction(known)
}

type InHand = Pick<RememberedCall, 'log'> & {
  readonly key: ReplayKey
  readonly busyUntil: Instant
}

async function carryOut<Answer>(
  ctx: Context,
  account: Account,
  { key, busyUntil, log }: InHand,
  execute: () => Promise<Executed<Answer>>,
): Promise<Answer> {
  const settle = async (answer: string | null): Promise<void> => {
    const { sql, inTime } = ctx.database
    try {
      await inTime(() => settleReplay(sql, account.id, key.digest, { busyUntil, answer }))
    } catch (error) {
      // What was done stands, and is said so; the call is free again once its lease ends.
      log.warn({ ...loggable(error), account: account.login }, 'an answer was not remembered')
    }
  }
  let executed: Executed<Answer>
  try {
    executed = await execute()
  } catch (error) {
    await settle(null)
    throw error
  }
  await settle(executed.keep ?? null)
  return executed.answer
}

function claim(
  ctx: Context,
  account: Account,
  key: ReplayKey,
  busyUntil: Instant,
): Promise<boolean> {
  const { sql, inTime } = ctx.database
  const times = { ...timesOf(ctx, account), busyUntil }
  return inTime(() => claimReplay(sql, account.id, key, times))
}

function read(
  ctx: Context,
  account: Account,
  { digest }: ReplayKey,
): Promise<ReplayRow | undefined> {
  const { sql, inTime } = ctx.database
  const { expiredAt } = timesOf(ctx, account)
  return inTime(() => readReplay(sql, account.id, digest, expiredAt))
}

function timesOf(ctx: Context, { settings }: Account): ReplayTimes {
  const now = ctx.now()
  return { now, expiredAt: now - settings.replayMemoryMs }
}

function otherFunction(known: ReplayRow): Failure {
  const reason = `the same signed text came before, for ${known.function}`
  return new Failure('proof-wrong', { reason })
}
