import type { Instant } from '../model/order.ts'
import { openBatchLane } from '../store/batch-lane.ts'
import type { Database } from '../store/database.ts'
import type { Vault } from '../store/secrets.ts'
import { type Committer, type CommitterOptions, createCommitter } from './committer.ts'
import { createDirectory, type Directory } from './directory.ts'

/** What every operation is handed; made once in `main.ts`, or by a test with its own clock. */
export type Context = {
  readonly database: Database
  readonly vault: Vault
  readonly committer: Committer
  readonly directory: Directory
  readonly now: () => Instant
  /** Fresh unguessable text of `bytes` random bytes, URL-safe. */
  readonly newKey: (bytes: number) => string
}

/** Puts the operations' surroundings together, on a database that is open and migrated. */
export function createContext(
  options: Omit<CommitterOptions, 'openLane'> & {
    readonly database: Database
    readonly vault: Vault
    readonly statementTimeoutMs: number
    readonly randomBytes: (count: number) => Buffer
  },
): Context {
  const { database, vault, statementTimeoutMs, now, clock } = options
  return {
    database,
    vault,
    committer: createCommitter({
      ...options,
      openLane: () => openBatchLane(database.target, statementTimeoutMs),
    }),
    directory: createDirectory({ db: database.db, vault, now, clock }),
    now,
    newKey: (bytes) => options.randomBytes(bytes).toString('base64url'),
  }
}
