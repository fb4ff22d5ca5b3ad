import type { Account } from '../model/account.ts'
import { Failure } from '../model/failure.ts'
import {
  forgetRequests as forgetSome,
  type RefusedCallFilter,
  type RefusedCallHead,
  readRefusedCall,
  readRefusedCalls,
} from '../store/refused-calls.ts'
import type { Context } from './context.ts'
import { type KeptRequest, unpackRequest } from './kept-request.ts'

export type { RefusedCallFilter, RefusedCallHead } from '../store/refused-calls.ts'
export type { KeptRequest } from './kept-request.ts'

export type RefusedCall = RefusedCallHead & {
  /** Null: it was not kept, or not any more. */
  readonly request: KeptRequest | null
}

/** The newest first. */
export function listRefusedCalls(
  ctx: Context,
  account: Account,
  filter: RefusedCallFilter,
  atMost: number,
): Promise<RefusedCallHead[]> {
  return readRefusedCalls(ctx.database.db, account.id, filter, atMost)
}

/** One refused call, with what was sent if it is kept. Throws `invalid-input` where there is none. */
export async function getRefusedCall(
  ctx: Context,
  account: Account,
  id: number,
): Promise<RefusedCall> {
  const found = await readRefusedCall(ctx.database.db, ctx.vault, account.id, id)
  if (found === undefined) {
    throw new Failure('invalid-input', {
      reason: `"${account.login}" has no refused call ${id}; see: countersign calls ${account.login}`,
    })
  }
  const { request, ...head } = found
  // Its time may be over before anybody has swept it out.
  const isOver = found.at <= ctx.now() - account.settings.keepBodiesMs
  const kept = request === null || isOver ? null : unpackRequest(request)
  return { ...head, hasRequest: kept !== null, request: kept }
}

/** Forgets at once what refused calls sent up to `upTo`; the calls stay. */
export async function forgetRequests(ctx: Context, accountId: number, upTo: number): Promise<void> {
  const { sql, inTime } = ctx.database
  while ((await inTime(() => forgetSome(sql, accountId, upTo))) > 0) {
    // Until nothing is left.
  }
}
