import { createHash, createHmac } from 'node:crypto'
import { fromBinary, textToBinary } from '../../wire/binary.ts'
import { equalDigests } from '../../wire/digest.ts'
import { type Difference, firstDifference } from '../../wire/first-difference.ts'
import { encodeForm } from '../../wire/percent.ts'
import type { SignedForm } from '../../wire/signed-form.ts'
import type { SavedCall } from '../dialect.ts'
import { keyVariants, loginVariants } from './key-mistakes.ts'
import { candidates } from './proof.ts'
import { textVariants, type Variant } from './text-mistakes.ts'

/** An explanation of a hash that was refused. */
export type Found = {
  readonly mistakes: readonly string[]
  /** Of what the gateway hashed and what the client seems to have hashed; never with a key. */
  readonly difference: Difference | undefined
}

type Parts = { readonly text: string; readonly login: string; readonly secret: string }

/** A way to make a hash of the three parts, all binary strings. */
type Way = {
  readonly mistake: string
  readonly hash: (parts: Parts) => string
  /** What is hashed; absent where it cannot be laid beside what the gateway hashes. */
  readonly join?: (parts: Parts) => string
  /** See `Variant`. */
  readonly isRare?: boolean
}

/** One is nearly always the whole story. */
const mostFound = 1
/** So much may be wrong at once, a rare guess counting twice; in a long body less. */
const mostWrong = { usual: 3, long: 2 }
const longBytes = 8000

/** Which known mistakes explain a hash that was refused; the fewest first. */
export function findMistakes(form: SignedForm, signature: string, call: SavedCall): Found[] {
  const hash = signature.trim().toLowerCase()
  const shape = shapeMistake(signature)
  const found = new Map<string, Found>()
  const most = form.texts.phpRebuild.length > longBytes ? mostWrong.long : mostWrong.usual
  for (const variants of combinations(call, form, most)) {
    const [text, login, secret, way] = variants
    const parts = { text: text.value, login: login.value, secret: secret.value }
    if (!equalDigests(way.hash(parts), hash)) continue
    const mistakes = [...variants.map(({ mistake }) => mistake), shape].filter((one) => one !== '')
    if (mistakes.length === 0) continue
    const shown = way.join?.({ ...parts, secret: '<secret>' })
    const parted = shown === undefined ? undefined : difference(form, call, parts, shown)
    const key = mistakes.join('; ')
    if (!found.has(key)) found.set(key, { mistakes, difference: parted })
    if (found.size === mostFound) break
  }
  if (found.size === 0 && shape !== '') return [{ mistakes: [shape], difference: undefined }]
  return [...found.values()].sort((a, b) => a.mistakes.length - b.mistakes.length)
}

/** Every text, login, key and way of which at most `most` are wrong, the fewest first. */
function* combinations(
  call: SavedCall,
  form: SignedForm,
  most: number,
): Generator<readonly [Variant, Variant, Variant, Way], void, void> {
  const texts = textVariants(form)
  const logins = loginVariants(call, form.tree).map(inBinary)
  const keys = keyVariants(call).map(inBinary)
  const ways = new Map(texts.map(({ value }) => [value, [plainWay(value), ...otherWays]]))
  for (let wrong = 0; wrong <= most; wrong += 1) {
    for (const text of texts) {
      for (const way of ways.get(text.value) ?? []) {
        for (const login of logins) {
          if (costOf(text, way, login) > wrong) continue
          for (const key of keys) {
            if (costOf(text, way, login, key) === wrong) yield [text, login, key, way]
          }
        }
      }
    }
  }
}

function costOf(...variants: Pick<Variant, 'mistake' | 'isRare'>[]): number {
  return variants.reduce(
    (sum, { mistake, isRare }) => sum + (mistake === '' ? 0 : isRare === true ? 2 : 1),
    0,
  )
}

function inBinary(variant: Variant): Variant {
  return { ...variant, value: textToBinary(variant.value) }
}

function shapeMistake(signature: string): string {
  if (/^[0-9a-f]{32}$/.test(signature)) return ''
  if (signature === '') return 'the hash is empty'
  if (/^[0-9a-f]{32}$/i.test(signature)) return 'the hash is in upper case; send it in lower case'
  if (signature.trim() !== signature) return 'spaces or a line end stand around the hash'
  if (/^[0-9a-f]{40}$/i.test(signature)) return 'the hash has 40 digits, as of SHA-1; use MD5'
  if (/^[0-9a-f]{64}$/i.test(signature)) return 'the hash has 64 digits, as of SHA-256; use MD5'
  return 'the hash is not 32 hex digits'
}

/** The right way. The text is hashed once for all logins and keys. */
function plainWay(text: string): Way {
  const begun = createHash('md5').update(fromBinary(text))
  return {
    mistake: '',
    join: joinRight,
    hash: ({ login, secret }) =>
      begun
        .copy()
        .update(fromBinary(`::${login}::${secret}`))
        .digest('hex'),
  }
}

function joinRight({ text, login, secret }: Parts): string {
  return `${text}::${login}::${secret}`
}

const otherWays: readonly Way[] = [
  md5Of('the separators :: are missing', (p) => `${p.text}${p.login}${p.secret}`),
  md5Of('the separator before the login is missing', (p) => `${p.text}${p.login}::${p.secret}`),
  md5Of('the separator before the key is missing', (p) => `${p.text}::${p.login}${p.secret}`),
  md5Of('the separator is :: , not :', (p) => `${p.text}:${p.login}:${p.secret}`),
  md5Of('the separator is :: , not &', (p) => `${p.text}&${p.login}&${p.secret}`),
  md5Of('the order is parameters, login, key', (p) => `${p.login}::${p.text}::${p.secret}`),
  md5Of('the order is parameters, login, key', (p) => `${p.text}::${p.secret}::${p.login}`),
  md5Of('the order is parameters, login, key', (p) => `${p.secret}::${p.login}::${p.text}`),
  md5Of('the login is missing in the signed text', (p) => `${p.text}::${p.secret}`),
  md5Of('the key is missing in the signed text', (p) => `${p.text}::${p.login}`),
  md5Of('a :: or line end was signed behind the key', (p) => `${joinRight(p)}::`),
  md5Of('a :: or line end was signed behind the key', (p) => `${joinRight(p)}\n`),
  unlike('the MD5 was taken of an upper-case text', (p) => hashOf('md5', upper(joinRight(p)))),
  {
    ...unlike('the MD5 was taken of a lower-case text', (p) => hashOf('md5', lower(joinRight(p)))),
    isRare: true,
  },
  unlike('the MD5 was taken of an MD5', (p) => hashOf('md5', hashOf('md5', joinRight(p)))),
  unlike('the MD5 of the parameters was signed, not the parameters', (p) =>
    hashOf('md5', joinRight({ ...p, text: hashOf('md5', p.text) })),
  ),
  unlike('HMAC was used; the protocol wants a plain MD5', ({ text, secret }) =>
    createHmac('md5', fromBinary(secret)).update(fromBinary(text)).digest('hex'),
  ),
  unlike('HMAC was used; the protocol wants a plain MD5', (p) =>
    createHmac('md5', fromBinary(p.secret))
      .update(fromBinary(`${p.text}::${p.login}`))
      .digest('hex'),
  ),
  unlike('SHA-1 was used; the protocol wants MD5', (p) => hashOf('sha1', joinRight(p))),
  unlike('SHA-256 was used; the protocol wants MD5', (p) => hashOf('sha256', joinRight(p))),
]

function md5Of(mistake: string, join: (parts: Parts) => string): Way {
  return { mistake, join, hash: (parts) => hashOf('md5', join(parts)) }
}

function unlike(mistake: string, hash: (parts: Parts) => string): Way {
  return { mistake, hash }
}

function upper(binary: string): string {
  return textToBinary(fromBinary(binary).toString('utf8').toUpperCase())
}

function lower(binary: string): string {
  return textToBinary(fromBinary(binary).toString('utf8').toLowerCase())
}

function hashOf(algorithm: string, binary: string): string {
  return createHash(algorithm).update(fromBinary(binary)).digest('hex')
}

/** Against the reading that was signed, else what came; undefined where only the key differs. */
function difference(
  form: SignedForm,
  call: SavedCall,
  signed: Pick<Parts, 'text'>,
  theirs: string,
): Difference | undefined {
  const readings = [...candidates(form.texts)].map(({ text }) => text)
  const text = readings.includes(signed.text) ? signed.text : (readings[0] ?? '')
  const ours = joinRight({ text, login: call.account.login, secret: '<secret>' })
  const masked = masking(call)
  return firstDifference(masked(ours), masked(theirs), /&|::/g)
}

/** Hides keys that stand in the body, sign by sign: a piece that is cut out may halve one. */
function masking({ credentials, otherKeys = [] }: SavedCall): (text: string) => string {
  const keys = [...credentials, ...otherKeys.map(({ credential }) => credential)]
  const spellings = keys
    .flatMap(({ secret }) => [textToBinary(secret), encodeForm(textToBinary(secret))])
    .filter((spelling) => spelling.length > 3)
  return (text) =>
    spellings.reduce((said, one) => said.replaceAll(one, '*'.repeat(one.length)), text)
}
