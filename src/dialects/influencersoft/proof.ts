import type { Credential } from '../../model/credential.ts'
import { fromBinary } from '../../wire/binary.ts'
import { equalConstantTime, equalDigests, md5Hex } from '../../wire/digest.ts'
import type { PhpArray } from '../../wire/php-array.ts'
import { readSignedForm, type SignedForm, type SignedTexts } from '../../wire/signed-form.ts'

export type Proof<C extends Credential = Credential> =
  | {
      readonly proved: true
      readonly api: '1.0' | '2.0'
      readonly credential: C
      /** The parameters that the proof covers, without the proof itself. */
      readonly tree: PhpArray
      readonly nulInValues: boolean
      /** What was hashed before login and key; absent in API 2.0, which hashes nothing. */
      readonly text?: string
    }
  | {
      readonly proved: false
      readonly failure: 'no-data' | 'proof-missing' | 'proof-wrong'
      /** For the operator. */
      readonly reason: string
      /** What was compared, by name. */
      readonly tried?: readonly string[]
    }

type Entrance<C> = { readonly login: string; readonly credentials: readonly C[] }

/** The names under which API 2.0 sends its key; the vendor's pages know both (contract §8). */
const keyNames = ['rpsKey', 'rps_key']

/**
 * Proves a call over the bytes as they came: API 1.0 by its `hash`, API 2.0 by its key. Takes the
 * credential that fits, so that two work while one is rotated out. Never throws on input.
 */
export function prove<C extends Credential>(
  body: Uint8Array,
  contentType: string | undefined,
  entrance: Entrance<C>,
): Proof<C> {
  if (body.length === 0) return refused('no-data', 'the body is empty')
  const form = readSignedForm(body, contentType, 'hash')
  if (!form.ok) return refused('proof-wrong', refusalReasons[form.reason])
  if (form.kind === 'none') return refused('no-data', 'the body is no form (Content-Type)')
  const { plain, array } = form.signatureFields
  if (plain + array > 0) return proveHash(form, entrance)
  return keyNames.some((name) => form.tree.has(name))
    ? proveKey(form, entrance)
    : refused('proof-missing', 'no pair is named hash')
}

export const refusalReasons = {
  'too-many-pairs': 'over 1,000 pairs, of which PHP reads only the first',
  'too-deep': 'a name over 64 brackets deep, for which PHP drops what stands beside it',
  nul: 'a NUL in a name, at which PHP cuts it',
} as const

function proveHash<C extends Credential>(
  form: SignedForm,
  { login, credentials }: Entrance<C>,
): Proof<C> {
  const { plain, array } = form.signatureFields
  if (array > 0) return refused('proof-wrong', 'hash is sent as an array')
  if (plain > 1) return refused('proof-wrong', 'more than one pair is read as hash')
  if (form.foreignBytes) {
    return refused('proof-wrong', 'bytes that no form encoder makes stand in the body')
  }
  const proving = findProving(form, login, credentials)
  if (proving === undefined) {
    const tried = [...readings[form.kind], ...keysNamed(credentials)]
    return { ...refused('proof-wrong', 'hash fits no reading of the body'), tried }
  }
  const { tree, nulInValues } = form
  return { proved: true, api: '1.0', ...proving, tree, nulInValues }
}

function findProving<C extends Credential>(
  { texts, signature = '' }: SignedForm,
  login: string,
  credentials: readonly C[],
): { readonly credential: C; readonly text: string } | undefined {
  for (const { text } of candidates(texts)) {
    const credential = credentials.find(({ secret }) => fits(signature, text, login, secret))
    if (credential !== undefined) return { credential, text }
  }
  return undefined
}

/** By how the body came; of names and values that are not UTF-8 JavaScript makes no text. */
const readings = {
  urlencoded: ['raw body', 'PHP rebuild', 'JavaScript rebuild', 'RFC 3986 rebuild'],
  multipart: ['PHP rebuild', 'RFC 3986 rebuild'],
  none: [],
} as const satisfies Record<SignedForm['kind'], readonly string[]>

function keysNamed(credentials: readonly Credential[]): string[] {
  return credentials.map(({ id }) => `key of credential ${id}`)
}

type Candidate = { readonly name: string; readonly text: string }

/** The four readings of a body that a client may have signed (contract §2.2), likeliest first. */
export function* candidates(texts: SignedTexts): Generator<Candidate, void, void> {
  const { raw } = texts
  if (raw !== null) yield { name: 'raw body', text: raw }
  yield { name: 'PHP rebuild', text: texts.phpRebuild }
  const { jsRebuild } = texts
  if (jsRebuild !== null) yield { name: 'JavaScript rebuild', text: jsRebuild }
  yield { name: 'RFC 3986 rebuild', text: texts.rfc3986Rebuild }
}

/** Whether `hash` is `md5(text::login::secret)`, in lower-case hex. Texts are binary strings. */
export function fits(hash: string, text: string, login: string, secret: string): boolean {
  return equalDigests(md5Hex(fromBinary(text), `::${login}::${secret}`), fromBinary(hash))
}

function proveKey<C extends Credential>(form: SignedForm, { credentials }: Entrance<C>): Proof<C> {
  const sent = keyNames.map((name) => form.tree.get(name)).find((value) => value !== undefined)
  if (typeof sent !== 'string') return refused('proof-wrong', 'rpsKey is sent as an array')
  const credential = credentials.find((one) => equalConstantTime(fromBinary(sent), one.secret))
  if (credential === undefined) {
    const tried = keysNamed(credentials)
    return { ...refused('proof-wrong', 'rpsKey is not the key'), tried }
  }
  const tree: PhpArray = new Map(form.tree)
  for (const name of keyNames) tree.delete(name)
  return { proved: true, api: '2.0', credential, tree, nulInValues: form.nulInValues }
}

function refused(
  failure: 'no-data' | 'proof-missing' | 'proof-wrong',
  reason: string,
): Extract<Proof, { readonly proved: false }> {
  return { proved: false, failure, reason }
}
