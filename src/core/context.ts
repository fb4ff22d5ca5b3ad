import type { Instant } from '../model/order.ts'
import type { Database } from '../store/database.ts'
import type { Vault } from '../store/secrets.ts'
import type { Committer } from './committer.ts'
import type { Directory } from './directory.ts'

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
