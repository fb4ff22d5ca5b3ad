import { Failure } from '../model/failure.ts'
import {
  type BatchLane,
  type BatchSql,
  type BatchWork,
  CommitUnknown,
  ConnectionLost,
} from '../store/batch-lane.ts'
import { within } from '../store/deadline.ts'
import { isOutage, isOutOfNumbers, isReadOnly, sqlState } from '../store/errors.ts'
import { orderKey } from '../store/order-locks.ts'
import type { StockResult } from '../store/stock.ts'
import { applyChangeBatch, applyPlaceBatch, type BatchOptions } from './apply-batch.ts'
import { applyStockBatch } from './apply-stock.ts'
import type { ChangeOrder, ChangeOutcome, PlaceOrder, PlaceOutcome, SetStock } from './commands.ts'
import { createLane, type Entry, type LaneLimits } from './committer-lane.ts'

/**
 * The one way in which orders are written. Commands that arrive while a transaction is in flight
 * share the next one; a caller is answered only after its COMMIT.
 */
export type Committer = {
  /** Throws the rules' `Failure`, or `busy` (nothing was done), or `outcome-unknown` (repeat). */
  change(accountId: number, command: ChangeOrder): Promise<ChangeOutcome>
  place(accountId: number, command: PlaceOrder): Promise<PlaceOutcome>
  /** Throws as `change` does; levels that come at once are set together. */
  setStock(accountId: number, command: SetStock): Promise<StockResult>
  queued(): number
  /** `heard` is told of each transaction whose COMMIT was answered. */
  watch(heard: (batch: Committed) => void): void
  /** Finishes what was accepted, then lets go of the connections. */
  close(): Promise<void>
}

/** `tookMs`: from the first statement to the answer to COMMIT. */
export type Committed = { readonly commands: number; readonly tookMs: number }

export type CommitterOptions = BatchOptions & {
  readonly openLane: () => BatchLane
  readonly limits: LaneLimits
  readonly clock: () => number
  readonly log: { warn(fields: object, message: string): void }
}

type Watched = CommitterOptions & { readonly onCommitted: (batch: Committed) => void }

type Apply<Command, Outcome> = (
  sql: BatchSql,
  entries: readonly { accountId: number; command: Command }[],
  options: CommitterOptions,
) => Promise<BatchWork<(Outcome | Error)[]>>

export function createCommitter(options: CommitterOptions): Committer {
  const { limits, clock } = options
  const slots: BatchLane[] = []
  const listeners: ((batch: Committed) => void)[] = []
  const watched: Watched = {
    ...options,
    onCommitted: (batch) => {
      for (const heard of listeners) heard(batch)
    },
  }
  const runner = <Command, Outcome>(apply: Apply<Command, Outcome>, depth = limits.depth) => {
    const lanes = Array.from({ length: depth }, () => options.openLane())
    slots.push(...lanes)
    return (slot: number, batch: readonly Entry<Command, Outcome>[]) =>
      carryOut(lanes[slot] as BatchLane, batch, apply, watched)
  }
  const changes = createLane<ChangeOrder, ChangeOutcome>({
    limits,
    clock,
    keyOf: (accountId, { number }) => orderKey({ accountId, number }),
    run: runner(applyChangeBatch),
  })
  // Numbers are drawn from the account's counter row, which only one batch can hold.
  const placements = createLane<PlaceOrder, PlaceOutcome>({
    limits,
    clock,
    keyOf: (accountId) => String(accountId),
    run: runner(applyPlaceBatch),
  })
  const stock = createLane<SetStock, StockResult>({
    limits: { ...limits, depth: 1 },
    clock,
    keyOf: (accountId, { level }) => `${accountId}/${level.folded}`,
    run: runner(applyStockBatch, 1),
  })
  // Apart from all others: what an erasure finds of an order must not change in the same statement.
  const erasures = createLane<ChangeOrder, ChangeOutcome>({
    limits: { ...limits, depth: 1 },
    clock,
    keyOf: (accountId, { number }) => orderKey({ accountId, number }),
    run: runner(applyChangeBatch, 1),
  })
  const lanes = [changes, placements, stock, erasures]
  return {
    change: (accountId, command) =>
      (command.command.kind === 'erase' ? erasures : changes).submit(accountId, command),
    place: (accountId, command) => placements.submit(accountId, command),
    setStock: (accountId, command) => stock.submit(accountId, command),
    queued: () => lanes.reduce((sum, lane) => sum + lane.queued(), 0),
    watch: (heard) => listeners.push(heard),
    async close() {
      // By then every caller has an answer; a database that is silent must not hold the process.
      await within(
        limits.queueDeadlineMs + limits.answerDeadlineMs,
        Promise.all(lanes.map((lane) => lane.drained())),
      )
      for (const lane of lanes) lane.close()
      await Promise.all(slots.map((lane) => lane.close()))
    },
  }
}

/** How often a batch that lost a race for locks, or its connection, starts over. */
const triesPerBatch = 5

async function carryOut<Command, Outcome>(
  lane: BatchLane,
  batch: readonly Entry<Command, Outcome>[],
  apply: Apply<Command, Outcome>,
  options: Watched,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const wanted = batch.filter((entry) => !entry.answered)
    if (wanted.length === 0) return
    try {
      const startedAt = options.clock()
      const outcomes = await lane.transaction((sql) => apply(sql, wanted, options))
      options.onCommitted({ commands: wanted.length, tookMs: options.clock() - startedAt })
      for (const [at, entry] of wanted.entries()) entry.settle(outcomes[at] as Outcome | Error)
      return
    } catch (error) {
      const again = attempt < triesPerBatch && mayTryAgain(error)
      if (!again) return settleFailed(lane, wanted, apply, options, error)
    }
  }
}

async function settleFailed<Command, Outcome>(
  lane: BatchLane,
  batch: readonly Entry<Command, Outcome>[],
  apply: Apply<Command, Outcome>,
  options: Watched,
  error: unknown,
): Promise<void> {
  const failure = failureFor(error)
  if (failure !== undefined) {
    options.log.warn({ sqlState: sqlState(error), commands: batch.length }, failure.message)
    for (const entry of batch) entry.settle(failure)
    return
  }
  if (batch.length === 1) {
    batch[0]?.settle(isOutOfNumbers(error) ? new Failure('numbers-exhausted') : asError(error))
    return
  }
  // One command is guilty: halve until it stands alone, and let the others through.
  const half = Math.ceil(batch.length / 2)
  await carryOut(lane, batch.slice(0, half), apply, options)
  await carryOut(lane, batch.slice(half), apply, options)
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

/**
 * Deadlock, serialization failure, a connection that went away before COMMIT was sent, or a server
 * that takes no writes any more: the next try is on a new connection.
 */
function mayTryAgain(error: unknown): boolean {
  if (error instanceof ConnectionLost || isReadOnly(error)) return true
  return ['40P01', '40001'].includes(sqlState(error) ?? '')
}

/** What every caller of a batch hears when the database, not a command, is at fault. */
function failureFor(error: unknown): Failure | undefined {
  if (error instanceof CommitUnknown) {
    return new Failure('outcome-unknown', { reason: error.message })
  }
  const outOfReach = error instanceof ConnectionLost || isOutage(error)
  return outOfReach ? new Failure('busy', { reason: 'the database is not available' }) : undefined
}
