import type { Context } from '../../core/context.ts'
import { loggable } from '../../core/loggable.ts'
import { refusalOf } from '../../core/outage.ts'
import { type Account, accountSettingsSchema } from '../../model/account.ts'
import { Failure } from '../../model/failure.ts'
import type { Call, DialectLog } from '../dialect.ts'
import { answerJson, corsFor, withHeaders } from './answer.ts'
import { routes } from './calls.ts'
import { login, loginAt40, refuseAsKnown, saidIn } from './login.ts'
import { type OpencartRequest, readRequest, tokensOf } from './request.ts'
import { type Answered, inText, Refusal, type Route, type Visit } from './route.ts'
import { routeName } from './route-name.ts'
import { enter } from './session.ts'
import { settingsOf } from './settings.ts'
import { isSigned, takeSigned } from './v41/take-signed.ts'
import { incorrectKey, noPermission, unavailable, wordsFor } from './words.ts'

const retryAfterSeconds = 5

/** Stands for an account that nobody knows or that is disabled: it takes the same work. */
const nobody: Account = {
  id: 0,
  login: '',
  disabled: true,
  settings: accountSettingsSchema.parse({}),
}

/** Answers every call in JSON, by its route (contract §3). */
export function createHandler(ctx: Context, log: DialectLog) {
  return async (call: Call): Promise<Response> => {
    const request = readRequest(call)
    const name = routeName(request.route)
    call.note({ function: loggableName(name) })
    const cors = corsFor(corsOf(name, request, call), call.header('origin'))
    const says = routes.get(name)?.says ?? inText
    try {
      const { body, against, ...rest } = await take(ctx, log, call, request, name)
      if (body instanceof Response) return withHeaders(body, cors)
      const due = against === undefined ? undefined : holdBack(ctx, call, against)
      return answerJson(body, { headers: cors, due, ...rest })
    } catch (error) {
      return answerError(error, call, says, cors, log)
    }
  }
}

/** OpenCart has no word for too many failures: the same is said, a little later. */
function holdBack(ctx: Context, call: Call, against: string): Promise<void> | undefined {
  const { peerAddress, login: account = '' } = call
  return ctx.failures.holdBack({
    dialect: 'opencart',
    peerAddress,
    against: `${account} ${against}`,
    account: call.account?.login,
  })
}

/** Misspelt addresses have tokens and keys where a route should be: only plain names are told. */
function loggableName(name: string): string {
  if (name === '' || routes.has(name)) return name || 'none'
  return /^[a-z_]{1,20}(\/[a-z_]{1,20}){0,3}([.|][a-zA-Z]{1,20})?$/.test(name) ? name : 'unknown'
}

async function take(
  ctx: Context,
  log: DialectLog,
  call: Call,
  request: OpencartRequest,
  name: string,
): Promise<Answered> {
  if (call.unavailable) throw new Failure('busy', { reason: 'the account cannot be looked up' })
  if (call.crowded) throw new Failure('busy', { reason: 'too many calls at once' })
  const { account } = call
  if (isSigned(request)) return takeSigned({ ctx, log, call, request, account })
  const route = routes.get(name)
  const isLogin = name === 'api/login' || name === 'api/account.login'
  if (route === undefined && !isLogin) {
    call.note({ outcome: 'not-offered' })
    return { body: inText('The page you requested cannot be found!'), status: 404 }
  }
  checkReadable(request, route)
  // A browser that only asks whether it may call; OpenCart would run the call already.
  if (call.method === 'OPTIONS' && route !== undefined) return { body: [] }
  if (account === undefined || account.disabled) {
    return refuseStranger({ ctx, log, account: nobody, call, request }, route, name)
  }
  const visit: Visit = { ctx, log, account, call, request }
  if (name === 'api/login') return login(visit)
  if (name === 'api/account.login' || route === undefined) return loginAt40(visit)
  const entered = await enter(visit)
  if ('reason' in entered) return refuse(visit, route, entered.reason)
  call.note({ credentialId: entered.credential.id })
  const body = await route.run(entered)
  call.note({ outcome: 'ok' })
  return { body }
}

/** A stranger's account is told what a known one's is told without a key, after the same work. */
async function refuseStranger(
  visit: Visit,
  route: Route | undefined,
  name: string,
): Promise<Answered> {
  const { call, request } = visit
  const reason = 'no such account'
  if (route !== undefined) {
    await enter({ ...visit, call: { ...call, credentials: [] } })
    return refuse(visit, route, reason)
  }
  const said = saidIn(request)
  refuseAsKnown(said)
  call.note({ outcome: 'proof-wrong', reason })
  const body = name === 'api/login' ? [] : inText(incorrectKey)
  return { body, against: said.username ?? '' }
}

function refuse({ call, request }: Visit, route: Route, reason: string): Answered {
  call.note({ outcome: 'proof-wrong', reason })
  const body = route.stranger ?? route.says(noPermission)
  // Without a token nothing was guessed at.
  return tokensOf(call, request).length === 0 ? { body } : { body, against: '' }
}

/** A route that reads the bytes itself judges them itself: `%00` may stand there as it is meant. */
function checkReadable({ nul, problem }: OpencartRequest, route: Route | undefined): void {
  if (route?.readsRaw === true) return
  if (problem !== undefined) throw new Failure('invalid-input', { reason: problem })
  if (nul) throw new Failure('invalid-input', { reason: 'a NUL stands in a value' })
}

function corsOf(name: string, request: OpencartRequest, { credentials }: Call) {
  if (isSigned(request) || /^api\/(account|sale|localisation)\b/.test(name)) return 'always'
  if (name.startsWith('api/zstore')) return 'echo'
  return credentials.some((user) => settingsOf(user).version === '2.3') ? 'echo' : 'never'
}

/** HTTP 200 with the protocol's text; an outage or a bug is 503, so that middleware repeats. */
function answerError(
  error: unknown,
  call: Call,
  says: Route['says'],
  headers: Readonly<Record<string, string>>,
  log: DialectLog,
): Response {
  if (error instanceof Refusal) {
    call.note({ outcome: 'refused' })
    return answerJson(error.body, { headers })
  }
  const failure = refusalOf(error)
  const later = {
    status: 503,
    headers: { ...headers, 'retry-after': String(retryAfterSeconds) },
  }
  if (failure === undefined) {
    log.error(loggable(error), 'a call failed')
    call.note({ outcome: 'bug' })
    return answerJson(says(unavailable), later)
  }
  const { code, detail } = failure
  call.note({ outcome: code, ...(detail.reason === undefined ? {} : { reason: detail.reason }) })
  const isLater = code === 'busy' || code === 'outcome-unknown'
  return answerJson(says(wordsFor(failure)), isLater ? later : { headers })
}
