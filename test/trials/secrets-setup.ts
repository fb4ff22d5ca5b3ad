import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { runCommand } from '../support/process.ts'
import type { Merchant } from './isolation-merchants.ts'
import type { Secret } from './secrets-search.ts'

type Env = Readonly<Record<string, string>>
type Keys = Merchant['keys']

/** Commands on the trial's book, and all they said beside what they were to show. */
export type Operator = {
  /** Gives its JSON; its output may show secrets. */
  readonly ask: (words: readonly string[], input?: string) => Promise<Sheet>
  /** Its output must show none. */
  readonly tell: (words: readonly string[]) => Promise<void>
  readonly said: string[]
}

// biome-ignore lint/suspicious/noExplicitAny: each command knows what it gives back
type Sheet = any

export type Shop = {
  readonly login: string
  readonly keys: Keys
  readonly brokenKeys: Keys
  /** An InfluencerSoft key that will be revoked. */
  readonly doomed: string
}

export const store = JSON.parse(
  readFileSync(new URL('../fixtures/opencart/store.json', import.meta.url), 'utf8'),
)

/** Signs that percent-encoding, JSON and rows of Postgres all write differently. */
const awkward = ` "ä+/\\${randomBytes(3).toString('hex')}'%`

export function operatorOn(env: Env): Operator {
  const said: string[] = []
  const run = async (words: readonly string[], input = ''): Promise<string> => {
    const { code, stdout, stderr } = await runCommand(words, env, input)
    said.push(stderr)
    if (code !== 0) throw new Error(`${words.join(' ')}: ${stderr}`)
    return stdout
  }
  return {
    said,
    ask: async (words, input) => JSON.parse(await run([...words, '--json'], input)),
    tell: async (words) => void said.push(await run(words)),
  }
}

/** A merchant with a key of every kind, and endpoints of every kind. */
export async function aShop(
  operator: Operator,
  receiver: string,
  secrets: Secret[],
): Promise<Shop> {
  const { ask } = operator
  const login = `shop-${randomBytes(6).toString('hex')}`
  const keep = (name: string, value: string, inMemory = false): string => {
    secrets.push({ name, value, inMemory })
    return value
  }
  const sheet = await ask(['account', 'add', login])
  const erp = { username: 'erp', key: randomBytes(64).toString('hex') }
  const users = [{ ...erp, status: 1, ip: [] }]
  await ask(['import', 'opencart', login, '-'], JSON.stringify({ ...store, api_users: users }))
  const password = `${randomBytes(9).toString('base64')}${awkward}`
  const basic = ['--dialect', 'shopsite', '--kind', 'basic', '--public', 'office']
  await ask(['credential', 'add', login, ...basic, '--secret-file', '-'], password)
  const { secretKey, authorizationCode: code, clientId, wordpress } = sheet.shopsite
  const keys: Keys = {
    influencersoft: keep('a key that was replaced', sheet.influencersoft.secret),
    mintsoft: keep('a Mintsoft key', sheet.mintsoft.key, true),
    opencart: erp,
    shopsite: { clientId, secretKey, code },
    basic: { user: 'office', password },
  }
  keep('an OpenCart key of the account', sheet.opencart.key, true)
  keep('an OpenCart key that was imported', erp.key, true)
  keep("a ShopSite application's secret key", secretKey, true)
  keep("a ShopSite application's code", code, true)
  keep('what the WordPress plugin takes', wordpress)
  keep('a back-office password', password, true)
  await endpoints(operator, login, receiver, keep)
  const doomed = keep('a key that was revoked', `revoked${awkward}${randomUUID()}`)
  const second = ['credential', 'add', login, '--dialect', 'influencersoft', '--secret-file', '-']
  await ask(second, doomed)
  return { login, keys, brokenKeys: broken(keys, keep), doomed }
}

type Keep = (name: string, value: string, inMemory?: boolean) => string

/**
 * With a gateway that knows them: the InfluencerSoft key is replaced at once, and another is
 * revoked. Gives the shop with its new key.
 */
export async function changeKeys(
  { ask, tell }: Operator,
  shop: Shop,
  secrets: Secret[],
): Promise<Shop> {
  const { login } = shop
  const listed: { id: number; dialect: string }[] = await ask(['credential', 'list', login])
  const [own, added] = listed.filter(({ dialect }) => dialect === 'influencersoft')
  await tell(['credential', 'revoke', login, String(added?.id)])
  const influencersoft = `brought${awkward}${randomUUID()}`
  secrets.push({ name: 'a key that was brought along', value: influencersoft, inMemory: true })
  const rotate = ['credential', 'rotate', login, String(own?.id), '--overlap', '0']
  await ask([...rotate, '--secret-file', '-'], influencersoft)
  return { ...shop, keys: { ...shop.keys, influencersoft } }
}

async function endpoints(
  { ask }: Operator,
  login: string,
  receiver: string,
  keep: Keep,
): Promise<void> {
  const add = ['endpoint', 'add', login]
  const made = await ask([...add, `${receiver}/standard`])
  keep("an endpoint's secret that was replaced and still signs", made.secret)
  const next = await ask(['endpoint', 'rotate', login, String(made.id)])
  keep("an endpoint's secret", next.secret)
  const own = keep('an endpoint secret that was brought along', `own${awkward}${randomUUID()}`)
  const form = ['--format', 'influencersoft', '--secret-file', '-']
  await ask([...add, `${receiver}/own`, ...form], own)
  await ask([...add, `${receiver}/account`, '--format', 'influencersoft'])
}

/** What somebody may try: secrets too, since people mistype theirs. */
function broken(keys: Keys, keep: Keep): Keys {
  const wrong = (name: string): string =>
    keep(`a wrong ${name}`, `wrong${awkward}${randomBytes(12).toString('base64')}`)
  return {
    influencersoft: wrong('API key'),
    mintsoft: wrong('GUID'),
    opencart: { username: 'erp', key: wrong('OpenCart key') },
    shopsite: { ...keys.shopsite, secretKey: wrong('secret key'), code: wrong('code') },
    basic: { user: 'office', password: wrong('password') },
  }
}

/** An account that nobody calls: nothing of it has a reason to be in memory. */
export async function anIdleShop({ ask }: Operator, secrets: Secret[]): Promise<void> {
  const sheet = await ask(['account', 'add', 'idle'])
  const values = {
    'an API key': sheet.influencersoft.secret,
    'a Mintsoft key': sheet.mintsoft.key,
    'an OpenCart key': sheet.opencart.key,
    'a secret key': sheet.shopsite.secretKey,
    'a code': sheet.shopsite.authorizationCode,
  }
  for (const [name, value] of Object.entries(values)) {
    secrets.push({ name: `${name} of an account that nobody calls`, value, inMemory: false })
  }
}
