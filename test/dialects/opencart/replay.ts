import { captured, fill } from './captures.ts'
import { type Answer, type Captures, type CompareOptions, compareExchange } from './compare.ts'
import {
  type Exchange,
  type Place,
  type RecordedRequest,
  readKeys,
  readRecording,
  type ServerStep,
  type Version,
} from './recording.ts'
import { send, type Target } from './send.ts'
import { sign } from './signing.ts'

export type Outcome = 'equal' | 'different' | 'defect' | 'may-differ-ok' | 'left-out'

export type Replayed = {
  readonly name: string
  readonly entity: string
  readonly index: number
  /** `defect`: the original's answer is no model and no better one is recorded: see `answer`. */
  readonly outcome: Outcome
  readonly differences: readonly string[]
  readonly reason?: string
  /** None if nothing was sent. */
  readonly answer?: Answer
}

/** Leaves one token without a call for so many minutes while all others stay alive. */
export type LetIdle = (token: string, minutes: number, captures: Captures) => Promise<void>

export type ReplayOptions<G> = CompareOptions & {
  readonly version: Version
  readonly basePath: string
  readonly host?: string
  /** The server's clock in milliseconds: 4.1 signs the time. */
  readonly now: () => number
  /** Puts the recorded store into a fresh server. */
  readonly seed: (gateway: G, version: Version) => Promise<void>
  /** Without it the exchanges that need it are left out. */
  readonly letIdle?: LetIdle
}

type Session<G> = {
  readonly target: Target
  readonly options: ReplayOptions<G>
  readonly keys: ReadonlyMap<string, string>
  readonly captures: Map<string, string>
}

/** Sends a whole recording in its order to a server and says of each exchange how it went. */
export async function replay<G extends { readonly port: number }>(
  gateway: G,
  options: ReplayOptions<G>,
): Promise<Replayed[]> {
  const { version, basePath, host } = options
  await options.seed(gateway, version)
  const session: Session<G> = {
    target: { port: gateway.port, basePath, ...(host === undefined ? {} : { host }) },
    options,
    keys: readKeys(),
    captures: new Map(),
  }
  const results: Replayed[] = []
  for (const place of readRecording(version)) results.push(await replayOne(session, place))
  return results
}

async function replayOne<G>(session: Session<G>, place: Place): Promise<Replayed> {
  const { entity, index, exchange } = place
  const which = { name: exchange.name, entity, index }
  const steps = [...(exchange.setup ?? []), ...(exchange.teardown ?? [])]
  const unknown = steps.find((step) => !canDo(session, step))
  if (unknown !== undefined) {
    const reason = `the server cannot be told: ${JSON.stringify(unknown)}`
    return { ...which, outcome: 'left-out', differences: [], reason }
  }
  const untold = missingFor(session, exchange)
  if (untold.length > 0) {
    const differences = untold.map((name) => `nothing was captured as ${name}`)
    return { ...which, outcome: 'different', differences }
  }
  await doSteps(session, exchange.setup)
  // Signed only now, with all values in the body: a step may have moved the clock.
  const request = signed(session, fill(exchange.request, session.captures).request)
  const answer = await send(session.target, request)
  const verdict = judge(exchange, answer, session)
  // Afterwards: `same` names what an earlier answer gave.
  for (const [name, value] of captured(exchange.captures, request, answer)) {
    session.captures.set(name, value)
  }
  await doSteps(session, exchange.teardown)
  return { ...which, ...verdict, answer }
}

function judge<G>(
  exchange: Exchange,
  answer: Answer,
  { captures, options }: Session<G>,
): Pick<Replayed, 'outcome' | 'differences' | 'reason'> {
  const { original_defect: defect, advised, may_differ: mayDiffer } = exchange
  if (defect !== undefined && advised === undefined) {
    return { outcome: 'defect', differences: [], reason: defect }
  }
  const differences = compareExchange(exchange, answer, captures, options)
  if (differences.length === 0) return { outcome: 'equal', differences }
  if (mayDiffer !== undefined && (answer.json !== undefined || answer.text === '')) {
    return { outcome: 'may-differ-ok', differences, reason: mayDiffer }
  }
  const reason = defect ?? mayDiffer
  return { outcome: 'different', differences, ...(reason === undefined ? {} : { reason }) }
}

function signed<G>({ target, options, keys }: Session<G>, request: RecordedRequest) {
  if (request.sign === undefined) return request
  const { time, signature } = sign(request.sign, request.body, target, { keys, now: options.now })
  return {
    ...request,
    query: request.query.map(([name, value]) => {
      return [name, value.replace('{{time}}', time).replace('{{signature}}', signature)] as const
    }),
  }
}

/** The names that an exchange needs and that no answer so far gave. */
function missingFor<G>(session: Session<G>, exchange: Exchange): string[] {
  const { missing } = fill(signed(session, exchange.request), session.captures)
  const tokens = (exchange.setup ?? []).map(({ token = '' }) => captureOf(token))
  return [...new Set([...missing, ...tokens.filter((name) => !session.captures.has(name))])]
}

function canDo<G>({ options }: Session<G>, { action, token, minutes }: ServerStep): boolean {
  return (
    action === 'idle' &&
    token !== undefined &&
    minutes !== undefined &&
    options.letIdle !== undefined
  )
}

async function doSteps<G>({ options, captures }: Session<G>, steps: readonly ServerStep[] = []) {
  for (const { token = '', minutes = 0 } of steps) {
    await options.letIdle?.(captures.get(captureOf(token)) ?? '', minutes, captures)
  }
}

function captureOf(placeholder: string): string {
  return placeholder.replace(/^\{\{(\w+)\}\}$/, '$1')
}
