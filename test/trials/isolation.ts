import type { Dialect } from '../../src/dialects/dialect.ts'
import type { Gateway } from '../support/gateway.ts'
import { until } from '../support/poll.ts'
import { type Caller, callers, type Place, type Sent, type Values } from './isolation-callers.ts'
import { tryCommands } from './isolation-commands.ts'
import { aMerchant, type Merchant } from './isolation-merchants.ts'
import { aQuietReceiver } from './isolation-receiver.ts'
import { rowsOf } from './isolation-rows.ts'
import { type Answered, atTheTill, sendAs, signIn } from './isolation-send.ts'

export type IsolationOptions = {
  readonly gateway: Gateway
  readonly dialects: readonly Dialect[]
  /** How often the whole is gone through, with other orders each time. */
  readonly rounds: number
  readonly report?: (line: string) => void
}

export type IsolationFigures = {
  /** Calls that the registry lists. */
  calls: number
  attempts: number
  commands: number
  /** Registered calls that no attempt of the stranger's has reached, by the gateway's own log. */
  missed: string[]
  /** Answers and notices with something of the other merchant's in them. */
  leaked: string[]
  /** Answers that tell a number that the other merchant has from one that nobody has. */
  told: string[]
  /** Tables with changed rows of a merchant who has called nothing. */
  changed: string[]
  /** Calls whose rightful caller was shown some of the same marks: what could have leaked. */
  control: number
  /** Tables of the stranger's own that its calls have changed. */
  acted: number
}

type Stance = {
  readonly name: string
  readonly place: Place
  readonly by: Caller | undefined
  readonly beside?: Caller
  readonly values: Values
}

/** Two merchants with the same numbers; one tries everything that it could know of the other. */
export async function isolationTrial(options: IsolationOptions): Promise<IsolationFigures> {
  const { gateway, dialects, rounds } = options
  const receivers = [await aQuietReceiver(), await aQuietReceiver()] as const
  try {
    const [a, b] = await merchants(gateway, receivers, dialects)
    const figures: IsolationFigures = {
      ...{ calls: 0, attempts: 0, commands: 0, missed: [], leaked: [], told: [], changed: [] },
      ...{ control: 0, acted: 0 },
    }
    // Both are in the middle of something: a session of a stranger's is a thing to be used.
    const [asA, asB] = [await atTheTill(gateway, a), await atTheTill(gateway, b)]
    await settled(gateway)
    const [ofA, ofB] = [await rowsNow(gateway, a), await rowsNow(gateway, b)]
    for (let round = 0; round < rounds; round += 1) {
      await Promise.all(
        dialects.map((one) => tryDialect(options, figures, one, [a, b], [asA, asB], round)),
      )
      options.report?.(`round ${round + 1}: ${figures.attempts} attempts`)
    }
    figures.commands = await tryCommands(gateway.ctx, dialects, [a, b], figures.leaked)
    await settled(gateway)
    figures.changed.push(...differences('b', ofB, await rowsNow(gateway, b)))
    const later = await rowsNow(gateway, a)
    figures.acted = differences('a', ofA, later).length
    // The rightful caller: shows that there was something to see, and touches nothing of a's.
    for (const dialect of dialects) await callAsOwner(options, figures, dialect, b, asB)
    await settled(gateway)
    figures.changed.push(...differences('a', later, await rowsNow(gateway, a)))
    figures.leaked.push(...overheard(receivers[0].bodies, b), ...overheard(receivers[1].bodies, a))
    figures.missed = missedCalls(gateway, dialects, a)
    figures.calls = dialects.reduce((sum, { calls }) => sum + calls.length, 0)
    return figures
  } finally {
    await Promise.all(receivers.map(({ close }) => close()))
  }
}

async function merchants(
  { ctx }: Gateway,
  receivers: readonly { readonly url: string }[],
  dialects: readonly Dialect[],
): Promise<readonly [Merchant, Merchant]> {
  const orders = 1 + Math.max(...dialects.map(({ calls }) => calls.length))
  const [here = '', there = ''] = receivers.map(({ url }) => url)
  const plans = [
    { login: 'alfa', mark: 'qalfaq', amount: '31313131', receiver: here, beyond: 8001, more: 0 },
    { login: 'bravo', mark: 'qbravoq', amount: '42424242', receiver: there, beyond: 9001, more: 3 },
  ] as const
  const [a, b] = await Promise.all(plans.map((plan) => aMerchant(ctx, { ...plan, orders })))
  if (a === undefined || b === undefined) throw new Error('there are two plans')
  return [a, b]
}

const mostCompared = 4

async function tryDialect(
  options: IsolationOptions,
  figures: IsolationFigures,
  dialect: Dialect,
  [a, b]: readonly [Merchant, Merchant],
  [signedIn, asB]: readonly [Caller, Caller],
  round: number,
): Promise<void> {
  const { gateway } = options
  const make = callers[dialect.name]
  // What has no caller here is missed, and said so at the end.
  if (make === undefined) return
  for (const [at, call] of dialect.calls.entries()) {
    const asA = dialect.name === 'shopsite' ? await signIn(gateway, a) : signedIn
    const number = a.sharedOrders[(at + round) % a.sharedOrders.length] ?? 0
    const said = new Map<string, string>()
    const attempt = async (stance: Stance): Promise<void> => {
      const { name, ...rest } = stance
      const requests = make({ call, beside: undefined, ...rest, nowMs: gateway.clock.now })
      const answers = []
      for (const sent of requests) {
        figures.attempts += 1
        const answer = await sendAs(gateway, sent, figures.attempts)
        const where = `${dialect.name} ${call}, ${name}`
        figures.leaked.push(...leaksIn(answer, sent, where, stance, [a, b], [asA, asB]))
        answers.push(plain(answer, stance.values))
      }
      said.set(name, answers.join(' | '))
    }
    const [theirs, nobodys, ...others] = stances([a, b], [asA, asB], gateway, number)
    if (theirs === undefined || nobodys === undefined) throw new Error('there are more stances')
    // The other dialects change the own goods meanwhile; what tells them apart does so each time.
    let differs = true
    for (let tries = 0; differs && tries < mostCompared; tries += 1) {
      await attempt(theirs)
      await attempt(nobodys)
      differs = said.get(theirs.name) !== said.get(nobodys.name)
    }
    const [one, other] = [said.get(theirs.name), said.get(nobodys.name)]
    await Promise.all(others.map(attempt))
    if (differs) figures.told.push(`${dialect.name} ${call}: ${one} # ${other}`)
  }
}

const nobodysValues: Values = {
  ...{ order: '777777', product: '66666', code: 'only-nobody', sku: 'SKU-nobody' },
  ...{ customer: '5555', email: 'buyer@nobody.example', coupon: 'Cnobody', voucher: 'Vnobody' },
}

/** Ways to stand outside of b's account, and to reach for what is inside; the first two compare. */
function stances(
  [a, b]: readonly [Merchant, Merchant],
  [asA, asB]: readonly [Caller, Caller],
  { port }: Gateway,
  shared: number,
): readonly Stance[] {
  const host = `127.0.0.1:${port}`
  const [theirs, own] = [valuesOf(b, b.ownOrder), valuesOf(a, shared)]
  const at = (login: string): Place => ({ login, host, native: false })
  const native = (host: string): Place => ({ login: '', host, native: true })
  const [atA, atB] = [at(a.login), at(b.login)]
  const mixed = crossed(asB)
  return [
    { name: 'numbers of the other', place: atA, by: asA, values: theirs },
    { name: 'numbers of nobody', place: atA, by: asA, values: nobodysValues },
    { name: 'a number of both', place: atA, by: asA, values: own },
    {
      name: 'own number, their goods',
      place: atA,
      by: asA,
      values: { ...theirs, order: own.order },
    },
    { name: 'their tokens beside', place: atA, by: asA, beside: asB, values: theirs },
    { name: 'own account on their host', place: { ...atA, host: b.host }, by: asA, values: theirs },
    { name: 'their address, own keys', place: atB, by: asA, values: theirs },
    { name: 'their host, own keys', place: native(b.host), by: asA, values: theirs },
    {
      name: 'their name, own keys',
      place: native(`${b.login}.orders.test`),
      by: asA,
      values: theirs,
    },
    { name: 'own address, their keys', place: atA, by: asB, values: theirs },
    { name: 'own host, their keys', place: native(a.host), by: asB, values: theirs },
    { name: 'their address, keys of other dialects', place: atB, by: mixed, values: theirs },
    { name: 'own address, no keys', place: atA, by: undefined, values: own },
    { name: 'their address, no keys', place: atB, by: undefined, values: theirs },
    { name: 'their host, no keys', place: native(b.host), by: undefined, values: theirs },
    { name: "nobody's address, their keys", place: at('nobody'), by: asB, values: theirs },
    { name: "nobody's host, their keys", place: native('x.orders.test'), by: asB, values: theirs },
  ]
}

function valuesOf(merchant: Merchant, order: number): Values {
  const { ownProduct, ownCustomer, email, coupon, voucher } = merchant
  const { id, code, sku } = ownProduct
  const numbers = { order: String(order), product: String(id), customer: String(ownCustomer) }
  return { ...numbers, code, sku, email, coupon, voucher }
}

/** The right keys of a merchant, each in a dialect that it is not for. */
function crossed({ login, keys, tokens }: Caller): Caller {
  const { influencersoft, mintsoft, opencart, shopsite, basic } = keys
  return {
    login,
    keys: {
      influencersoft: opencart.key,
      mintsoft: influencersoft,
      opencart: { username: opencart.username, key: mintsoft },
      shopsite: { ...shopsite, secretKey: basic.password, code: mintsoft },
      basic: { user: basic.user, password: shopsite.secretKey },
    },
    tokens: { opencart: tokens.shopsite, shopsite: tokens.opencart },
  }
}

function leaksIn(
  { status, text }: Answered,
  sent: Sent,
  where: string,
  { by }: Stance,
  [a, b]: readonly [Merchant, Merchant],
  callers: readonly [Caller, Caller],
): string[] {
  if (status >= 500) return [`${where}: ${status}`]
  const asked = decodeURIComponent(`${sent.path} ${sent.body}`.replace(/\+|%(?![\da-f]{2})/gi, ' '))
  const secrets = secretsOf(callers[1], b).filter((one) => !asked.includes(one))
  // Whoever proves nothing is shown nothing of anybody's.
  const kept = [...b.marks, ...secrets, ...(by === undefined ? a.marks : [])]
  return kept.filter((mark) => text.includes(mark)).map((mark) => `${where}: ${mark}`)
}

function secretsOf({ keys, tokens }: Caller, { payKey }: Merchant): string[] {
  const { influencersoft, mintsoft, opencart, shopsite, basic } = keys
  const more = [shopsite.secretKey, shopsite.code, basic.password, payKey]
  return [influencersoft, mintsoft, opencart.key, tokens.opencart, tokens.shopsite, ...more]
}

/** An answer without what was said to it, and without what is another each time. */
function plain({ status, body }: Answered, values: Values): string {
  let left = `${status} ${body.replace(/[0-9a-f]{26,}|[A-Za-z0-9_-]{43}/g, '<key>')}`
  const named = Object.entries(values).sort(([, one], [, other]) => other.length - one.length)
  for (const [name, value] of named) left = left.replaceAll(value, `<${name}>`)
  return left
}

async function callAsOwner(
  { gateway }: IsolationOptions,
  figures: IsolationFigures,
  { name, calls }: Dialect,
  b: Merchant,
  asB: Caller,
): Promise<void> {
  const place = { login: b.login, host: `127.0.0.1:${gateway.port}`, native: false }
  for (const [at, call] of calls.entries()) {
    const by = name === 'shopsite' ? await signIn(gateway, b) : asB
    const values = valuesOf(b, b.sharedOrders[at] ?? b.ownOrder)
    const one = { call, place, by, beside: undefined, values, nowMs: gateway.clock.now }
    let isShown = false
    for (const sent of callers[name]?.(one) ?? []) {
      const { text } = await sendAs(gateway, sent, figures.attempts)
      isShown ||= b.marks.some((mark) => text.includes(mark))
    }
    if (isShown) figures.control += 1
  }
}

/** Calls that the log does not know of the stranger at its own address. */
function missedCalls(
  { logText }: Gateway,
  dialects: readonly Dialect[],
  { login }: Merchant,
): string[] {
  const reached = new Set<string>()
  for (const line of logText().split('\n')) {
    if (!line.includes('"msg":"call"')) continue
    const { account, dialect, function: name } = JSON.parse(line)
    if (account === login) reached.add(`${dialect} ${name}`)
  }
  const all = dialects.flatMap(({ name, calls }) => calls.map((call) => `${name} ${call}`))
  return all.filter((call) => !reached.has(call))
}

function overheard(bodies: readonly string[], other: Merchant): string[] {
  const [mark = ''] = other.marks
  return bodies.filter((body) => body.includes(mark)).map(() => `a notice of ${other.login}'s`)
}

const rowsNow = ({ database }: Gateway, { account }: Merchant) => rowsOf(database.sql, account.id)

function differences(
  whose: string,
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): string[] {
  const changed = Object.keys(after).filter((table) => before[table] !== after[table])
  return changed.map((table) => `${table} of ${whose}`)
}

/** Until every notice has come to its end: what waits is written again and again. */
async function settled({ database: { sql } }: Gateway): Promise<void> {
  await until('the last notice', async () => {
    const [row] = await sql`select count(*)::int as count from deliveries where state = 'waiting'`
    return row?.count === 0
  })
}
