import type { Dialect } from '../../src/dialects/dialect.ts'
import type { Gateway } from '../support/gateway.ts'
import { until } from '../support/poll.ts'
import { type Caller, callers } from './isolation-callers.ts'
import { tryCommands } from './isolation-commands.ts'
import { differences, leaksIn, overheard, plain } from './isolation-judge.ts'
import { aMerchant, type Merchant } from './isolation-merchants.ts'
import { aQuietReceiver } from './isolation-receiver.ts'
import { rowsOf } from './isolation-rows.ts'
import { atTheTill, sendAs, signIn } from './isolation-send.ts'
import { type Stance, stances, valuesOf } from './isolation-stances.ts'

export type IsolationOptions = {
  readonly gateway: Gateway
  readonly dialects: readonly Dialect[]
  /** How often the whole is gone through, with other orders each time. */
  readonly rounds: number
  readonly report?: (line: string) => void
  /** Breaks something between the two once they are there: the trial must find it. */
  readonly plant?: (merchants: readonly [Merchant, Merchant]) => Promise<void>
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

/** Two merchants with the same numbers; one tries everything that it could know of the other. */
export async function isolationTrial(options: IsolationOptions): Promise<IsolationFigures> {
  const { gateway, dialects, rounds } = options
  const receivers = [await aQuietReceiver(), await aQuietReceiver()] as const
  try {
    const [a, b] = await merchants(gateway, receivers, dialects)
    await options.plant?.([a, b])
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
    const [theirs, nobodys, ...others] = stances([a, b], [asA, asB], gateway, number)
    if (theirs === undefined || nobodys === undefined) throw new Error('there are more stances')
    const compared = [theirs.values, nobodys.values]
    const attempt = async (stance: Stance): Promise<void> => {
      const { name, ...rest } = stance
      const requests = make({ call, beside: undefined, ...rest, nowMs: gateway.clock.now })
      const answers = []
      for (const sent of requests) {
        figures.attempts += 1
        const answer = await sendAs(gateway, sent, figures.attempts)
        const where = `${dialect.name} ${call}, ${name}`
        figures.leaked.push(...leaksIn(answer, sent, where, stance, [a, b], [asA, asB]))
        answers.push(plain(answer, compared))
      }
      said.set(name, answers.join(' | '))
    }
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

const rowsNow = ({ database }: Gateway, { account }: Merchant) => rowsOf(database.sql, account.id)

/** Until every notice has come to its end: what waits is written again and again. */
async function settled({ database: { sql } }: Gateway): Promise<void> {
  await until('the last notice', async () => {
    const [row] = await sql`select count(*)::int as count from deliveries where state = 'waiting'`
    return row?.count === 0
  })
}
