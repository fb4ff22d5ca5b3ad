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
  return placeLines(call, variant) + parameterLines(call, variant)
}

function placeLines({ token, timestamp, nonce, method }: SignedCall, variant: Variant): string {
  const { host, port, path } = variant
  return lines([token, timestamp, nonce, '', method, host, String(port), path])
}

function parameterLines(
  { parameters }: SignedCall,
  { names, encoding }: Pick<Variant, 'names' | 'encoding'>,
): string {
  const pairs = names === 'sorted' ? [...parameters].sort(byName) : parameters
  return lines(pairs.map(([name, value]) => `${name}=${encode(value, encoding)}`))
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('')
}

/**
 * The different base strings that a client may have signed, the likeliest first; at most 24, so
 * that where many places, ports and encodings differ the unlikeliest are left out.
 */
export function candidatesOf(call: SignedCall, { places, ports }: Places): Candidate[] {
  const texts = new Map<string, Candidate>()
  const spelled = spellings(call)
  for (const place of places) {
    for (const { names, spelledBy } of spelled) {
      for (const port of ports) {
        for (const { encoding, text: parameters } of spelledBy) {
          const variant = { ...place, port, encoding, names }
          const text = placeLines(call, variant) + parameters
          if (!texts.has(text) && texts.size < mostCandidates) texts.set(text, { variant, text })
        }
      }
    }
  }
  return [...texts.values()]
}

/** The parameters in each order and encoding, spelled once: they may be long. */
function spellings(call: SignedCall) {
  return (['sorted', 'as received'] as const).map((names) => ({
    names,
    spelledBy: encodings.map((encoding) => ({
      encoding,
      text: parameterLines(call, { names, encoding }),
    })),
  }))
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
  const codes = encoding === 'upper-case hex' ? upperCodes : lowerCodes
  return value.replace(bare, (char) => {
    if (encoding === 'blanks as +' && char === ' ') return '+'
    return codes[char.charCodeAt(0)] ?? ''
  })
}

const lowerCodes: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) => `%${byte.toString(16).padStart(2, '0')}`,
)
const upperCodes: readonly string[] = lowerCodes.map((code) => code.toUpperCase())
