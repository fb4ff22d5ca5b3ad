import { spawn } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type postgres from 'postgres'
import { type GatewayProcess, runCommand, startGatewayProcess } from '../support/process.ts'
import { callSigned, type Shop } from '../support/signed-call.ts'

type Env = Readonly<Record<string, string>>

export type BackupOptions = {
  /** Of the gateway whose account is exported, and of the one that takes it in. */
  readonly from: Env
  readonly to: Env
  /** Where the backup is written. */
  readonly file: string
  /** Placed by calls before the backup begins. */
  readonly orders: number
  /** With `sql`: so many more, copies of the first one, past the gateway. */
  readonly copies?: number
  /** Of the first gateway's database. */
  readonly sql?: postgres.Sql
  readonly report?: (line: string) => void
}

export type BackupFigures = {
  rows: number
  fileMb: number
  exportSeconds: number
  exportMb: number
  importSeconds: number
  importMb: number
  /** Orders that callers placed while the backup was made. */
  beside: number
  /** Orders acknowledged before it that are missing or different in the copy. */
  lost: string[]
  /** Numbers that both gave to different orders. */
  doubled: number[]
}

const passphrase = 'nine lives of a cat'

/** Exports an account beside a loaded gateway, imports it elsewhere, and compares the two by calls. */
export async function backupTrial(options: BackupOptions): Promise<BackupFigures> {
  const from = { ...options.from, BACKUP_PASSPHRASE: passphrase, LOG_LEVEL: 'error' }
  const to = { ...options.to, BACKUP_PASSPHRASE: passphrase, LOG_LEVEL: 'error' }
  const shop = await aShop(from)
  const old = await startGatewayProcess(from)
  try {
    return await move({ ...options, from, to }, shop, old)
  } finally {
    await old.end('SIGTERM')
  }
}

async function move(
  options: BackupOptions,
  shop: Shop,
  old: GatewayProcess,
): Promise<BackupFigures> {
  const { file } = options
  const good = { good_name: 'mug', good_type: 'digital', good_title: 'Mug', good_sum: '12.90' }
  await callSigned(old.url, shop, 'AddGood', good)
  for (let at = 0; at < options.orders; at += 1) await order(old.url, shop, `early-${at}`)
  // Of a large book, the sums say it.
  const isLarge = (options.copies ?? 0) > 0
  const early = isLarge ? undefined : await ordersOf(old.url, shop)
  if (options.sql !== undefined) await multiply(options.sql, shop, options.copies ?? 0)

  const load = startLoad(old.url, shop)
  const exported = await timed(['export', shop.login, '--file', file, '--json'], options.from)
  const beside = await load.stop()
  options.report?.(`exported in ${exported.seconds.toFixed(1)} s`)
  const imported = await timed(['import', 'account', file, '--json'], options.to)
  options.report?.(`imported in ${imported.seconds.toFixed(1)} s`)

  const copy = await startGatewayProcess(options.to)
  try {
    const lost = early === undefined ? [] : missing(early, await ordersOf(copy.url, shop))
    if (sums(exported.stdout) !== sums(imported.stdout)) lost.push('the sums')
    const given = await order(copy.url, shop, 'after')
    return {
      rows: rowsIn(exported.stdout),
      fileMb: (await stat(file)).size / 1e6,
      exportSeconds: exported.seconds,
      exportMb: exported.peakMb,
      importSeconds: imported.seconds,
      importMb: imported.peakMb,
      beside: beside.length,
      lost,
      doubled: beside.includes(given) ? [given] : [],
    }
  } finally {
    await copy.end('SIGTERM')
  }
}

async function aShop(env: Env): Promise<Shop> {
  const login = 'saved'
  const added = await runCommand(['account', 'add', login, '--json'], env)
  if (added.code !== 0) throw new Error(`account add failed: ${added.stderr}`)
  const sheet = JSON.parse(added.stdout) as { influencersoft: { secret: string } }
  return { login, secret: sheet.influencersoft.secret }
}

async function order(url: string, shop: Shop, tag: string): Promise<number> {
  const goods = [{ good_name: 'mug' }]
  const wish = { goods, bill_email: `${tag}@example.com` }
  const { error_code, result } = await callSigned(url, shop, 'CreateOrder', wish)
  if (error_code !== 0) throw new Error(`CreateOrder: ${error_code}`)
  return (result as { bill_id: number }).bill_id
}

type Listed = { readonly id: number | string }

async function ordersOf(url: string, shop: Shop): Promise<Map<number, string>> {
  const { result } = await callSigned(url, shop, 'GetOrders')
  return new Map((result as Listed[]).map((one) => [Number(one.id), JSON.stringify(one)]))
}

function missing(before: Map<number, string>, after: Map<number, string>): string[] {
  return [...before].flatMap(([id, text]) => (after.get(id) === text ? [] : [`order ${id}`]))
}

/** Places orders until told to stop; gives back their numbers. */
function startLoad(url: string, shop: Shop) {
  let stopped = false
  const placed: number[] = []
  const caller = async (id: number): Promise<void> => {
    for (let step = 0; !stopped; step += 1) {
      placed.push(await order(url, shop, `beside-${id}-${step}`))
      // Less than a thousand in all: more could meet the numbers of the copy.
      await sleep(150)
    }
  }
  const running = Promise.all([0, 1].map(caller))
  return {
    async stop(): Promise<number[]> {
      stopped = true
      await running
      return placed
    },
  }
}

type Summary = { accounts: { tables: { table: string; rows: number; sha256: string }[] }[] }

function rowsIn(stdout: string): number {
  const { accounts } = JSON.parse(stdout) as Summary
  return accounts.flatMap(({ tables }) => tables).reduce((sum, { rows }) => sum + rows, 0)
}

function sums(stdout: string): string {
  return JSON.stringify((JSON.parse(stdout) as Summary).accounts.map(({ tables }) => tables))
}

const program = fileURLToPath(new URL('../../bin/countersign.js', import.meta.url))

/** Runs a command and watches the most memory that its process takes. */
export async function timed(args: readonly string[], env: Env) {
  const began = performance.now()
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr, peakMb] = ['', '', 0]
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk)
  })
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk)
  })
  const watch = setInterval(async () => {
    const text = await readFile(`/proc/${child.pid}/status`, 'utf8').catch(() => '')
    peakMb = Math.max(peakMb, Number(/VmHWM:\s+(\d+)/.exec(text)?.[1] ?? 0) / 1024)
  }, 50)
  const code = await new Promise((resolve) => child.once('close', resolve))
  clearInterval(watch)
  if (code !== 0) throw new Error(`${args.join(' ')}: ${stderr}`)
  return { stdout, seconds: (performance.now() - began) / 1000, peakMb }
}

/** Copies of the first order with its state, lines and events. */
async function multiply(sql: postgres.Sql, shop: Shop, copies: number): Promise<void> {
  const [found] = await sql<{ id: number; first: number; next: number }[]>`
    select a.id, (select min(number) from orders where account_id = a.id) as first, c.next::int
    from accounts a join counters c on c.account_id = a.id and c.name = 'order'
    where a.login = ${shop.login}`
  if (found === undefined) throw new Error('the account is gone')
  const { id, first, next } = found
  for (const table of ['orders', 'order_states', 'order_lines', 'order_events']) {
    await sql`
      insert into ${sql(table)} select r.* from ${sql(table)} t,
        generate_series(0, ${copies}::int - 1) g,
        jsonb_populate_record(t, jsonb_build_object('number', ${next}::int + g)) r
      where t.account_id = ${id} and t.number = ${first}`
  }
  await sql`
    update counters set next = ${next + copies}
    where account_id = ${id} and name in ('order', 'release')`
}
