import { expect, test } from 'vitest'
import { disableAccount } from '../../src/core/accounts.ts'
import { revoke } from '../../src/core/credentials.ts'
import { createDirectory } from '../../src/core/directory.ts'
import { isFailure } from '../../src/model/failure.ts'
import { openDatabase } from '../../src/store/database.ts'
import { createVault } from '../../src/store/secrets.ts'
import { useBook } from '../support/book.ts'
import { anAccount } from '../support/fixtures.ts'
import { whileSilent } from '../support/silent.ts'

const book = useBook()

/** Another gateway's directory, whose clock the test moves. */
function elsewhere() {
  const { ctx, database } = book()
  const opened = openDatabase(database.target, { connections: 1 })
  const clock = { ms: 0 }
  const said: string[] = []
  const directory = createDirectory({
    db: opened.db,
    vault: ctx.vault,
    now: ctx.now,
    clock: () => clock.ms,
    log: { warn: (_fields, message) => said.push(message) },
  })
  return { ctx, clock, directory, opened, said }
}

test('a revoked key and a disabled account are known in another gateway within a second', async () => {
  const { ctx, clock, directory, opened } = elsewhere()
  const { account, credential } = await anAccount(ctx)
  expect((await directory.byLogin(account.login))?.credentials).toHaveLength(1)
  await revoke(ctx, account, credential.id)
  await disableAccount(ctx, account, true)
  clock.ms += 999
  expect(await directory.byLogin(account.login)).toMatchObject({
    account: { disabled: true },
    credentials: [],
  })
  await opened.close()
})

test('while the database is away the last answer stands, and a stranger is put off', async () => {
  const { ctx, clock, directory, opened } = elsewhere()
  const { account } = await anAccount(ctx)
  await directory.byLogin(account.login)
  await opened.close()
  clock.ms += 5000
  expect((await directory.byLogin(account.login))?.account.login).toBe(account.login)
  const refused = await directory.byLogin('somebody').catch((error: unknown) => error)
  expect(isFailure(refused, 'busy')).toBe(true)
})

test('while the database is silent the last answer stands, and a stranger is put off', async () => {
  const { ctx, clock, directory, opened } = elsewhere()
  const { account } = await anAccount(ctx)
  await directory.byLogin(account.login)
  clock.ms += 5000
  await whileSilent(book().database, ['accounts'], async () => {
    expect((await directory.byLogin(account.login))?.account.login).toBe(account.login)
    const refused = await directory.byLogin('somebody').catch((error: unknown) => error)
    expect(isFailure(refused, 'busy')).toBe(true)
  })
  await opened.close()
})

test('secrets sealed with another key are an outage, whatever was known before, and the log says so', async () => {
  const { ctx, clock, directory, opened, said } = elsewhere()
  const { account, credential } = await anAccount(ctx)
  expect((await directory.byLogin(account.login))?.credentials).toHaveLength(1)
  const foreign = createVault(Buffer.alloc(32, 8)).seal('foreign')
  await book().database.sql`update credentials set secret = ${foreign}
    where account_id = ${account.id} and id = ${credential.id}`
  for (const ms of [600, 600, 60_000]) {
    clock.ms += ms
    const refused = await directory.byLogin(account.login).catch((error: unknown) => error)
    expect(isFailure(refused, 'busy')).toBe(true)
  }
  expect(said).toEqual(Array(2).fill(expect.stringContaining('cannot be opened')))
  await opened.close()
})

test('names that lead nowhere are not remembered', async () => {
  const { ctx, directory, opened } = elsewhere()
  const login = `late-${Date.now()}`
  expect(await directory.byLogin(login)).toBeUndefined()
  await anAccount(ctx, { login })
  expect((await directory.byLogin(login))?.account.login).toBe(login)
  await opened.close()
})
