import type { Explanation, SavedCall } from '../dialect.ts'
import { explainLogin } from './explain-login.ts'
import { field, type OpencartRequest, readRequest, tokensOf } from './request.ts'
import { routeName } from './route-name.ts'
import { explainSigned } from './v41/explain-signed.ts'
import { isSigned } from './v41/take-signed.ts'

/** How a saved call proves itself, whether that holds, and which known mistakes it shows. */
export function explain(call: SavedCall): Explanation {
  const { query, body, contentType, method = 'POST' } = call
  const header = (name: string) =>
    name.toLowerCase() === 'content-type' ? contentType : call.header(name)
  const request = readRequest({ method, query, header, body })
  const { accepted, lines } = explained({ ...call, header }, request)
  const keys = [...call.credentials, ...(call.otherKeys ?? []).map(({ credential }) => credential)]
  const unread = request.problem === undefined ? [] : [`It cannot be read: ${request.problem}.`]
  return {
    accepted,
    lines: [...lines, ...unread].map((line) => withoutSecrets(line, keys)),
  }
}

function explained(call: SavedCall, request: OpencartRequest): Explanation {
  if (isSigned(request)) return explainSigned(call, request)
  const name = routeName(request.route)
  if (name === 'api/login' || name === 'api/account.login') return explainLogin(call, request)
  const isLogin = request.route === '' && ['username', 'key'].some((one) => field(request, one))
  return isLogin ? explainLogin(call, request) : explainToken(call, request)
}

function explainToken(call: SavedCall, request: OpencartRequest): Explanation {
  const words =
    tokensOf(call, request).length === 0
      ? 'Refused: no token came, neither as api_token or token nor in the cookie OCSESSID.'
      : 'A token is looked up in the gateway, and cannot be judged from a saved call: save the ' +
        'login that gave it, or look for the call in the log.'
  const routeless =
    request.route === '' ? ['The query names no route: give it with --query "route=..."'] : []
  return { accepted: false, lines: [words, ...routeless] }
}

/** A saved body may hold a key itself, in whatever field. */
function withoutSecrets(line: string, credentials: SavedCall['credentials']): string {
  return credentials.reduce((said, { secret }) => said.replaceAll(secret, '<key>'), line)
}
