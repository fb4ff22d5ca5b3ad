import type { Explanation, SavedCall } from '../dialect.ts'
import { loginIn, matches } from './basic.ts'
import { addressLine } from './explain-authorize.ts'
import { type Parameters, textOf } from './parameters.ts'

/** Whether a saved call's login is known, as far as its Authorization header was saved. */
export function explainBasic(call: SavedCall, parameters: Parameters): Explanation {
  const header = call.header('authorization')
  if (header === undefined) {
    const lines = [
      'Refused: there is neither a token with a signature nor a login.',
      ...(['token', 'signature'] as const).flatMap((name) => halfSigned(parameters, name)),
      'For a login give its header, too: --header "Authorization: Basic ..."',
    ]
    return { accepted: false, lines }
  }
  const login = loginIn(header)
  if (login === undefined) {
    const lines = ['Refused: the Authorization header is not "Basic" and base64 of user:password.']
    return { accepted: false, lines }
  }
  const logins = call.credentials.filter(({ kind }) => kind === 'basic')
  const named = logins.filter((one) => matches(login, one).user)
  const right = named.findLast((one) => matches(login, one).password)
  if (right !== undefined) {
    const words = `Accepted, as user "${right.publicPart}" (credential ${right.id}).`
    return { accepted: true, lines: [words, ...addressLine(right)] }
  }
  if (logins.length === 0) {
    const lines = ['Refused: the account has no login of the kind basic that works now.']
    return { accepted: false, lines }
  }
  if (named.length === 0) {
    const users = logins.map(({ publicPart }) => publicPart).join(', ')
    return { accepted: false, lines: ['Refused: there is no such user.', `Users: ${users}.`] }
  }
  const other = (call.otherKeys ?? []).find(({ credential }) => matches(login, credential).password)
  const trimmed = { ...login, password: login.password.trim() }
  const blanks = named.some((one) => matches(trimmed, one).password)
  const lines = [
    `Refused: the password of user "${named[0]?.publicPart}" is wrong.`,
    ...(other === undefined ? [] : [`Known mistake: the password is that of ${other.words}.`]),
    ...(blanks ? ['Known mistake: the password has blanks around it.'] : []),
  ]
  return { accepted: false, lines }
}

function halfSigned(parameters: Parameters, name: 'token' | 'signature'): string[] {
  if (textOf(parameters, name) === undefined) return []
  const other = name === 'token' ? 'signature' : 'token'
  return [`Known mistake: the call has a ${name}, but no ${other}.`]
}
