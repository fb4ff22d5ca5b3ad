import type { Credential } from '../../model/credential.ts'
import { toText } from '../../wire/charset.ts'
import type { Explanation, SavedCall } from '../dialect.ts'
import { findUser, findUserAt40, hasKey, isUser, reasonFor, type Said, saidIn } from './login.ts'
import type { OpencartRequest } from './request.ts'
import { settingsOf } from './settings.ts'

/** Whether a saved login would get a token, and which known mistakes it shows. */
export function explainLogin(call: SavedCall, request: OpencartRequest): Explanation {
  const { credentials, otherKeys = [] } = call
  const said = saidIn(request)
  const find = request.route.startsWith('api/account') ? findUserAt40 : findUser
  const user = find(credentials, said)
  if (user !== undefined) return { accepted: true, lines: acceptedAs(user) }
  return {
    accepted: false,
    lines: [
      `Refused: ${reasonFor(credentials, said)}.`,
      ...mistakes(credentials, said, request),
      ...otherKeys
        .filter(({ credential }) => hasKey(credential, said))
        .map(({ words }) => `Known mistake: the key is that of ${words}.`),
      ...usersLine(credentials),
    ],
  }
}

function acceptedAs(user: Credential): string[] {
  const { version } = settingsOf(user)
  return [
    `Accepted, as API user "${user.publicPart}" (credential ${user.id}), answered as version ${version}.`,
    ...addressLine(user),
  ]
}

/** What a saved call cannot show: where it came from. */
export function addressLine({ ipList }: Credential): string[] {
  return ipList.length === 0 ? [] : [`It must come from ${ipList.join(', ')}.`]
}

export function usersLine(users: readonly Credential[]): string[] {
  if (users.length === 0) return []
  return [`API users of this account: ${users.map(({ publicPart }) => publicPart).join(', ')}.`]
}

function mistakes(users: readonly Credential[], said: Said, request: OpencartRequest): string[] {
  const owner = users.find((user) => hasKey(user, said))
  const misplaced = users.flatMap((user) => placesOfKey(user, request))
  return [
    ...(owner === undefined ? keyMistakes(users, said) : ownerMistakes(owner, said)),
    ...[...new Set(misplaced)].map(
      (name) => `Known mistake: the key stands in ${name}; the field is called key.`,
    ),
  ]
}

function ownerMistakes(owner: Credential, { username }: Said): string[] {
  const its = `the key is that of API user "${owner.publicPart}"`
  if (username === undefined) return [`Known mistake: ${its}, and the call has no username.`]
  return isUser(owner, username) ? [] : [`Known mistake: ${its}, and the call names another user.`]
}

function keyMistakes(users: readonly Credential[], { key }: Said): string[] {
  if (key === '') return []
  const bare = (text: string) => text.replace(/\s/g, '')
  const has = (test: (secret: string) => boolean) => users.some(({ secret }) => test(secret.trim()))
  if (has((secret) => bare(secret) === bare(key))) {
    return ['Known mistake: blanks or line ends stand inside the key.']
  }
  if (has((secret) => secret.toLowerCase() === key.toLowerCase())) {
    return ['Known mistake: the key is written in other upper or lower case.']
  }
  if (has((secret) => key.includes(secret))) {
    return ['Known mistake: the key has further characters around it.']
  }
  if (key.length >= 8 && has((secret) => secret.includes(key))) {
    return ['Known mistake: only a part of the key was sent.']
  }
  return []
}

/** Fields of other names that hold a user's key. */
function placesOfKey(user: Credential, { query, body }: OpencartRequest): string[] {
  return [...query, ...body].flatMap(([name, value]) =>
    name !== 'key' && typeof value === 'string' && hasKey(user, { key: toText(value).trim() })
      ? [toText(name)]
      : [],
  )
}
