import { fromBinary } from '../../wire/binary.ts'
import { toText } from '../../wire/charset.ts'
import { equalConstantTime } from '../../wire/digest.ts'
import type { Difference } from '../../wire/first-difference.ts'
import { readSignedForm, type SignedForm } from '../../wire/signed-form.ts'
import type { Explanation, SavedCall } from '../dialect.ts'
import { findMistakes } from './mistakes.ts'
import { candidates, fits, prove, refusalReasons } from './proof.ts'

/** What was compared with the hash of a saved call, and which known mistakes it shows. */
export function explain(call: SavedCall): Explanation {
  const { account, credentials, body, contentType } = call
  if (call.method !== undefined && call.method !== 'POST') {
    return { accepted: false, lines: [`Refused: the call is ${call.method}, and no POST.`] }
  }
  const proof = prove(body, contentType, { login: account.login, credentials })
  if (call.isBrief) return { accepted: proof.proved, lines: [] }
  const verdict = proof.proved
    ? `Accepted, with credential ${proof.credential.id} (API ${proof.api}).`
    : `Refused: ${proof.reason}.`
  const form = readSignedForm(body, contentType, 'hash')
  const lines = [verdict, ...(form.ok ? [] : [`The form: ${refusalReasons[form.reason]}.`])]
  if (form.ok && form.kind !== 'none' && body.length > 0) lines.push(...linesFor(form, call))
  if (!proof.proved && proof.failure === 'no-data') {
    lines.push('Send the parameters as POST, application/x-www-form-urlencoded or multipart.')
  }
  const keys = [...credentials, ...(call.otherKeys ?? []).map(({ credential }) => credential)]
  return { accepted: proof.proved, lines: lines.map((line) => withoutSecrets(line, keys)) }
}

function linesFor(form: SignedForm, call: SavedCall): string[] {
  const { signature } = form
  if (signature === undefined) return keyLines(form, call)
  const { login } = call.account
  const compared = [...candidates(form.texts)].map(({ name, text }) => {
    const matches = call.credentials.some(({ secret }) => fits(signature, text, login, secret))
    return `${matches ? 'matches' : 'differs'} ${name}: ${toText(text)}::${login}::<secret>`
  })
  const accepted = compared.some((line) => line.startsWith('matches'))
  return [
    `The hash sent: ${toText(signature)}`,
    'It was compared with the MD5 of:',
    ...compared.map((line) => `  ${line}`),
    ...(accepted ? [] : mistakeLines(form, signature, call)),
  ]
}

function mistakeLines(form: SignedForm, signature: string, call: SavedCall): string[] {
  const found = findMistakes(form, signature, call)
  if (found.length === 0) {
    return [
      'None of the known mistakes explains it. Another key or another login is likeliest, or a ' +
        'parameter that was changed, added or dropped after signing.',
    ]
  }
  return found.flatMap(({ mistakes, difference }) => [
    `Known mistake: ${mistakes.join('; ')}`,
    ...(difference === undefined ? [] : differenceLines(difference)),
  ])
}

function differenceLines({ at, ours, theirs }: Difference): string[] {
  return [
    `  It first differs at byte ${at + 1} of the signed text:`,
    `    the gateway hashed ${ours}`,
    `    the client hashed  ${theirs}`,
  ]
}

function keyLines(form: SignedForm, { credentials, otherKeys = [] }: SavedCall): string[] {
  const sent = form.tree.get('rpsKey') ?? form.tree.get('rps_key')
  if (typeof sent !== 'string') {
    return ['There is neither a hash (API 1.0) nor an rpsKey (API 2.0) in the body.']
  }
  const is = (key: string) =>
    credentials.some(({ secret }) => equalConstantTime(fromBinary(key), secret))
  const other = otherKeys.find(({ credential }) =>
    equalConstantTime(fromBinary(sent.trim()), credential.secret),
  )
  if (is(sent)) return ['rpsKey is the key of this account.']
  if (other !== undefined) return [`Known mistake: rpsKey is the key of ${other.words}.`]
  return is(sent.trim())
    ? ['Known mistake: rpsKey has spaces or a line end around the key.']
    : ['rpsKey is not the key of this account.']
}

/** A body may hold the secret itself: an API 2.0 key sent along, or a paste gone wrong. */
function withoutSecrets(line: string, credentials: SavedCall['credentials']): string {
  return credentials.reduce(
    (said, { secret }) =>
      [secret, encodeURIComponent(secret), encodeURIComponent(secret).replaceAll('%20', '+')]
        .filter((spelling) => spelling.length >= 8)
        .reduce((text, spelling) => text.replaceAll(spelling, '<secret>'), said),
    line,
  )
}
