import { connect, createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { getAccount } from '../../src/core/accounts.ts'
import type { Context } from '../../src/core/context.ts'
import { exportAccounts } from '../../src/core/export-account.ts'
import { importAccounts } from '../../src/core/import-account.ts'
import type { PostgresTarget } from '../../src/store/database.ts'
import { openTestBook, useBook } from '../support/book.ts'
import { useDatabase } from '../support/database.ts'
import { aFullAccount } from '../support/full-account.ts'
import { until } from '../support/poll.ts'

const passphrase = 'correct horse battery'
const here = useBook()
const there = useDatabase()

/** What becomes of a COMMIT on its way, and of the connection that it was sent on. */
let onCommit: 'passes' | 'is lost' | 'is carried out unheard' = 'passes'
let closeAll: () => Promise<void>
let ctx: Context

/** In front of the other place's server. */
async function startCutter(target: PostgresTarget) {
  const at = target.url === undefined ? undefined : new URL(target.url)
  const host = target.options.host ?? at?.hostname ?? 'localhost'
  const port = target.options.port ?? Number(at?.port || 5432)
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = host.startsWith('/')
      ? connect({ path: `${host}/.s.PGSQL.${port}` })
      : connect({ host, port })
    let isCut = false
    near.on('data', (bytes) => {
      isCut ||= onCommit !== 'passes' && bytes.includes('commit\0')
      if (!isCut || onCommit !== 'is lost') far.write(bytes)
      if (isCut && onCommit === 'is lost') near.destroy()
    })
    far.on('data', (bytes) => {
      if (isCut) near.destroy()
      else near.write(bytes)
    })
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.on('error', () => undefined)
      one.on('close', () => other.destroy())
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const place = { host: '127.0.0.1', port: (server.address() as { port: number }).port }
  if (at !== undefined) at.host = `${place.host}:${place.port}`
  const through = { options: { ...target.options, ...place }, ...(at && { url: at.href }) }
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
  return { through, close }
}

beforeAll(async () => {
  const { through, close } = await startCutter(there().direct)
  const log = { warn: () => undefined }
  const target = { ...there().target, ...through }
  const book = openTestBook({ ...there(), target }, readConfig({}), Date.now, log)
  ctx = book.ctx
  closeAll = async () => {
    await book.closeBook()
    await close()
  }
})
afterAll(() => closeAll())

async function aBackup(login: string): Promise<Buffer> {
  await aFullAccount(here().ctx, here().database.sql, login)
  const pieces: Uint8Array[] = []
  const write = async (bytes: Uint8Array) => void pieces.push(Buffer.from(bytes))
  await exportAccounts(here().ctx, { logins: [login], passphrase, write })
  return Buffer.concat(pieces)
}

function bringIn(file: Uint8Array) {
  const source = async function* () {
    yield file
  }
  const wish = { logins: [], advance: 0, endpointsOn: false, skipHosts: false, passphrase }
  return importAccounts(ctx, { ...wish, source: source() })
}

describe('an import whose COMMIT is not answered', () => {
  it.each([
    ['is lost', false],
    ['is carried out unheard', true],
  ] as const)('because it %s is said to be unknown, and may be repeated', async (fate, isThere) => {
    const login = isThere ? 'unheard' : 'lost'
    const file = await aBackup(login)
    onCommit = fate
    await expect(bringIn(file)).rejects.toMatchObject({
      code: 'outcome-unknown',
      detail: { reason: expect.stringContaining('either all is there or nothing') },
    })
    onCommit = 'passes'
    const rows = () => there().sql`select 1 from accounts where login = ${login}`
    await until('nobody to be at work', async () => {
      const busy = await there().sql`
        select 1 from pg_stat_activity where datname = current_database()
          and application_name <> 'countersign-watcher' and state <> 'idle'`
      return busy.length === 0
    })
    expect(await rows()).toHaveLength(isThere ? 1 : 0)
    if (isThere) await expect(bringIn(file)).rejects.toThrow(/is not empty here/)
    else await bringIn(file)
    expect(await rows()).toHaveLength(1)
    expect((await getAccount(ctx, login)).login).toBe(login)
  })
})
