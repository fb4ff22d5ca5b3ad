import { webcrypto } from 'node:crypto'
import type { Account } from '../model/account.ts'
import { isRefusal } from '../model/call-outcome.ts'
import {
  insertRefusedCalls,
  type NewRefusedCall,
  trimRefusedCalls,
} from '../store/refused-calls.ts'
import type { CallRecord, RecordLog } from './call-records.ts'
import type { Context } from './context.ts'
import { packRequest } from './kept-request.ts'
import { loggable } from './loggable.ts'
import type { SeenCall } from './seen-call.ts'

const tickMs = 1000
const tellEveryMs = 60_000
/** In memory, from one writing to the next; whoever floods us gets no further. */
const mostOfAccount = 20
const mostInAll = 1000
const mostHeldBytes = 16 * 1024 * 1024
/** In the database, of an account. */
const most = { calls: 1000, requests: 200 }
const mostTextSigns = 300
const mostTried = 60

type Noted = SeenCall & { readonly held: number }

/** Keeps the last calls that were refused, so that somebody can find out why. */
export function startRefusedCalls(ctx: Context, log: RecordLog): CallRecord {
  const tally = createTally(ctx, log)
  const buffer = createBuffer(tally.add)
  let isFailing = false

  const write = async (calls: readonly Noted[]): Promise<void> => {
    const rows: NewRefusedCall[] = []
    for (const call of calls) rows.push(await rowOf(call))
    const { db, sql, inTime } = ctx.database
    await inTime(() => insertRefusedCalls(db, ctx.vault, rows))
    for (const accountId of new Set(rows.map((row) => row.accountId))) {
      await inTime(() => trimRefusedCalls(sql, accountId, most))
    }
  }
  const flush = async (): Promise<void> => {
    tally.tell()
    const calls = buffer.take()
    if (calls.length === 0) return
    try {
      await write(calls)
      isFailing = false
    } catch (error) {
      // Once, until it works again: these notes are not worth a log full of warnings.
      if (!isFailing) log.warn(loggable(error), 'refused calls could not be noted; they are lost')
      isFailing = true
    }
  }
  return {
    note(call) {
      if (isRefusal(call.outcome)) buffer.add(call)
    },
    ...everySecond(flush, () => tally.tell('now')),
  }
}

/** What was noted since the last writing; of an account the newest. */
function createBuffer(onLeftOut: (account: Account) => void) {
  const noted = new Map<number, Noted[]>()
  let count = 0
  let heldBytes = 0
  return {
    add(call: SeenCall): void {
      const { account, request } = call
      const list = noted.get(account.id) ?? []
      noted.set(account.id, list)
      const [oldest] = list.length >= mostOfAccount ? list.splice(0, 1) : []
      if (oldest !== undefined) {
        heldBytes -= oldest.held
        count -= 1
      }
      const isFull = count >= mostInAll
      if (isFull || oldest !== undefined) onLeftOut(account)
      if (isFull) return
      const bytes = request.body === 'too-large' ? 0 : request.body.length
      const fits = heldBytes + bytes <= mostHeldBytes
      const held = fits ? bytes : 0
      // Without its body a call has no digest, and nothing to explain; it still counts.
      const body = fits ? request.body : ('too-large' as const)
      list.push({ ...call, request: { ...request, body }, held })
      heldBytes += held
      count += 1
    },
    take(): Noted[] {
      const calls = [...noted.values()].flat()
      noted.clear()
      count = 0
      heldBytes = 0
      return calls
    },
  }
}

/** One flush at a time; who asks for one gets one that began after that. */
function everySecond(flush: () => Promise<void>, finish: () => void) {
  let last: Promise<void> = Promise.resolve()
  let isUnderWay = false
  const runOnce = (): Promise<void> => {
    last = last.then(async () => {
      isUnderWay = true
      await flush()
      isUnderWay = false
    })
    return last
  }
  const timer = setInterval(() => {
    if (!isUnderWay) void runOnce()
  }, tickMs)
  timer.unref()
  return {
    runOnce,
    async stop() {
      clearInterval(timer)
      await runOnce()
      finish()
    },
  }
}

/** Counts what is not kept, and says so once a minute. */
function createTally(ctx: Context, log: RecordLog) {
  const leftOut = new Map<string, number>()
  let toldAt = ctx.now()
  return {
    add({ login }: Account) {
      leftOut.set(login, (leftOut.get(login) ?? 0) + 1)
    },
    tell(when?: 'now') {
      if (leftOut.size === 0) return
      if (when !== 'now' && ctx.now() - toldAt < tellEveryMs) return
      toldAt = ctx.now()
      for (const [account, calls] of leftOut) {
        log.info({ account, calls }, 'more calls were refused than are noted of one second')
      }
      leftOut.clear()
    },
  }
}

async function rowOf(call: Noted): Promise<NewRefusedCall> {
  const { account, at, dialect, outcome, credentialId, tried, request } = call
  const { body } = request
  const isThere = body !== 'too-large'
  return {
    accountId: account.id,
    at,
    dialect,
    function: textOf(call.function),
    address: storable(call.peerAddress),
    outcome,
    reason: textOf(call.reason),
    credentialId: credentialId ?? null,
    tried: tried?.slice(0, mostTried).map(storable) ?? null,
    // Off this thread: a body may have megabytes.
    digest: isThere ? Buffer.from(await webcrypto.subtle.digest('SHA-256', body)) : null,
    bodyBytes: isThere ? body.length : null,
    request: account.settings.keepBodiesMs > 0 ? packRequest(request) : null,
  }
}

function textOf(text: string | undefined): string | null {
  return text === undefined ? null : storable(text)
}

/** A row that the database cannot hold would take its neighbours along. */
function storable(text: string): string {
  const cut = text.replaceAll('\0', '').slice(0, mostTextSigns)
  return cut.replace(/\p{Surrogate}/gu, '\ufffd')
}
