import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import type { Dialect } from '../../src/dialects/dialect.ts'
import { dialects } from '../../src/dialects/registry.ts'
import { type EmbeddedServer, startEmbeddedPostgres } from '../../src/store/embedded/server.ts'
import { makeDataDir } from '../support/data-dir.ts'
import { until } from '../support/poll.ts'
import { type GatewayProcess, startGatewayProcess } from '../support/process.ts'
import { aQuietReceiver } from './isolation-receiver.ts'
import { everyCall, isTaken, openLine, tokenName } from './secrets-calls.ts'
import { heapOnSignal, stringsInMemory } from './secrets-memory.ts'
import { commandLines, eachTable, filesBelow } from './secrets-places.ts'
import { type Search, type Secret, searchFor } from './secrets-search.ts'
import { anIdleShop, aShop, changeKeys, operatorOn } from './secrets-setup.ts'

export type SecretsOptions = {
  /** Where the installation's key is: in DATA_DIR, or in the settings beside a DATABASE_URL. */
  readonly keyIn: 'file' | 'settings'
  /** How often every call is made. */
  readonly rounds: number
  /** True: the files of the database are searched as well. */
  readonly deep?: boolean
  readonly report?: (line: string) => void
  /** Whose calls are made; absent: all. */
  readonly dialects?: readonly Dialect[]
  /** Puts secrets where they do not belong, until the search is over, which must find them. */
  readonly plant?: (house: House) => Promise<{ end(): void }>
}

/** Everything that may come to hold a secret. */
export type House = {
  readonly gateway: GatewayProcess
  readonly server: EmbeddedServer
  readonly dataDir: string
  readonly secrets: readonly Secret[]
}

export type SecretsFigures = {
  secrets: number
  tokens: number
  calls: number
  notices: number
  tables: number
  /** Bytes that were searched, by place. */
  readonly searched: Record<string, number>
  /** Where a secret was found that does not belong there, and what it is. */
  readonly found: string[]
  /** Secrets found where they belong, in the key's file or in memory: shows that the search sees. */
  readonly seen: string[]
}

type Run = {
  readonly options: SecretsOptions
  readonly server: EmbeddedServer
  readonly dataDir: string
  readonly heaps: string
  readonly secrets: Secret[]
  readonly figures: SecretsFigures
}

/** No secret: it stands everywhere, and shows that a place was searched. */
const control = 'the control'

/** A gateway lives through everything; then its secrets are looked for wherever it left something. */
export async function secretsTrial(options: SecretsOptions): Promise<SecretsFigures> {
  const { dataDir, remove } = await makeDataDir()
  const heaps = await mkdtemp(join(tmpdir(), 'countersign-heaps-'))
  const quiet = { info: () => undefined, warn: () => undefined }
  const server = await startEmbeddedPostgres({ dataDir, log: quiet })
  const searched = {}
  const found: string[] = []
  const counts = { secrets: 0, tokens: 0, calls: 0, notices: 0, tables: 0 }
  const figures: SecretsFigures = { ...counts, searched, found, seen: [] }
  try {
    await live({ options, server, dataDir, heaps, secrets: [], figures })
    return figures
  } finally {
    await server.stop()
    await Promise.all([remove(), rm(heaps, { recursive: true })])
  }
}

async function live(run: Run): Promise<void> {
  const { options, secrets, figures, heaps } = run
  const called = options.dialects ?? dialects
  const receiver = await aQuietReceiver()
  const env = environments(run)
  const before = operatorOn(env.before)
  const during = operatorOn(env.during)
  const [shop] = await Promise.all([
    aShop(before, receiver.url, secrets),
    anIdleShop(before, secrets),
  ])
  secrets.push({ name: control, value: shop.login, inMemory: true })
  const own = { ...heapOnSignal(heaps), BASE_DOMAINS: 'orders.example', LOG_LEVEL: 'trace' }
  const gateway = await startGatewayProcess({ ...env.during, ...own })
  const line = openLine(gateway.url, secrets)
  let planted: { end(): void } | undefined
  try {
    await noteKeys(run, 'before the rotation')
    for (const key of [shop.keys.influencersoft, shop.doomed]) {
      if (!(await isTaken(line, shop, key))) throw new Error('a key that works was refused')
    }
    const after = await changeKeys(before, shop, secrets)
    for (let round = 1; round < options.rounds; round += 1) {
      await everyCall(line, called, after, round)
      options.report?.(`round ${round}: ${line.count()} calls`)
    }
    await Promise.all([everyCall(line, called, after, 0), during.tell(['key', 'rotate'])])
    await noteKeys(run, 'after it')
    const shown = [
      ['account', 'show'],
      ['credential', 'list'],
      ['endpoint', 'list'],
    ]
    await Promise.all(shown.map((words) => during.tell([...words, shop.login])))
    await settled(run, gateway, () => isTaken(line, after, after.keys.influencersoft))
    planted = await options.plant?.({ ...run, gateway })
    await searchAll(run, gateway, [...before.said, ...during.said].join('\n'))
    Object.assign(figures, { calls: line.count(), notices: receiver.bodies.length })
  } finally {
    planted?.end()
    line.close()
    await gateway.end('SIGTERM')
    await receiver.close()
  }
}

/** What commands run with before the rotation, and what gateway and commands run with from then. */
function environments({ options, server, dataDir, secrets }: Run) {
  const notices = { NOTICES_HTTP: 'on', NOTICES_UNSAFE_TARGETS: 'on' }
  if (options.keyIn === 'file') {
    const env = { ...notices, DATA_DIR: dataDir }
    return { before: env, during: env }
  }
  const { host, port, username, password, database } = server.connection
  const place = new URLSearchParams({ host, port: String(port) })
  const address = `${username}:${encodeURIComponent(password)}@localhost/${database}?${place}`
  const env = { ...notices, DATABASE_URL: `postgres://${address}` }
  const [old, fresh] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')]
  for (const key of [old, fresh]) noteKey(secrets, 'of the settings', key)
  return {
    before: { ...env, COUNTERSIGN_KEY: old },
    during: { ...env, COUNTERSIGN_KEY: fresh, COUNTERSIGN_OLD_KEY: old },
  }
}

function noteKey(secrets: Secret[], which: string, hex: string): void {
  secrets.push({ name: `the key ${which}`, value: hex, inMemory: false })
  const bytes = Buffer.from(hex, 'hex').toString('base64')
  secrets.push({ name: `the key ${which} in base64`, value: bytes, inMemory: false })
}

async function noteKeys({ options, dataDir, secrets, server }: Run, when: string): Promise<void> {
  if (options.keyIn === 'file') {
    const hex = (await readFile(join(dataDir, 'key'), 'utf8')).trim()
    noteKey(secrets, when, hex)
  }
  const { password } = server.connection
  if (secrets.some(({ value }) => value === password)) return
  // A gateway connects anew whenever it must.
  secrets.push({ name: 'the database password', value: password, inMemory: true })
}

/** Nothing is under way, caches have aged, and sockets have seen calls of nobody. */
async function settled(
  { server }: Run,
  { url }: GatewayProcess,
  call: () => Promise<boolean>,
): Promise<void> {
  const sql = postgres({ ...server.connection, max: 1 })
  await until('the last notice', async () => {
    const rows = await sql`select 1 from deliveries where state = 'waiting' limit 1`
    return rows.length === 0
  })
  await sql.end()
  const end = Date.now() + 1500
  await until('sockets and caches to age', async () => {
    if (!(await call())) throw new Error('the key that works now was refused')
    await Promise.all(Array.from({ length: 20 }, () => fetch(`${url}/healthz`)))
    return Date.now() > end
  })
}

async function searchAll(run: Run, gateway: GatewayProcess, said: string): Promise<void> {
  const { options, figures, secrets, dataDir, server, heaps } = run
  figures.secrets = secrets.length
  figures.tokens = secrets.filter(({ name }) => name === tokenName).length
  const search = searchFor(secrets)
  const look = (place: string, bytes: Uint8Array, mayHold: (secret: Secret) => boolean): void =>
    lookInto(figures, search, place, bytes, mayHold)
  const never = (): boolean => false
  look('the log', Buffer.from(gateway.output()), never)
  look('what commands said', Buffer.from(said), never)
  look('the list of processes', await commandLines(), never)
  await eachTable(server, (name, text) => {
    figures.tables += 1
    look(`table ${name}`, Buffer.from(text), never)
  })
  for (const path of await filesBelow(dataDir)) {
    const isDatabase = path.startsWith(`${server.location.pgDir}/`)
    if (isDatabase && !options.deep) continue
    const name = path.slice(dataDir.length + 1)
    look(
      isDatabase ? 'the files of the database' : `file ${name}`,
      await readFile(path),
      ({ value, name: what }) => {
        if (name === 'key') return what.startsWith('the key after it')
        return name === 'postgres-password' && value === server.connection.password
      },
    )
  }
  look('memory', await stringsInMemory(gateway, heaps), ({ inMemory }) => inMemory)
}

function lookInto(
  { searched, found, seen }: SecretsFigures,
  search: Search,
  place: string,
  bytes: Uint8Array,
  mayHold: (secret: Secret) => boolean,
): void {
  searched[place] = (searched[place] ?? 0) + bytes.length
  for (const secret of search(bytes)) {
    const list = secret.name === control || mayHold(secret) ? seen : found
    list.push(`${place}: ${secret.name}`)
  }
}
