import { fromBinary } from '../../wire/binary.ts'
import { equalDigests, hmacSha1Base64 } from '../../wire/digest.ts'
import type { Place, Places } from './places.ts'

export type SignedCall = {
  readonly token: string
  readonly timestamp: string
  readonly nonce: string
  readonly method: string
  /** All parameters but those of the proof, decoded to binary strings, in the order received. */
  readonly parameters: readonly (readonly [string, string])[]
}

const encodings = ['upper-case hex', 'lower-case hex', 'blanks as +', 'no encoding'] as const

/** How the values stand in the base string; `blanks as +` is .NET's, with lower-case hex. */
export type Encoding = (typeof encodings)[number]

export type Variant = Place & {
  readonly port: number
  readonly encoding: Encoding
  readonly names: 'sorted' | 'as received'
}

export type Candidate = { readonly variant: Variant; readonly text: string }

/** So much work a refused signature makes at most, for each key it is compared with. */
const mostCandidates = 24

/**
 * The base string of a call in one variant, as a binary string; every line ends with a line feed,
 * the last one too, and the fourth is empty for the hash of a body that nobody hashes
 * (contract §3.2).
 */
export function baseString(call: SignedCall, variant: Variant): string {
  const { token, timestamp, nonce, method, parameters } = call
  const { host, port, path, encoding, names } = variant
  const pairs = names === 'sorted' ? [...parameters].sort(byName) : parameters
  return [token, timestamp, nonce, '', method, host, port, path]
    .concat(pairs.map(([name, value]) => `${name}=${encode(value, encoding)}`))
    .map((line) => `${line}\n`)
    .join('')
}

/**
 * The different base strings that a client may have signed, the likeliest first; at most 24, so
 * that where many places, ports and encodings differ the unlikeliest are left out.
 */
export function candidatesOf(call: SignedCall, { places, ports }: Places): Candidate[] {
  const texts = new Map<string, Candidate>()
  for (const place of places) {
    for (const names of ['sorted', 'as received'] as const) {
      for (const port of ports) {
        for (const encoding of encodings) {
          const variant = { ...place, port, encoding, names }
          const text = baseString(call, variant)
          if (!texts.has(text) && texts.size < mostCandidates) texts.set(text, { variant, text })
        }
      }
    }
  }
  return [...texts.values()]
}

/** The candidate that was signed. All are compared, in constant time, whichever of them fits. */
export function signedCandidate(
  candidates: readonly Candidate[],
  signature: string,
  secretKey: string,
): Candidate | undefined {
  let found: Candidate | undefined
  for (const candidate of candidates) {
    const isRight = equalDigests(signature, signatureOf(candidate.text, secretKey))
    if (isRight) found ??= candidate
  }
  return found
}

/** Base64 of the HMAC-SHA1 of a binary string. */
export function signatureOf(text: string, secretKey: string): string {
  return hmacSha1Base64(secretKey, fromBinary(text))
}

/** For the log, and for whoever asks. */
export function variantWords({ host, port, path, encoding, names }: Variant): string {
  return `${host}:${port}${path}, ${encoding}, names ${names}`
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function encode(value: string, encoding: Encoding): string {
  if (encoding === 'no encoding') return value
  const bare = encoding === 'blanks as +' ? /[^A-Za-z0-9\-._!*()]/g : /[^A-Za-z0-9\-._~]/g
  return value.replace(bare, (char) => {
    if (encoding === 'blanks as +' && char === ' ') return '+'
    const hex = char.charCodeAt(0).toString(16).padStart(2, '0')
    return `%${encoding === 'upper-case hex' ? hex.toUpperCase() : hex}`
  })
}
