import type { EnteringCredential } from '../../core/directory.ts'
import { openSession } from '../../core/sessions.ts'
import type { Credential } from '../../model/credential.ts'
import { equalConstantTime } from '../../wire/digest.ts'
import type { Call } from '../dialect.ts'
import { fieldOrQuery, type OpencartRequest } from './request.ts'
import { type Answered, inText, type Visit } from './route.ts'
import { settingsOf } from './settings.ts'
import { addressRefused, incorrectKey, sessionStarted } from './words.ts'

/** The user that a key alone means in 3.0 (contract §2.2). */
const defaultUser = 'default'

/** What a login says. */
export type Said = { readonly username: string | undefined; readonly key: string }

/** `api/login` of 2.3 and 3.0 (contract §2.2). */
export async function login(visit: Visit): Promise<Answered> {
  const said = saidIn(visit.request)
  const found = findUser(visit.call.credentials, said)
  if (found === undefined) {
    noteWrong(visit.call, said)
    const body = speaksOut(visit, said) ? inText(incorrectKey) : []
    return { body, against: said.username ?? '' }
  }
  const refused = refusedAddress(visit, found)
  if (refused !== undefined) return { body: { error: { ip: refused, key: incorrectKey } } }
  const { version } = settingsOf(found)
  const asOf23 = version === '2.3'
  const token = asOf23 ? letters(visit, 32) : hex(visit, 26)
  await open(visit, found, token)
  if (asOf23) return { body: { success: sessionStarted, token } }
  const both = version === 'auto' && said.username === undefined
  return { body: { success: sessionStarted, ...(both ? { token } : {}), api_token: token } }
}

/** `api/account/login` of 4.0: both fields are needed, and refusals are one text. */
export async function loginAt40(visit: Visit): Promise<Answered> {
  const said = saidIn(visit.request)
  const found = findUserAt40(visit.call.credentials, said)
  if (found === undefined) {
    noteWrong(visit.call, said)
    return { body: inText(incorrectKey), against: said.username ?? '' }
  }
  const refused = refusedAddress(visit, found)
  if (refused !== undefined) return { body: inText(refused) }
  const token = hex(visit, 26)
  await open(visit, found, token)
  return { body: { success: sessionStarted, api_token: token } }
}

/** An empty username is none: clients post their whole form. */
export function saidIn(request: OpencartRequest): Said {
  const username = fieldOrQuery(request, 'username')?.trim()
  const key = (fieldOrQuery(request, 'key') ?? '').trim()
  return { username: username === '' ? undefined : username, key }
}

/**
 * The user whose key it is. Every key is compared, and one where there is none, so that time tells
 * nothing. A key without a username is any user's, but for 3.0; a username that comes must be right,
 * which 2.3 never asked.
 */
export function findUser<User extends Credential>(
  users: readonly User[],
  said: Said,
): User | undefined {
  if (users.length === 0) equalConstantTime('', said.key)
  const fitting = users.filter((user) => hasKey(user, said))
  return fitting.find((user) => {
    if (said.username !== undefined) return isUser(user, said.username)
    return settingsOf(user).version !== '3.0' || isUser(user, defaultUser)
  })
}

export function hasKey(
  { secret }: Pick<Credential, 'secret'>,
  { key }: Pick<Said, 'key'>,
): boolean {
  return key !== '' && equalConstantTime(secret.trim(), key)
}

/** The same in 4.0: both fields are needed. */
export function findUserAt40<User extends Credential>(
  users: readonly User[],
  said: Said,
): User | undefined {
  if (users.length === 0) equalConstantTime('', said.key)
  const fitting = users.filter((user) => hasKey(user, said))
  return fitting.find((user) => isUser(user, said.username))
}

/** A user that there is not, for strangers. */
const nobody = { publicPart: 'nobody', secret: 'x'.repeat(64), settings: {} } as Credential

/** The work that a wrong login to a known account takes, so that time does not tell who is known. */
export function refuseAsKnown(said: Said): void {
  findUser([nobody], said)
  reasonFor([nobody], said)
  settingsOf(nobody)
}

/** OpenCart's database compares names in any case. */
export function isUser(
  { publicPart }: Pick<Credential, 'publicPart'>,
  username: string | undefined,
): boolean {
  return publicPart.toLowerCase() === username?.toLowerCase()
}

/** Whether a wrong key is told so: as the user who was named has it, else as any user. */
function speaksOut({ call }: Visit, { username }: Said): boolean {
  const named = call.credentials.filter((user) => isUser(user, username))
  const asked = named.length > 0 ? named : call.credentials
  return asked.some((user) => settingsOf(user).wrongKey === 'text')
}

function noteWrong({ credentials, note }: Call, said: Said): void {
  const keys = credentials.map(({ id }) => `key of credential ${id}`)
  const tried = said.username === undefined ? keys : ['username', ...keys]
  note({ outcome: 'proof-wrong', reason: reasonFor(credentials, said), tried })
}

function refusedAddress({ call }: Visit, user: EnteringCredential): string | undefined {
  if (user.admits(call.peerAddress)) return undefined
  call.note({ outcome: 'address-refused', reason: call.peerAddress, credentialId: user.id })
  return addressRefused(call.peerAddress)
}

async function open(visit: Visit, user: EnteringCredential, token: string): Promise<void> {
  const { ctx, account, call } = visit
  call.note({ credentialId: user.id, outcome: 'ok' })
  await openSession(ctx, account, {
    dialect: 'opencart',
    token,
    credentialId: user.id,
    lifeMs: settingsOf(user).sessionMinutes * 60_000,
    state: {},
  })
}

function hex({ ctx }: Visit, length: number): string {
  return Buffer.from(ctx.newKey(length / 2), 'base64url').toString('hex')
}

/** Letters and digits, 190 bits of chance in 32 of them. */
function letters({ ctx }: Visit, length: number): string {
  let text = ''
  while (text.length < length) text += ctx.newKey(length).replace(/[-_]/g, '')
  return text.slice(0, length)
}

/** For the operator: what of the login was wrong, never the key. */
export function reasonFor(users: readonly Credential[], { username, key }: Said): string {
  if (users.length === 0) return 'the account has no API user that works now'
  if (key === '') return 'no key came'
  const named = users.some((user) => isUser(user, username))
  const fits = users.some((user) => hasKey(user, { key }))
  if (fits)
    return username === undefined ? 'the key is not that of Default' : 'the key is of another user'
  return named || username === undefined ? 'the key is wrong' : 'there is no such user'
}
