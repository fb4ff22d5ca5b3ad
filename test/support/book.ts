import { randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { afterAll, beforeAll } from 'vitest'
import { type Config, readConfig } from '../../src/config.ts'
import { type Context, createContext } from '../../src/core/context.ts'
import { freeze } from '../../src/notices/formats.ts'
import { openDatabase } from '../../src/store/database.ts'
import { createVault } from '../../src/store/secrets.ts'
import { type TestDatabase, useDatabase } from './database.ts'

export type TestBook = { readonly ctx: Context; readonly database: TestDatabase }

/** The core on a database of its own, without a listener, for the tests of one file. */
export function useBook(): () => TestBook {
  const database = useDatabase()
  let current: TestBook | undefined
  let close: () => Promise<void> = async () => undefined
  beforeAll(() => {
    const quiet = { warn: () => undefined }
    const opened = openTestBook(database(), readConfig({}), Date.now, quiet)
    current = { ctx: opened.ctx, database: database() }
    close = opened.closeBook
  })
  afterAll(() => close())
  return () => {
    if (current === undefined) throw new Error('the book is there only inside a test')
    return current
  }
}

/** Core on a test's database, without a listener. */
export function openTestBook(
  database: TestDatabase,
  config: Config,
  now: () => number,
  log: { warn(fields: object, message: string): void },
): { ctx: Context; closeBook: () => Promise<void> } {
  const { answerDeadlineMs } = config.committer
  const opened = openDatabase(database.target, { connections: 6, answerDeadlineMs })
  const ctx = createContext({
    database: opened,
    vault: createVault(Buffer.alloc(32, 7)),
    statementTimeoutMs: config.statementTimeoutMs,
    failedProofsPerMinute: config.failedProofsPerMinute,
    limits: config.committer,
    targets: config.notices,
    freeze,
    silentDialects: ['shopsite'],
    now,
    clock: () => performance.now(),
    randomBytes,
    log,
  })
  return {
    ctx,
    async closeBook() {
      await ctx.committer.close()
      await opened.close()
    },
  }
}
