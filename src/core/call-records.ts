import type { Context } from './context.ts'
import { startCallCounts } from './count-calls.ts'
import { startRefusedCalls } from './refused-calls.ts'
import type { SeenCall } from './seen-call.ts'

/** Notes of calls that a gateway keeps in memory for a moment, and then in the database. */
export type CallRecord = {
  /** Never throws and never waits. */
  note(call: SeenCall): void
  /** Writes what was noted; for tests, and once more before the gateway stops. */
  runOnce(): Promise<void>
  stop(): Promise<void>
}

export type RecordLog = {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

type StartRecord = (ctx: Context, log: RecordLog) => CallRecord

const kinds: readonly StartRecord[] = [startCallCounts, startRefusedCalls]

/** All that is noted of calls. */
export function startCallRecords(ctx: Context, log: RecordLog): CallRecord {
  const records = kinds.map((start) => start(ctx, log))
  return {
    note(call) {
      for (const record of records) record.note(call)
    },
    async runOnce() {
      await Promise.all(records.map((record) => record.runOnce()))
    },
    async stop() {
      await Promise.all(records.map((record) => record.stop()))
    },
  }
}
