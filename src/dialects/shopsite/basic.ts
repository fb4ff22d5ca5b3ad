import type { Credential } from '../../model/credential.ts'
import { equalConstantTime } from '../../wire/digest.ts'
import { Refusal } from './refusal.ts'
import { type Entered, ownerOf, type Visit } from './visit.ts'

export type Login = {
  /** As bytes, one a character: nobody says in which charset they are. */
  readonly user: string
  readonly password: string
}

/** User and password of an `Authorization` header; undefined: it has none that can be read. */
export function loginIn(header: string | undefined): Login | undefined {
  const encoded = /^\s*Basic\s+([A-Za-z0-9+/=]+)\s*$/i.exec(header ?? '')?.[1]
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString('latin1')
  const at = text.indexOf(':')
  return at === -1 ? undefined : { user: text.slice(0, at), password: text.slice(at + 1) }
}

/** Whether user and password are right; both are compared, in UTF-8 and in Latin-1. */
export function matches(login: Login, credential: Pick<Credential, 'publicPart' | 'secret'>) {
  const user = isText(login.user, credential.publicPart)
  const password = isText(login.password, credential.secret)
  return { user, password }
}

/** Proves a call by a back-office login (contract §3.4). */
export function enterBasic(visit: Visit): Entered {
  const { call } = visit
  const login = loginIn(call.header('authorization'))
  if (login === undefined) {
    const reason = 'there is neither a token with a signature nor a login'
    throw new Refusal('challenge', { code: 'proof-missing', reason })
  }
  const { owner, own } = ownerOf(call, 'basic')
  const compared = own.map((one) => ({ one, ...matches(login, one) }))
  if (own.length === 0) matches(login, { publicPart: 'nobody', secret: 'x' })
  const named = compared.find(({ user }) => user)
  const right = compared.findLast(({ user, password }) => user && password)
  const against = login.user
  if (right === undefined) {
    const reason =
      named === undefined ? 'there is no such user' : `wrong password of ${named.one.publicPart}`
    const tried = own.map(({ id }) => `user and password of credential ${id}`)
    throw new Refusal('challenge', { code: 'proof-wrong', reason, against, tried })
  }
  if (!right.one.admits(call.peerAddress)) {
    const reason = call.peerAddress
    throw new Refusal('challenge', { code: 'address-refused', reason, against })
  }
  call.note({ credentialId: right.one.id })
  return { ...visit, account: owner, credential: right.one }
}

function isText(sent: string, known: string): boolean {
  const bytes = Buffer.from(sent, 'latin1')
  const asUtf8 = equalConstantTime(bytes, Buffer.from(known, 'utf8'))
  // What Latin-1 lacks would lose half of itself, and another text pass for the known one.
  const inLatin1 = [...known].every((sign) => sign <= '\u00ff')
  const asLatin1 = equalConstantTime(bytes, Buffer.from(known, inLatin1 ? 'latin1' : 'utf8'))
  return asUtf8 || asLatin1
}
