import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { addCredential, rotate } from '../../src/core/credentials.ts'
import { addEndpoint, rotateSecret } from '../../src/core/endpoints.ts'
import type { Sealed } from '../../src/store/columns.ts'
import { resealAll, sealedColumns } from '../../src/store/key-rotation.ts'
import { insertRefusedCalls } from '../../src/store/refused-calls.ts'
import {
  checkKey,
  checkOf,
  createVault,
  isOurs,
  Unopenable,
  type Vault,
  WrongKey,
} from '../../src/store/secrets.ts'
import { useBook } from '../support/book.ts'
import { anAccount } from '../support/fixtures.ts'
import { until } from '../support/poll.ts'

const book = useBook()

/** Bytes in the database that hold no secret. A new column of bytes belongs here or there. */
const plainBytes = [
  'delivery_attempts.answer',
  'dialect_sessions.key',
  'order_fingerprints.digest',
  'refused_calls.digest',
  'replays.digest',
  'takings.served_digest',
]

const [first, second] = [Buffer.alloc(32, 7), randomBytes(32)]

/** The database belongs to the first key again, with nothing sealed in it. */
async function aBookOf(key: Buffer) {
  const { ctx, database } = book()
  const { sql } = database
  await sql`delete from refused_calls`
  await sql`delete from product_endpoints`
  await sql`delete from endpoints`
  await sql`delete from credential_settings`
  await sql`delete from credentials`
  await sql`delete from installation`
  const vault = createVault(key)
  await checkKey(ctx.database.db, vault)
  return { ctx: { ...ctx, vault }, db: ctx.database.db, sql }
}

async function everySecret(vault: Vault): Promise<Record<string, string[]>> {
  const { sql } = book().database
  const found: Record<string, string[]> = {}
  for (const { table, column } of sealedColumns) {
    const rows = await sql<{ value: Sealed }[]>`
      select ${sql(column)} as value from ${sql(table)} where ${sql(column)} is not null
      order by account_id, id`
    found[`${table}.${column}`] = rows.map(({ value }) => vault.open(value))
  }
  return found
}

async function fill(ctx: Awaited<ReturnType<typeof aBookOf>>['ctx'], count = 3) {
  const { account, credential } = await anAccount(ctx)
  await rotate(ctx, account, credential.id, 'a second secret', 3_600_000)
  const wish = { format: 'standard', types: null, secret: 'an endpoint secret' }
  const resolve = async () => ['93.184.216.34']
  const endpoint = await addEndpoint(
    ctx,
    account,
    { ...wish, url: 'https://shop.example.com/' },
    resolve,
  )
  await rotateSecret(ctx, account, endpoint.id, { secret: 'the next', overlapMs: 3_600_000 })
  for (let at = 2; at < count; at += 1) {
    const wish = { dialect: 'mintsoft', kind: 'key', publicPart: '', secret: `number ${at}` }
    await addCredential(ctx, account, wish)
  }
  const call = { dialect: 'mintsoft', address: '192.0.2.7', outcome: 'proof-wrong' }
  const unknown = { function: null, reason: null, credentialId: null, tried: null }
  const body = { digest: null, bodyBytes: null, request: 'what was sent' }
  const refused = { accountId: account.id, at: ctx.now(), ...call, ...unknown, ...body }
  await insertRefusedCalls(ctx.database.db, ctx.vault, [refused])
  return account
}

test('every column of bytes is known to be sealed, or known to hold no secret', async () => {
  const rows = await book().database.sql<{ name: string }[]>`
    select table_name || '.' || column_name as name from information_schema.columns
    where data_type = 'bytea' and table_schema = 'public'`
  const names = rows.map(({ name }) => name)
  const sealed = sealedColumns.map(({ table, column }) => `${table}.${column}`)
  expect(names).toEqual(expect.arrayContaining(sealed))
  expect(names.filter((name) => !sealed.includes(name) && !plainBytes.includes(name))).toEqual([])
})

test('a rotation seals every secret anew, and only the new key opens any', async () => {
  const { ctx, db } = await aBookOf(first)
  await fill(ctx, 603)
  const before = await everySecret(createVault(first))
  const both = createVault(second, [first])
  const counts = await resealAll(db, both, async () => second)
  expect(await everySecret(createVault(second))).toEqual(before)
  await expect(everySecret(createVault(first))).rejects.toThrow(Unopenable)
  expect(counts).toEqual({
    'credentials.secret': 603,
    'endpoints.secret': 1,
    'endpoints.previous_secret': 1,
    'refused_calls.request': 1,
  })
  for (const values of Object.values(before)) expect(values).not.toEqual([])
  await checkKey(db, createVault(second))
  await expect(checkKey(db, createVault(first))).rejects.toThrow(WrongKey)
})

test('until the rotation secrets are sealed with the old key, so that who knows only that goes on', async () => {
  const { ctx, db } = await aBookOf(first)
  const both = createVault(second, [first])
  await checkKey(db, both)
  await fill({ ...ctx, vault: both })
  expect(Object.values(await everySecret(createVault(first))).flat()).toHaveLength(6)
})

test('a secret that no key opens stops the rotation, and nothing is changed', async () => {
  const { ctx, db, sql } = await aBookOf(first)
  const account = await fill(ctx)
  const before = await everySecret(createVault(first))
  const foreign = createVault(randomBytes(32)).seal('foreign')
  await sql`update endpoints set previous_secret = ${foreign} where account_id = ${account.id}`
  const both = createVault(second, [first])
  const refused = resealAll(db, both, async () => second)
  await expect(refused).rejects.toThrow(`endpoints ${account.id}/1`)
  const { 'credentials.secret': credentials } = before
  const kept = await sql<{ secret: Sealed }[]>`
    select secret from credentials order by account_id, id`
  expect(kept.map(({ secret }) => createVault(first).open(secret))).toEqual(credentials)
  await checkKey(db, createVault(first))
})

test('who knows only the old key writes no secret after a rotation, nor during one', async () => {
  const { ctx, db, sql } = await aBookOf(first)
  const account = await fill(ctx)
  const both = createVault(second, [first])
  let release = (): void => undefined
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let isHeld = false
  const rotation = resealAll(db, both, async () => {
    isHeld = true
    await held
    return second
  })
  await until('the rotation has begun', () => isHeld)
  const wish = { dialect: 'mintsoft', kind: 'key', publicPart: '', secret: 'a late secret' }
  const late = addCredential(ctx, account, wish).catch((error: unknown) => error)
  await until('the writer waits', async () => {
    const [row] = await sql`
      select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    return row !== undefined
  })
  release()
  await rotation
  expect(await late).toBeInstanceOf(WrongKey)
  expect(Object.values(await everySecret(createVault(second))).flat()).not.toContain(
    'a late secret',
  )
  expect(await isOurs(ctx.database, createVault(first))).toBe(false)
  await addCredential({ ...ctx, vault: both }, account, wish)
  expect(Object.values(await everySecret(createVault(second))).flat()).toContain('a late secret')
})

test('a vault reads its keys again where those at hand do not fit', () => {
  const keys = [first]
  const vault = createVault(first, [], () => keys)
  const sealed = createVault(second).seal('a secret')
  expect(() => vault.open(sealed)).toThrow(Unopenable)
  expect(vault.failed()).toBe(true)
  keys.push(second)
  expect(vault.open(sealed)).toBe('a secret')
  expect(vault.failed()).toBe(false)
  expect(vault.sealFor(checkOf(second))?.('x').length).toBeGreaterThan(28)
  expect(vault.sealFor(checkOf(Buffer.alloc(32)))).toBeUndefined()
})
