import type { Credential } from '../../model/credential.ts'
import { toText } from '../../wire/charset.ts'
import { equalDigests } from '../../wire/digest.ts'
import type { Explanation, SavedCall } from '../dialect.ts'
import { keysOf } from './credential.ts'
import { addressLine, bare, isHexOf } from './explain-authorize.ts'
import type { Parameters } from './parameters.ts'
import { type Places, placesOf } from './places.ts'
import { Refusal } from './refusal.ts'
import {
  baseString,
  type Candidate,
  candidatesOf,
  type SignedCall,
  signatureOf,
  signedCandidate,
  variantWords,
} from './signature.ts'
import { readSigned } from './signed-call.ts'

type Signed = SignedCall & { readonly signature: string }

/** Which base string a saved call had to sign, and what it signed instead, as far as it shows. */
export function explainSigned(call: SavedCall, parameters: Parameters): Explanation {
  const method = call.body.length === 0 && call.query !== '' ? 'GET' : 'POST'
  const signed = read(parameters, method)
  if (signed instanceof Refusal) {
    return { accepted: false, lines: [`Refused: ${signed.message}`] }
  }
  const path = call.path === '/' ? '/db_xml.cgi' : call.path
  const places = placesOf({ ...call, path, wholePath: path })
  const candidates = candidatesOf(signed, places)
  const applications = call.credentials.filter(({ kind }) => kind === 'application')
  const signers = applications.flatMap((one) => {
    const found = signedCandidate(candidates, signed.signature, keysOf(one).secretKey)
    return found === undefined ? [] : [{ one, found }]
  })
  const signer = signers.at(-1)
  if (signer !== undefined) {
    const { one, found } = signer
    const words = `Accepted, if the token is one of application ${one.publicPart} (credential ${one.id}).`
    const matching = `It was signed for ${variantWords(found.variant)}.`
    const lines = [words, matching, ...addressLine(one), ...rules, ...textLines(found)]
    return { accepted: true, lines }
  }
  const mistakes = [
    ...new Set(applications.flatMap((one) => mistakesOf(call, signed, places, one))),
  ]
  const lines = [
    'Refused: the signature is that of no application.',
    ...(applications.length === 0 ? ['The account has no application that works now.'] : []),
    ...mistakes.map((text) => `Known mistake: ${text}.`),
    ...(mistakes.length > 0 ? [] : unexplained(call)),
    ...rules,
    ...candidates.slice(0, 1).flatMap(textLines),
    `Tried were ${candidates.length} variants:`,
    ...candidates.map(({ variant }) => `  ${variantWords(variant)}`),
  ]
  return { accepted: false, lines }
}

const rules = [
  'A token lives 5 minutes and takes each nonce once, which a saved call does not show.',
  'The signature is the base64 of the HMAC-SHA1 with the Secret Key, dashes included.',
]

function read(parameters: Parameters, method: string): Signed | Refusal {
  try {
    return readSigned(parameters, method)
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

function textLines({ text }: Candidate): string[] {
  const lines = toText(text).slice(0, -1).split('\n')
  return [
    'The base string, each line with a line feed behind it, the last one too:',
    ...lines.map((line) => (line === '' ? '  (an empty line)' : `  ${line}`)),
  ]
}

function unexplained({ header }: SavedCall): string[] {
  const words = 'None of the known mistakes explains it; another Secret Key is likeliest.'
  if (header('host') !== undefined) return [words]
  return [`${words} Give the Host header of the call, too: --header "Host: ..."`]
}

function mistakesOf(call: SavedCall, signed: Signed, places: Places, one: Credential): string[] {
  const { secretKey, code } = keysOf(one)
  const { signature } = signed
  const texts = candidatesOf(signed, places).map(({ text }) => text)
  const fits = (made: readonly string[], key = secretKey) =>
    made.some((text) => equalDigests(signature, signatureOf(text, key)))
  const inQuery = new Set(call.query.split('&').map((piece) => piece.split('=')[0]))
  const changed = (change: Partial<Signed>) =>
    candidatesOf({ ...signed, ...change }, places).map(({ text }) => text)
  const posted = signed.parameters.filter(([name]) => !inQuery.has(name))
  const without = signed.parameters.map(([name]) => ({
    name,
    texts: changed({ parameters: signed.parameters.filter(([other]) => other !== name) }),
  }))
  const left = without.filter((each) => fits(each.texts)).map(({ name }) => name)
  const guesses: [string, boolean][] = [
    ['the last line feed is missing', fits(texts.map((text) => text.slice(0, -1)))],
    ['the empty fourth line is missing', fits(texts.map((text) => text.replace('\n\n', '\n')))],
    ['the lines end with CR LF', fits(texts.map((text) => text.replaceAll('\n', '\r\n')))],
    ['the token was decoded before it was signed', fits(changed({ token: decoded(signed.token) }))],
    [
      'the token was percent-encoded before it was signed',
      fits(changed({ token: encoded(signed.token) })),
    ],
    [
      'the parameters of the query were not signed',
      inQuery.size > 0 && fits(changed({ parameters: posted })),
    ],
    ['no parameter was signed', fits(changed({ parameters: [] }))],
    [
      'the other method was signed',
      fits(changed({ method: signed.method === 'GET' ? 'POST' : 'GET' })),
    ],
    ['the host was signed with its port', fits(withPorts(signed, places))],
    ['the Secret Key was used without its dashes', fits(texts, bare(secretKey))],
    ['the Authorization Code was used as the Secret Key', fits(texts, code)],
    [
      'the signature is written as hex digits; it must be base64',
      texts.some((text) => isHexOf(signature, text, secretKey)),
    ],
  ]
  return [
    ...guesses.filter(([, isSo]) => isSo).map(([text]) => text),
    ...left.map((name) => `${JSON.stringify(toText(name))} was not signed, or added later`),
  ]
}

function withPorts(signed: Signed, { places, ports }: Places): string[] {
  return places.flatMap((place) =>
    ports.map((port) =>
      baseString(signed, {
        ...place,
        host: `${place.host}:${port}`,
        port,
        encoding: 'upper-case hex',
        names: 'sorted',
      }),
    ),
  )
}

function decoded(token: string): string {
  return Buffer.from(token, 'base64').toString('latin1')
}

function encoded(token: string): string {
  return encodeURIComponent(token)
}
