import { createHash, createHmac } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { addAccount, changeSettings, getAccount, tieHost } from '../../src/core/accounts.ts'
import { type Context, createContext } from '../../src/core/context.ts'
import { credentialsOf } from '../../src/core/credentials.ts'
import { enable, secretsOf } from '../../src/core/endpoints.ts'
import { exportAccounts } from '../../src/core/export-account.ts'
import { saveGoods } from '../../src/core/goods.ts'
import { freeze } from '../../src/notices/formats.ts'
import { openDatabase } from '../../src/store/database.ts'
import { createVault } from '../../src/store/secrets.ts'
import { leftOutTables, transferTables } from '../../src/store/transfer-tables.ts'
import { type TestDatabase, useDatabase } from '../support/database.ts'
import { anAccount, anOrder } from '../support/fixtures.ts'
import { aFullAccount, oddText } from '../support/full-account.ts'
import { type Console, consoleOn, useConsole } from './console.ts'

const passphrase = 'correct horse battery'
const at = useConsole()
const there = useOtherPlace()

type OtherPlace = Console & { readonly ctx: Context; readonly database: TestDatabase }

/** Another installation: its own database, and another key. */
function useOtherPlace(): () => OtherPlace {
  const database = useDatabase()
  let current: OtherPlace | undefined
  let close: () => Promise<void> = async () => undefined
  beforeAll(() => {
    const config = readConfig({})
    const opened = openDatabase(database().target, { connections: 4 })
    let drawn = 0
    const ctx = createContext({
      database: opened,
      vault: createVault(Buffer.alloc(32, 9)),
      statementTimeoutMs: config.statementTimeoutMs,
      failedProofsPerMinute: config.failedProofsPerMinute,
      limits: config.committer,
      targets: config.notices,
      freeze,
      silentDialects: [],
      now: () => Date.parse('2026-03-03T10:00:00Z'),
      clock: () => performance.now(),
      randomBytes: (count) => {
        drawn += 1
        return createHash('sha512').update(String(drawn)).digest().subarray(0, count)
      },
      log: { warn: () => undefined },
    })
    current = { ...consoleOn(ctx), ctx, database: database() }
    close = async () => {
      await ctx.committer.close()
      await opened.close()
    }
  })
  afterAll(() => close())
  return () => {
    if (current === undefined) throw new Error('the other place is there only inside a test')
    return current
  }
}

/** A backup of accounts of `at`, as the command makes it. */
async function aBackup(...logins: readonly string[]): Promise<Buffer> {
  at().files.set('pass', `${passphrase}\n`)
  const words = ['export', ...logins, '--file', 'backup', '--passphrase-file', 'pass']
  const { code, err } = await at().run(words)
  if (code !== 0) throw new Error(err)
  return Buffer.from(at().files.get('backup') ?? '')
}

/** Imports it at the other place. */
async function importThere(file: Uint8Array, more = '', secret = passphrase) {
  there().files.set('backup', file)
  there().files.set('pass', secret)
  return there().run(`import account backup --passphrase-file pass${more}`)
}

type Row = Record<string, unknown>

/** All rows of an account, without its id and without what a key has sealed. */
async function rowsOf({ database }: Pick<OtherPlace, 'database'>, login: string) {
  const { sql } = database
  const [account] = await sql<{ id: number }[]>`select id from accounts where login = ${login}`
  const tables: Record<string, Row[]> = {}
  for (const { name, accountColumn, sealed } of transferTables) {
    const hidden = [accountColumn, ...sealed]
    const rows = await sql<{ row: Row }[]>`
      select to_jsonb(t) - ${hidden}::text[] as row from ${sql(name)} t
      where ${sql(accountColumn)} = ${account?.id ?? 0}`
    const texts = rows.map(({ row }) => JSON.stringify(row)).sort()
    tables[name] = texts.map((text) => JSON.parse(text))
  }
  return tables
}

async function countOf({ sql }: TestDatabase): Promise<number> {
  let count = 0
  for (const { name } of transferTables) {
    const [row] = await sql<{ count: number }[]>`select count(*)::int as count from ${sql(name)}`
    count += row?.count ?? 0
  }
  return count
}

describe('what a backup holds', () => {
  it('is every table of the schema but those that are left out for a reason', async () => {
    const tables = await at().database.sql<{ name: string }[]>`
      select relname as name from pg_class
      where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace`
    const held = transferTables.map(({ name }) => name)
    const named = [...held, ...Object.keys(leftOutTables)]
    expect(tables.map(({ name }) => name).sort()).toEqual(named.sort())
    expect(new Set(named).size).toBe(named.length)
  })

  it.each(transferTables)('is every column of $name', async ({ name, columns, accountColumn }) => {
    const found = await at().database.sql<{ column: string }[]>`
      select column_name as column from information_schema.columns
      where table_schema = 'public' and table_name = ${name}`
    expect(found.map(({ column }) => column).sort()).toEqual([accountColumn, ...columns].sort())
  })

  it('has every secret under the passphrase, and no column of bytes that nobody thought of', async () => {
    const found = await at().database.sql<{ place: string }[]>`
      select table_name || '.' || column_name as place from information_schema.columns
      where table_schema = 'public' and data_type = 'bytea'`
    const sealed = transferTables.flatMap(({ name, sealed: columns }) =>
      columns.map((column) => `${name}.${column}`),
    )
    const digests = [
      'delivery_attempts.answer',
      'dialect_sessions.key',
      'order_fingerprints.digest',
      'refused_calls.digest',
      // Sealed, and in no backup.
      'refused_calls.request',
      'replays.digest',
      'takings.served_digest',
    ]
    expect(found.map(({ place }) => place).sort()).toEqual([...sealed, ...digests].sort())
  })
})

describe('an account with rows in every table', () => {
  let before: Record<string, Row[]>
  let after: Record<string, Row[]>
  let said: string
  let file: Buffer

  beforeAll(async () => {
    const { ctx, database } = at()
    await aFullAccount(ctx, database.sql, 'full')
    // The other place has given out ids already, of accounts and of their events.
    await anAccount(there().ctx, { login: 'somebody' })
    before = await rowsOf(at(), 'full')
    file = await aBackup('full')
    const { code, out, err } = await importThere(file)
    expect([code, err]).toEqual([0, ''])
    said = out
    after = await rowsOf(there(), 'full')
  })

  it.each(transferTables)('has some in $name', ({ name }) => {
    expect(before[name]?.length).toBeGreaterThan(0)
  })

  const changed = ['counters', 'endpoints', 'account_events']
  const same = transferTables.filter(({ name }) => !changed.includes(name))
  it.each(same)('comes back with the same $name', ({ name }) => {
    expect(after[name]).toEqual(before[name])
  })

  it('keeps what no line and no COPY can hold as it is', async () => {
    expect(JSON.stringify(after.orders)).toContain(JSON.stringify(oddText))
  })

  it('has another id, and lets both counters go on 1,000 higher', async () => {
    const [mine, theirs] = await Promise.all([
      getAccount(at().ctx, 'full'),
      getAccount(there().ctx, 'full'),
    ])
    expect(theirs.id).not.toBe(mine.id)
    const moved = (before.counters ?? []).map(({ name, next }) =>
      name === 'order' || name === 'release' ? { name, next: Number(next) + 1000 } : { name, next },
    )
    expect(after.counters).toEqual(expect.arrayContaining(moved))
    expect(after.counters).toHaveLength(moved.length)
    expect(await anOrder(there().ctx, theirs)).toBe(101_003)
  })

  it('has its endpoints disabled, with what waits for them', async () => {
    const off = { disabled_at: expect.any(String), disabled_why: expect.stringContaining('backup') }
    expect(after.endpoints).toEqual((before.endpoints ?? []).map((row) => ({ ...row, ...off })))
    expect(said).toMatch(/1 of its URLs are disabled for now, and 1 messages wait/)
  })

  it('says in its history that it came back, and goes on writing one', async () => {
    const kinds = (after.account_events ?? []).map(({ kind }) => kind)
    expect(after.account_events).toEqual(expect.arrayContaining(before.account_events ?? []))
    expect(kinds.filter((kind) => kind === 'restored')).toHaveLength(1)
    expect(kinds).toHaveLength((before.account_events ?? []).length + 1)
    const account = await getAccount(there().ctx, 'full')
    await changeSettings(there().ctx, account, { timezone: 'UTC' })
  })

  it('has its secrets, now under the key of the place', async () => {
    const secrets = async ({ ctx }: Pick<OtherPlace, 'ctx'>) => {
      const account = await getAccount(ctx, 'full')
      const [found] = await credentialsOf(ctx, account, { withRevoked: true })
      return [found?.secret, await secretsOf(ctx, account, 1)]
    }
    expect(await secrets(there())).toEqual(await secrets(at()))
    expect((await secrets(there()))[1]).toMatchObject({ secret: 'endpoint secret' })
  })

  it('has no secret in its file, neither plain nor as the database had it', async () => {
    const text = gunzipSync(file).toString('latin1')
    const [row] = await at().database.sql<{ secret: Buffer }[]>`
      select c.secret from credentials c join accounts a on a.id = c.account_id
      where a.login = 'full'`
    const account = await getAccount(at().ctx, 'full')
    const [credential] = await credentialsOf(at().ctx, account, { withRevoked: true })
    for (const secret of [
      credential?.secret ?? 'none',
      'endpoint secret',
      'one before',
      row?.secret.toString('hex') ?? 'none',
      row?.secret.toString('base64') ?? 'none',
      passphrase,
    ]) {
      expect(text).not.toContain(secret)
    }
  })

  it('prints counts and sums of what it read back, which are those of the file', async () => {
    const lines = gunzipSync(file).toString('utf8').trimEnd().split('\n')
    const { end } = JSON.parse(lines.at(-1) ?? '')
    for (const { table, rows, sha256 } of end.accounts[0].tables) {
      expect(said).toMatch(new RegExp(`${table} +${rows} +${sha256.slice(0, 16)}`))
    }
  })

  it('is refused where it is already, and stays as it is', async () => {
    const rows = await rowsOf(there(), 'full')
    const { code, err } = await importThere(file)
    expect([code, err]).toEqual([1, expect.stringContaining('"full" is not empty here: it has')])
    expect(await rowsOf(there(), 'full')).toEqual(rows)
  })

  it('goes back and forth: a backup of the copy has the same sums', async () => {
    const sums = async (place: Pick<OtherPlace, 'ctx'>) => {
      // With the same salt, secrets become the same bytes.
      const ctx = { ...place.ctx, newKey: () => 'the same salt of both' }
      const write = async () => undefined
      const { accounts } = await exportAccounts(ctx, { logins: ['full'], passphrase, write })
      const tables = accounts[0]?.tables ?? []
      // What the tests of this block did to the copy shows.
      const touched = [...changed, 'accounts', 'stock', 'deliveries']
      return tables.filter(({ table }) => !touched.includes(table) && !/^order/.test(table))
    }
    const [mine, theirs] = [await sums(at()), await sums(there())]
    expect(theirs).toEqual(mine)
    expect(mine.map(({ table }) => table)).toContain('credentials')
  })
})

describe('import of an account', () => {
  const importOf = async (login: string, more = '') => importThere(await aBackup(login), more)

  it('replaces an empty one of its login, with its keys, and never takes numbers back', async () => {
    const { account } = await anAccount(at().ctx, { login: 'again' })
    await anOrder(at().ctx, account)
    const empty = await addAccount(there().ctx, 'again')
    await there().run('credential add again --dialect mintsoft')
    await there().run('account set again next-order-number=300000')
    const { code, err } = await importOf('again')
    expect([code, err]).toEqual([0, ''])
    const found = await getAccount(there().ctx, 'again')
    expect(found.id).not.toBe(empty.id)
    const keys = await credentialsOf(there().ctx, found, { withRevoked: true })
    expect(keys.map(({ dialect }) => dialect)).toEqual(['influencersoft'])
    const [left] = await there().database.sql`
      select 1 from credentials where account_id = ${empty.id}`
    expect(left).toBeUndefined()
    expect(await anOrder(there().ctx, found)).toBe(300_000)
  })

  it('goes on with the number of the file where it is told so', async () => {
    const { account } = await anAccount(at().ctx, { login: 'same-number' })
    const last = await anOrder(at().ctx, account)
    expect((await importOf('same-number', ' --advance 0')).code).toBe(0)
    const found = await getAccount(there().ctx, 'same-number')
    expect(await anOrder(there().ctx, found)).toBe(last + 1)
  })

  it('leaves endpoints on where it is told so', async () => {
    await aFullAccount(at().ctx, at().database.sql, 'loud')
    await importOf('loud', ' --endpoints on')
    const { endpoints = [] } = await rowsOf(there(), 'loud')
    expect(endpoints.map(({ disabled_at }) => disabled_at)).toEqual([null])
  })

  it('refuses host names of others, or leaves them there', async () => {
    const { account } = await anAccount(at().ctx, { login: 'hosted' })
    await tieHost(at().ctx, account, 'ours.example.com')
    await tieHost(at().ctx, account, 'free.example.com')
    const other = await addAccount(there().ctx, 'holder')
    await tieHost(there().ctx, other, 'ours.example.com')
    const refusal = await importOf('hosted')
    expect([refusal.code, refusal.err]).toEqual([
      1,
      expect.stringContaining('ours.example.com (of "holder")'),
    ])
    await expect(getAccount(there().ctx, 'hosted')).rejects.toThrow()
    const { code, out } = await importOf('hosted', ' --skip-hosts')
    expect([code, out]).toEqual([0, expect.stringContaining('other accounts: ours.example.com')])
    const { account_hosts: hosts } = await rowsOf(there(), 'hosted')
    expect(hosts).toEqual([{ host: 'free.example.com' }])
    expect((await rowsOf(there(), 'holder')).account_hosts).toEqual([{ host: 'ours.example.com' }])
  })

  it('says that a disabled one is still disabled', async () => {
    await anAccount(at().ctx, { login: 'asleep' })
    await at().run('account disable asleep')
    const { out } = await importOf('asleep')
    expect(out).toContain('countersign account enable asleep')
    expect((await getAccount(there().ctx, 'asleep')).disabled).toBe(true)
  })

  it('takes one of several accounts out of a file, and names those that it has', async () => {
    await anAccount(at().ctx, { login: 'several-one' })
    await anAccount(at().ctx, { login: 'several-two' })
    const file = await aBackup('several-one', 'several-two')
    const { code } = await importThere(file, ' several-two')
    expect(code).toBe(0)
    await expect(getAccount(there().ctx, 'several-one')).rejects.toThrow()
    expect((await getAccount(there().ctx, 'several-two')).login).toBe('several-two')
    const { err } = await importThere(file, ' several-three')
    expect(err).toContain('it has several-one, several-two')
  })

  it('brings none where one of several cannot be brought', async () => {
    await anAccount(at().ctx, { login: 'pair-one' })
    await anAccount(at().ctx, { login: 'pair-two' })
    await anAccount(there().ctx, { login: 'pair-two' })
    const { code } = await importThere(await aBackup('pair-one', 'pair-two'))
    expect(code).toBe(1)
    await expect(getAccount(there().ctx, 'pair-one')).rejects.toThrow()
  })
})

describe('a file that is not as it was written', () => {
  const salt = 'a salt of another one'
  let file: Buffer
  let plain: Buffer
  let rows: number
  const refusedFile = async (bytes: Uint8Array, secret = passphrase): Promise<string> => {
    const { code, out, err } = await importThere(bytes, '', secret)
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/^countersign: /)
    expect(err).not.toContain('this is a bug')
    await expect(getAccount(there().ctx, 'broken')).rejects.toThrow()
    expect(await countOf(there().database)).toBe(rows)
    return err
  }

  beforeAll(async () => {
    await aFullAccount(at().ctx, at().database.sql, 'broken')
    file = await aBackup('broken')
    plain = gunzipSync(file)
    rows = await countOf(there().database)
  })

  it.each([0.02, 0.3, 0.6, 0.9, 0.999])('is refused cut at %s of its length', async (part) => {
    expect(await refusedFile(file.subarray(0, file.length * part))).toContain('cut off')
    await refusedFile(plain.subarray(0, plain.length * part))
  })

  it('is refused without its last line', async () => {
    const end = plain.lastIndexOf('\n', plain.length - 2) + 1
    expect(await refusedFile(plain.subarray(0, end))).toContain('cut off')
  })

  it('is refused with any bit flipped', async () => {
    for (let at = 1; at < 16; at += 1) {
      const position = Math.floor((plain.length * at) / 16)
      const flipped = Buffer.from(plain)
      flipped[position] = (flipped[position] ?? 0) ^ 1
      await refusedFile(flipped)
    }
    for (let at = 1; at < 6; at += 1) {
      const flipped = Buffer.from(file)
      const position = Math.floor((file.length * at) / 6)
      flipped[position] = (flipped[position] ?? 0) ^ 16
      await refusedFile(flipped)
    }
  })

  it('is refused changed by somebody who mends the checksum', async () => {
    const lines = plain.toString('latin1').replace('Stoneware mug', 'Stoneware jug').split('\n')
    const body = Buffer.from(`${lines.slice(0, -2).join('\n')}\n`, 'latin1')
    const { end } = JSON.parse(lines.at(-2) ?? '')
    const digest = createHash('sha256').update(body).digest()
    const hmac = createHmac('sha256', 'a guess').update(digest).digest('hex')
    const mended = { end: { ...end, sha256: digest.toString('hex'), hmac } }
    const forged = Buffer.concat([body, Buffer.from(`${JSON.stringify(mended)}\n`)])
    expect(await refusedFile(forged)).toContain('did not know the passphrase')
  })

  it('is refused with something behind its end', async () => {
    await refusedFile(Buffer.concat([plain, Buffer.from('{"account":"more"}\n')]))
  })

  it('is refused with an account that its first line does not name, or twice', async () => {
    const end = plain.lastIndexOf('\n', plain.length - 2) + 1
    for (const login of ['broken', 'stranger']) {
      const more = Buffer.from(`${JSON.stringify({ account: login })}\n`)
      const longer = Buffer.concat([plain.subarray(0, end), more, plain.subarray(end)])
      expect(await refusedFile(longer)).toContain('not those of its first line')
    }
  })

  it('is refused under another passphrase, or none', async () => {
    expect(await refusedFile(file, 'correct horse batterx')).toContain('the passphrase is not')
    expect(await refusedFile(file, '')).toContain('there is no passphrase')
  })

  it.each([
    ['format', { format: 2 }, 'has format 2'],
    ['schema', { schema: 9_999_999_999_999 }, 'newer version'],
    ['schema', { schema: 1 }, 'too old'],
    ['cost', { scrypt: { salt, n: 32_769, r: 8, p: 1 } }, 'scrypt is not as it must be'],
    ['cost', { scrypt: { salt, n: 65_536, r: 1, p: 1 } }, 'scrypt is not as it must be'],
    ['cost', { scrypt: { salt, n: 1_048_576, r: 16, p: 1 } }, 'scrypt is not as it must be'],
    ['cost', { scrypt: { salt, n: 1024, r: 8, p: 1 } }, 'the passphrase is not'],
  ])('is refused with another %s: %j', async (_, change, words) => {
    const end = plain.indexOf('\n')
    const header = { ...JSON.parse(plain.subarray(0, end).toString()), ...change }
    const other = Buffer.concat([Buffer.from(JSON.stringify(header)), plain.subarray(end)])
    expect(await refusedFile(gzipSync(other))).toContain(words)
  })

  it.each(['', '{}\n', '{"countersign":"backup"}\n', '[1]\n', 'PK\u0003\u0004', '\u001f\u008b'])(
    'is refused where it is something else: %j',
    async (text) => {
      await refusedFile(Buffer.from(text, 'latin1'))
    },
  )
})

describe('export', () => {
  it('shows one moment, and lets orders through while it is being read', async () => {
    const { ctx } = at()
    const { account } = await anAccount(ctx, { login: 'busy' })
    const before = [await anOrder(ctx, account), await anOrder(ctx, account)]
    // Comes before the orders, and is more than fits into any buffer on the way.
    const noise = (index: number) =>
      Array.from({ length: 4000 }, (_, at) =>
        createHash('sha256').update(`${index} ${at}`).digest('hex'),
      ).join('')
    const goods = Array.from({ length: 8 }, (_, index) => ({
      code: `noise-${index}`,
      title: noise(index),
      price: 1n,
      type: 'digital' as const,
    }))
    await saveGoods(ctx, account, goods)
    const pieces: Uint8Array[] = []
    let during: number | undefined
    await exportAccounts(ctx, {
      logins: ['busy'],
      passphrase,
      write: async (bytes) => {
        during ??= await anOrder(ctx, account)
        pieces.push(Buffer.from(bytes))
      },
    })
    expect(during).toBe((before[1] ?? 0) + 1)
    const { code } = await importThere(Buffer.concat(pieces), ' --advance 0')
    expect(code).toBe(0)
    const { orders = [], order_states: states = [] } = await rowsOf(there(), 'busy')
    expect(orders.map(({ number }) => number)).toEqual(before)
    expect(states.map(({ number }) => number)).toEqual(before)
  })

  it('holds every account with --all, and goes to standard output where no file is named', async () => {
    at().files.set('pass', passphrase)
    const { code, out, err } = await at().run('export --all --json --passphrase-file pass')
    expect([code, out]).toEqual([0, ''])
    const summary = JSON.parse(err) as { accounts: { login: string }[] }
    const logins = await at().runJson<{ login: string }[]>('account list --json')
    expect(summary.accounts.map(({ login }) => login)).toEqual(logins.map(({ login }) => login))
    const header = gunzipSync(at().files.get('-') as Uint8Array)
      .toString('utf8')
      .split('\n')[0]
    expect(JSON.parse(header ?? '').accounts).toEqual(logins.map(({ login }) => login))
  })

  it.each([
    ['export', 'name an account'],
    ['export full --all --passphrase-file pass', 'not both'],
    ['export full', 'there is no passphrase'],
    ['export full --passphrase-file short', '12 characters'],
    ['export nobody --passphrase-file pass', 'no account "nobody"'],
    ['import account full --passphrase-file nothing', 'nothing: there is no such file'],
    ['import account - --passphrase-file -', 'both the backup and the passphrase'],
    ['import account x --advance 1.5 --passphrase-file pass', 'is no number'],
  ])('refuses %s', async (words, reason) => {
    at().files.set('pass', passphrase)
    at().files.set('short', 'hunter2')
    at().files.delete('-')
    const { code, out, err } = await at().run(words)
    expect([code, out, err]).toEqual([1, '', expect.stringContaining(reason)])
    expect(at().files.has('-')).toBe(false)
  })

  it.each([
    [
      'alter table orders add column later text',
      'alter table orders drop column later',
      'orders.later',
    ],
    [
      'create table later (id int references accounts (id))',
      'drop table later',
      'it has later, which',
    ],
  ])('refuses to leave out what only a newer version knows: %s', async (make, undo, words) => {
    at().files.set('pass', passphrase)
    at().files.delete('newer')
    const { sql } = at().database
    await sql.unsafe(make)
    try {
      const { code, err } = await at().run('export full --file newer --passphrase-file pass')
      expect([code, err]).toEqual([1, expect.stringContaining(words)])
      expect(err).toContain('a newer version has been at this database')
      expect(at().files.has('newer')).toBe(false)
    } finally {
      await sql.unsafe(undo)
    }
  })

  it('leaves tables in peace that are none of ours', async () => {
    at().files.set('pass', passphrase)
    const { sql } = at().database
    await sql`create table own_report (account_id int, orders int)`
    const { code, err } = await at().run('export full --file own --passphrase-file pass')
    await sql`drop table own_report`
    expect([code, err]).toEqual([0, ''])
  })

  it('writes nothing to a terminal', async () => {
    at().files.set('pass', passphrase)
    const write = async () => {
      throw new Error('nothing is to be written')
    }
    const backups = {
      read: () => {
        throw new Error('nothing is to be read')
      },
      write,
      stdoutIsTerminal: () => true,
      passphrase: () => passphrase,
    }
    const { code, err } = await at().run('export full', { backups })
    expect([code, err]).toEqual([1, expect.stringContaining('nothing for a terminal')])
  })
})

describe('an endpoint that came back', () => {
  it('is told what waited once it is enabled', async () => {
    const account = await getAccount(there().ctx, 'full')
    const resolve = async () => ['93.184.216.34']
    await there().database.sql`update endpoints set url = 'https://shop.example.com/'
      where account_id = ${account.id}`
    const { disabledAt } = await enable(there().ctx, account, 1, resolve)
    expect(disabledAt).toBeNull()
    const waiting = await there().database.sql`
      select 1 from deliveries where account_id = ${account.id} and state = 'waiting'`
    expect(waiting).toHaveLength(1)
  })
})
