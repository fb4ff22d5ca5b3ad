import type { Instant } from '../model/order.ts'
import { openBatchLane } from '../store/batch-lane.ts'
import type { Database } from '../store/database.ts'
import { notifyDeliveries } from '../store/deliveries.ts'
import type { Vault } from '../store/secrets.ts'
import type { TargetPolicy } from './check-target.ts'
import { type Committer, type CommitterOptions, createCommitter } from './committer.ts'
import { createDeliverySignal, type DeliverySignal } from './delivery-signal.ts'
import { createDirectory, type Directory } from './directory.ts'
import { createFailureThrottle, type FailureThrottle } from './failure-throttle.ts'

/** What every operation is handed; made once in `main.ts`, or by a test with its own clock. */
export type Context = {
  readonly database: Database
  readonly vault: Vault
  readonly committer: Committer
  readonly directory: Directory
  readonly deliveries: DeliverySignal
  /** Of this process, over all dialects. */
  readonly failures: FailureThrottle
  /** Which addresses may be called. */
  readonly targets: TargetPolicy
  readonly now: () => Instant
  /** Fresh unguessable text of `bytes` random bytes, URL-safe. */
  readonly newKey: (bytes: number) => string
}

/** Puts the operations' surroundings together, on a database that is open and migrated. */
export function createContext(
  options: Omit<CommitterOptions, 'openLane' | 'onDeliveries'> & {
    readonly database: Database
    readonly vault: Vault
    readonly targets: TargetPolicy
    readonly statementTimeoutMs: number
    readonly failedProofsPerMinute: number
    readonly randomBytes: (count: number) => Buffer
  },
): Context {
  const { database, vault, statementTimeoutMs, now, clock, targets, log } = options
  const deliveries = createDeliverySignal((accountIds) =>
    notifyDeliveries(database.sql, accountIds),
  )
  return {
    database,
    vault,
    committer: createCommitter({
      ...options,
      onDeliveries: (accountIds) => deliveries.tell(accountIds),
      openLane: () => openBatchLane(database.target, statementTimeoutMs),
    }),
    directory: createDirectory({ db: database.db, vault, now, clock, log: options.log }),
    deliveries,
    failures: createFailureThrottle({
      now,
      log,
      limits: { perMinute: options.failedProofsPerMinute },
    }),
    targets,
    now,
    newKey: (bytes) => options.randomBytes(bytes).toString('base64url'),
  }
}
