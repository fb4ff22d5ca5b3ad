import { performance } from 'node:perf_hooks'
import { onTestFinished } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { changeOrder } from '../../src/core/change-order.ts'
import type { Context } from '../../src/core/context.ts'
import { addEndpoint } from '../../src/core/endpoints.ts'
import type { Account } from '../../src/model/account.ts'
import type { OrderCommand } from '../../src/model/command.ts'
import {
  type DispatcherOptions,
  type NoticeDispatcher,
  startDispatcher,
} from '../../src/notices/dispatcher.ts'
import { newStandardSecret } from '../../src/notices/standard.ts'
import type { PostgresTarget } from '../../src/store/database.ts'
import { openTestBook } from '../support/book.ts'
import type { TestDatabase } from '../support/database.ts'
import { type DatabaseProxy, startProxy } from '../support/database-proxy.ts'

export type SendingGateway = {
  readonly ctx: Context
  readonly notices: NoticeDispatcher
  readonly logLines: { readonly message: string; readonly [name: string]: unknown }[]
}

/** The core and what sends its notices, until the test ends. `clock` moves only by hand. */
export function aSendingGateway(
  database: TestDatabase,
  clock: { now: number },
  options: Partial<DispatcherOptions> = {},
  target: PostgresTarget = database.target,
): SendingGateway {
  const logLines: SendingGateway['logLines'] = []
  const note = (fields: object, message: string): void => void logLines.push({ ...fields, message })
  const log = { info: note, warn: note }
  const ctx = aBook({ ...database, target }, clock)
  const monotonic = () => performance.now()
  const common = { log, version: '1.2.3', clock: monotonic, random: () => 0.5 }
  const notices = startDispatcher(ctx, { ...common, ...options })
  onTestFinished(() => notices.stop())
  return { ctx, notices, logLines }
}

/** The core of a process that sends nothing, as the command line is. */
export function aBook(database: TestDatabase, clock: { now: number }): Context {
  const config = readConfig({ NOTICES_HTTP: 'on', NOTICES_UNSAFE_TARGETS: 'on' })
  const log = { warn: () => undefined }
  const { ctx, closeBook } = openTestBook(database, config, () => clock.now, log)
  onTestFinished(async () => {
    // What waits for a receiver that is gone is no concern of the next test.
    await database.sql`update endpoints set disabled_at = coalesce(disabled_at, now())`
    await closeBook()
  })
  return ctx
}

/** The same database behind a proxy that can fail, until the test ends. */
export async function aProxy({
  target: { url, options },
}: TestDatabase): Promise<{ proxy: DatabaseProxy; target: PostgresTarget }> {
  const at = url === undefined ? undefined : new URL(url)
  const host = options.host ?? at?.hostname ?? 'localhost'
  const port = options.port ?? Number(at?.port || 5432)
  const path = `${host}/.s.PGSQL.${port}`
  const proxy = await startProxy(host.startsWith('/') ? { path } : { host, port })
  onTestFinished(() => proxy.close())
  const place = { host: '127.0.0.1', port: proxy.port }
  if (at === undefined) return { proxy, target: { options: { ...options, ...place } } }
  at.host = `${place.host}:${place.port}`
  return { proxy, target: { url: at.href, options: { ...options, ...place } } }
}

/** Gives back its id. */
export async function anEndpoint(
  ctx: Context,
  account: Account,
  url: string,
  over: Partial<Parameters<typeof addEndpoint>[2]> = {},
): Promise<number> {
  const secret = newStandardSecret(ctx.newKey)
  const wish = { url, format: 'standard', types: null, secret, ...over }
  return (await addEndpoint(ctx, account, wish)).id
}

/** A command of the operator. */
export async function bid(ctx: Context, account: Account, number: number, command: OrderCommand) {
  const author = { via: 'operator', credentialId: null }
  await changeOrder(ctx, account, { number, command, author })
}
