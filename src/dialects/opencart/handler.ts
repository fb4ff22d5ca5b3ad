import type { Context } from '../../core/context.ts'
import { loggable } from '../../core/loggable.ts'
import { refusalOf } from '../../core/outage.ts'
import { Failure } from '../../model/failure.ts'
import type { Call, DialectLog } from '../dialect.ts'
import { answerJson, corsFor, withHeaders } from './answer.ts'
import { listRoutes } from './lists/routes.ts'
import { login, loginAt40 } from './login.ts'
import { type OpencartRequest, readRequest } from './request.ts'
import { type Body, inText, Refusal, type Route, type Visit } from './route.ts'
import { routeName } from './route-name.ts'
import { enter } from './session.ts'
import { settingsOf } from './settings.ts'
import { routesOf3 } from './v3/routes.ts'
import { routesOf40 } from './v40/routes.ts'
import { isSigned, takeSigned } from './v41/take-signed.ts'
import { warehouseRoutes } from './warehouse/routes.ts'
import { incorrectKey, noPermission, unavailable, wordsFor } from './words.ts'

const retryAfterSeconds = 5

const routes = new Map([...routesOf3, ...routesOf40, ...warehouseRoutes, ...listRoutes])

type Answered = { readonly body: Body; readonly status?: number; readonly type?: string }

/** Answers every call in JSON, by its route (contract §3). */
export function createHandler(ctx: Context, log: DialectLog) {
  return async (call: Call): Promise<Response> => {
    const request = readRequest(call)
    const name = routeName(request.route)
    call.note({ function: loggableName(name) })
    const cors = corsFor(corsOf(name, request, call), call.header('origin'))
    const says = routes.get(name)?.says ?? inText
    try {
      const { body, ...rest } = await take(ctx, log, call, request, name)
      if (body instanceof Response) return withHeaders(body, cors)
      return answerJson(body, { headers: cors, ...rest })
    } catch (error) {
      return answerError(error, call, says, cors, log)
    }
  }
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
  if (account === undefined || account.disabled) return refuse(call, route, 'no such account', name)
  const visit: Visit = { ctx, log, account, call, request }
  checkReadable(request, route)
  if (name === 'api/login') return { body: await login(visit) }
  if (name === 'api/account.login' || route === undefined) return { body: await loginAt40(visit) }
  // A browser that only asks whether it may call; OpenCart would run the call already.
  if (call.method === 'OPTIONS') return { body: [] }
  const entered = await enter(visit)
  if ('reason' in entered) return refuse(call, route, entered.reason, name)
  call.note({ credentialId: entered.credential.id })
  const body = await route.run(entered)
  call.note({ outcome: 'ok' })
  return { body }
}

/** A stranger's account is told what a known one's is told without a key. */
function refuse(call: Call, route: Route | undefined, reason: string, name: string): Answered {
  call.note({ outcome: 'proof-wrong', reason })
  if (route === undefined) return { body: name === 'api/login' ? [] : inText(incorrectKey) }
  return { body: route.stranger ?? route.says(noPermission) }
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
