import fc from 'fast-check'
import type postgres from 'postgres'
import { type Watch, watchBook } from './hostile-book.ts'
import type { HostileCall, Spoken, Store, Tokens } from './hostile-call.ts'
import { hostileCalls } from './hostile-calls.ts'
import { judge, type Verdict } from './hostile-judge.ts'
import { oldCalls } from './hostile-old.ts'
import { render } from './hostile-render.ts'
import { logIn } from './hostile-store.ts'
import { exchange, type Reply } from './hostile-wire.ts'

export type Find = { readonly why: string; readonly call: HostileCall | undefined }

export type HostileFigures = {
  calls: number
  /** How many calls were answered how. */
  readonly heard: Record<string, number>
  /** Calls after which the book was compared. */
  watched: number
  readonly finds: Find[]
  slowest: { ms: number; call: HostileCall | undefined }
}

export type Ground = {
  readonly url: string
  /** Where old clients call. */
  readonly legacyPort: number
  /** Everything the gateway has logged so far, from errors up. */
  readonly logText: () => string
  /** Whether the gateway's process still lives. */
  readonly isAlive: () => boolean
  readonly sql: postgres.Sql
  /** Called by all that cannot prove themselves; nothing may ever change here. */
  readonly quiet: Store
  /** A lane's own; calls that prove themselves go here. */
  readonly stores: readonly Store[]
}

/** `factor`: how many times as long as by itself the machine takes now, at least 1. */
type TimeLimit = { readonly mostMs: number; readonly factor: () => number }

export type HostileOptions = {
  readonly calls: number
  readonly seed: number
  readonly only?: Spoken
  /** True: calls of old clients, at their port. */
  readonly old?: boolean
  /** Whether the book is compared before and after every call that is refused. */
  readonly watch: boolean
  /** Slower answers to bodies up to 64 kB are finds; absent: time is not looked at. */
  readonly time?: TimeLimit
  /** Lanes on each account; with `watch` there is one. */
  readonly abreast?: number
}

const patienceMs = 5_000
/** A token of ShopSite serves 200 calls. */
const callsPerToken = 100
const timedBytes = 65_536

/** Sends generated calls, judges every answer, and makes each find as small as it gets. */
export async function hostileTrial(
  ground: Ground,
  options: HostileOptions,
): Promise<HostileFigures> {
  const figures = emptyFigures()
  const watch = await watchBook(ground.sql)
  const before = await watch(ground.quiet.login)
  const abreast = options.watch ? 1 : (options.abreast ?? 1)
  const lanes = ground.stores.flatMap((store) => Array<Store>(abreast).fill(store))
  const share = Math.ceil(options.calls / lanes.length)
  const known = new Set<string>()
  await Promise.all(
    lanes.map((store, at) => {
      const caller = createCaller(ground, store, figures, options, watch)
      return runLane(caller, { ...options, calls: share, seed: options.seed + at }, figures, known)
    }),
  )
  judgeHouse(ground, figures)
  const after = await watch(ground.quiet.login)
  if (after !== before) {
    figures.finds.push({ why: `strangers changed a book: ${before} -> ${after}`, call: undefined })
  }
  return figures
}

export function emptyFigures(): HostileFigures {
  return { calls: 0, heard: {}, watched: 0, finds: [], slowest: { ms: 0, call: undefined } }
}

/** Sends kept calls again, each once. */
export async function replay(
  ground: Ground,
  calls: readonly HostileCall[],
): Promise<HostileFigures> {
  const figures = emptyFigures()
  const [store = ground.quiet] = ground.stores
  const watch = await watchBook(ground.sql)
  const caller = createCaller(ground, store, figures, { watch: true }, watch)
  for (const call of calls) {
    const why = await caller(call)
    if (why !== undefined) figures.finds.push({ why, call })
  }
  judgeHouse(ground, figures)
  return figures
}

/** What no answer shows: a gateway that ended, or a bug that it wrote down. */
function judgeHouse({ logText, isAlive }: Ground, { finds }: HostileFigures): void {
  if (!isAlive()) finds.push({ why: 'the gateway ended', call: undefined })
  const lines = logText().split('\n')
  const bugs = lines.filter((line) => /"level":(50|60)|unhandled|uncaught/i.test(line))
  if (bugs.length > 0) {
    finds.push({ why: `${bugs.length} bugs in the log: ${bugs[0]}`, call: undefined })
  }
}

/** A parcel of a hidden order is kept, though its reporter hears that there is none. */
function isReport({ dialect, body, query }: HostileCall): boolean {
  return dialect === 'mintsoft' && /action=complete/i.test(`${query}&${body}`)
}

/** Undefined: the call was answered as it should be. */
type Caller = (call: HostileCall) => Promise<string | undefined>

async function runLane(
  caller: Caller,
  { calls, seed, only, old }: HostileOptions,
  figures: HostileFigures,
  known: Set<string>,
): Promise<void> {
  let left = calls
  let broken: unknown
  for (let round = 0; left > 0; round += 1) {
    const property = fc.asyncProperty(old ? oldCalls() : hostileCalls(only), async (call) => {
      // Once the trial itself is broken there is nothing to make smaller.
      if (broken !== undefined) return
      const why = await caller(call).catch((error) => {
        broken = error
        return undefined
      })
      // One find is one find, however often it comes.
      if (why !== undefined && !known.has(kindOf(why))) throw new Error(why)
    })
    const result = await fc.check(property, { numRuns: left, seed: seed * 1000 + round })
    if (broken !== undefined) throw broken
    left -= result.numRuns
    if (!result.failed) return
    const [call] = result.counterexample ?? []
    const why = String(result.errorInstance)
    if (known.has(kindOf(why))) continue
    known.add(kindOf(why))
    figures.finds.push({ why, call })
  }
}

/** The find without what changes from call to call. */
function kindOf(why: string): string {
  return why
    .replace(/^Error: /, '')
    .replace(/\d+/g, '#')
    .slice(0, 60)
}

function createCaller(
  { url, legacyPort, quiet }: Ground,
  store: Store,
  figures: HostileFigures,
  { watch: isWatched, time }: Pick<HostileOptions, 'watch' | 'time'>,
  watch: Watch,
): Caller {
  const port = Number(new URL(url).port)
  let sent = 0
  let tokens: Tokens = { opencart: '', shopsite: '' }
  let before = ''

  const send = async (call: HostileCall): Promise<[Verdict, Reply]> => {
    if (sent % callsPerToken === 0) tokens = await logIn(port, store)
    sent += 1
    figures.calls += 1
    const isStranger = call.proof === 'none' || call.proof === 'wrong'
    const owner = isStranger ? quiet : store
    const request = render(fromSomewhere(call, figures.calls), owner, tokens, Date.now())
    const reply = await exchange({
      port: call.lineEnds === undefined ? port : legacyPort,
      pieces: request.pieces,
      isHead: call.method === 'HEAD',
      endsEarly: call.framing === 'short',
      patienceMs,
    })
    return [judge(call, request, owner, reply), reply]
  }

  const changed = async (): Promise<boolean> => {
    const after = await watch(store.login)
    const isChanged = after !== before
    before = after
    return isChanged
  }

  return async (call) => {
    if (isWatched && before === '') before = await watch(store.login)
    const [verdict, reply] = await send(call)
    if ('find' in verdict) return verdict.find
    const { heard } = verdict
    figures.heard[`${call.dialect} ${heard}`] = (figures.heard[`${call.dialect} ${heard}`] ?? 0) + 1
    if (isWatched) {
      figures.watched += 1
      const isChanged = await changed()
      // Timers work in the background: what a refused call does, it does again.
      const mayChange = heard === 'ok' || heard === 'http' || isReport(call)
      if (isChanged && !mayChange) {
        await send(call)
        if (await changed()) return `a refused call (${heard}) changed the book`
      }
    }
    return time === undefined ? undefined : tooSlow(call, reply, time)
  }

  /** Others work on the machine too: only what is slow again and again is slow. */
  async function tooSlow(call: HostileCall, first: Reply, { mostMs, factor }: TimeLimit) {
    if (call.padBytes > 0 || call.body.length > timedBytes) return undefined
    let ms = timeOf(first)
    for (let again = 0; again < 5 && ms > mostMs; again += 1) {
      const now = factor()
      const [, reply] = await send(call)
      ms = Math.min(ms, timeOf(reply) / now)
      await changed()
    }
    if (ms > figures.slowest.ms) figures.slowest = { ms, call }
    return ms > mostMs ? `slow: ${ms.toFixed(0)} ms` : undefined
  }
}

/** Long answers take their time, whatever was asked. */
function timeOf(reply: Reply): number {
  return reply.kind === 'answer' && reply.body.length <= timedBytes ? reply.tookMs : 0
}

/** As if from an address of its own, so that nobody pays for another's wrong keys. */
function fromSomewhere(call: HostileCall, at: number): HostileCall {
  if (call.headers.some(([name]) => name === 'X-Forwarded-For')) return call
  const address = `10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}`
  return { ...call, headers: [['X-Forwarded-For', address], ...call.headers] }
}
