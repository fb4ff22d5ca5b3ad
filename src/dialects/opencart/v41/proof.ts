import type { EnteringCredential } from '../../../core/directory.ts'
import type { Credential } from '../../../model/credential.ts'
import type { Call } from '../../dialect.ts'
import { intOf, type OpencartRequest, queryValue } from '../request.ts'
import { type Places, placesOf } from './places.ts'
import {
  bodyDigest,
  decodedSignature,
  expectedSignature,
  isSignature,
  signedText,
} from './signature.ts'

export type Proof =
  | {
      readonly proved: true
      readonly credential: EnteringCredential
      /** As it was made, in base64: the same for the same call, and for no other. */
      readonly signature: string
    }
  | {
      readonly proved: false
      readonly code: 'proof-missing' | 'proof-wrong' | 'address-refused'
      /** Which check failed, for the operator; never a key. */
      readonly reason: string
      /** What was compared, by name. */
      readonly tried?: readonly string[]
    }

/** What a call says of itself in its query, the signature beside it. */
export type Claim = {
  readonly route: string
  readonly call: string
  readonly username: string
  readonly storeId: number
  readonly language: string
  readonly currency: string
  /** Seconds since 1970. */
  readonly time: number
  readonly signature: string
}

/** How far a call's time may be off, on either side (contract §6.2). */
export const windowSeconds = 450

const names = [
  'route',
  'call',
  'username',
  'store_id',
  'language',
  'currency',
  'time',
  'signature',
] as const

/** A stranger's call is compared with this, so that time does not tell who is known. */
const nobody = { publicPart: 'nobody', secret: 'x'.repeat(64) }

/** Which of the eight parameters are missing; none: what the call claims. */
export function claimOf(request: OpencartRequest): Claim | { readonly missing: readonly string[] } {
  const [route, call, username, storeId, language, currency, time, signature] = names.map((name) =>
    queryValue(request, name),
  )
  const missing = names.filter((name) => queryValue(request, name) === undefined)
  if (missing.length > 0) return { missing }
  return {
    route: route ?? '',
    call: call ?? '',
    username: username ?? '',
    storeId: intOf(storeId),
    language: language ?? '',
    currency: currency ?? '',
    time: /^\d{1,15}$/.test(time ?? '') ? Number(time) : 0,
    signature: signature ?? '',
  }
}

/** Proves a signed call (contract §6.2). `now` in milliseconds. */
export function prove(call: Call, request: OpencartRequest, now: number): Proof {
  if (request.problem !== undefined) return wrong(`the call cannot be read: ${request.problem}`)
  const claim = claimOf(request)
  if ('missing' in claim) {
    const reason = `missing in the query: ${claim.missing.join(', ')}`
    return { proved: false, code: 'proof-missing', reason }
  }
  const places = placesOf(call)
  const bodyMd5 = bodyDigest(request.body)
  const users = usersNamed(call.credentials, claim.username)
  if (users.length === 0) {
    fits(nobody, claim, places, bodyMd5)
    return wrong('there is no such user')
  }
  const signers = users.filter((user) => fits(user, claim, places, bodyMd5))
  const admitted = users.filter((user) => user.admits(call.peerAddress))
  if (admitted.length === 0) {
    const reason = `${call.peerAddress} is not on the list of API user ${users[0]?.id}`
    return { proved: false, code: 'address-refused', reason }
  }
  const off = offBySeconds(claim, now)
  if (off !== undefined) return wrong(`the call is ${off}`)
  const credential = signers.find((user) => admitted.includes(user))
  if (credential === undefined) {
    const reason = `the signature is not that of API user ${users[0]?.id}`
    return { proved: false, code: 'proof-wrong', reason, tried: triedOf(call, users, places) }
  }
  return { proved: true, credential, signature: decodedSignature(claim.signature) }
}

/** OpenCart's database compares names in any case; several stand while a key is changed. */
export function usersNamed<User extends Pick<Credential, 'publicPart'>>(
  users: readonly User[],
  name: string,
): User[] {
  const folded = name.trim().toLowerCase()
  return users.filter(({ publicPart }) => publicPart.toLowerCase() === folded)
}

/** How old or how far ahead a call is; undefined: near enough. */
function offBySeconds({ time }: Pick<Claim, 'time'>, now: number): string | undefined {
  const seconds = Math.floor(now / 1000) - time
  if (Math.abs(seconds) <= windowSeconds) return undefined
  return `${Math.abs(seconds)} s ${seconds > 0 ? 'old' : 'ahead'}`
}

/** Compares with each place in constant time; as much work whichever of them fits, or none. */
export function fits(
  user: Pick<Credential, 'publicPart' | 'secret'>,
  claim: Claim,
  { hosts, directories }: Places,
  bodyMd5: string,
): boolean {
  const { signature, ...said } = claim
  let found = false
  for (const host of hosts) {
    for (const directory of directories) {
      const text = signedText({ ...said, username: user.publicPart, host, directory, bodyMd5 })
      const isRight = isSignature(signature, expectedSignature(text, user.secret))
      found ||= isRight
    }
  }
  return found
}

/** A host that the caller alone named is not kept. */
function triedOf(call: Call, users: readonly EnteringCredential[], places: Places): string[] {
  const called = call.header('host')
  const hosts = places.hosts.map((host) => (host === called ? 'host as called' : `host ${host}`))
  return [
    ...hosts.flatMap((host) =>
      places.directories.map((directory) => `${host}, directory ${directory.slice(0, 100)}`),
    ),
    ...users.map(({ id }) => `key of credential ${id}`),
  ]
}

function wrong(reason: string): Proof {
  return { proved: false, code: 'proof-wrong', reason }
}
