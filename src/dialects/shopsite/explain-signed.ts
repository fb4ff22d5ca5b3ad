import type { Credential } from '../../model/credential.ts'
import { toText } from '../../wire/charset.ts'
import { equalDigests } from '../../wire/digest.ts'
import { firstDifferentLine } from '../../wire/first-difference.ts'
import type { Explanation, SavedCall } from '../dialect.ts'
import { bare, keysOf } from './credential.ts'
import { addressLine, isHexOf } from './explain-authorize.ts'
import { isApplication } from './hidden-keys.ts'
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
  const method = call.method ?? (call.body.length === 0 && call.query !== '' ? 'GET' : 'POST')
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
  if (call.isBrief) return { accepted: signer !== undefined, lines: [] }
  if (signer !== undefined) {
    const { one, found } = signer
    const words = `Accepted, if the token is one of application ${one.publicPart} (credential ${one.id}).`
    const matching = `It was signed for ${variantWords(found.variant)}.`
    const lines = [words, matching, ...addressLine(one), ...rules, ...textLines(found)]
    return { accepted: true, lines }
  }
  const found = [
    ...applications.flatMap((one) => mistakesOf(call, signed, places, one)),
    ...otherKeyMistakes(call, signed, candidates),
  ]
  const mistakes = new Map(found.map(({ mistake, text }) => [mistake, text]))
  const texts = candidates.map(({ text }) => text)
  const lines = [
    'Refused: the signature is that of no application.',
    ...(applications.length === 0 ? ['The account has no application that works now.'] : []),
    ...[...mistakes].flatMap(([mistake, text]) => [
      `Known mistake: ${mistake}.`,
      ...(text === undefined ? [] : differenceLines(texts, text)),
    ]),
    ...(mistakes.size > 0 ? [] : unexplained(call)),
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

type Found = { readonly mistake: string; readonly text: string | undefined }
type Guess = readonly [mistake: string, texts: readonly string[], key?: string]

/** The proof by a key that counts no more, or for another protocol. */
function otherKeyMistakes(
  { otherKeys = [] }: SavedCall,
  { signature }: Signed,
  candidates: readonly Candidate[],
): Found[] {
  return otherKeys
    .filter(({ credential }) => {
      const key = isApplication(credential) ? keysOf(credential).secretKey : credential.secret
      return signedCandidate(candidates, signature, key) !== undefined
    })
    .map(({ words }) => ({ mistake: `it was signed with the key of ${words}`, text: undefined }))
}

function mistakesOf(call: SavedCall, signed: Signed, places: Places, one: Credential): Found[] {
  const { secretKey } = keysOf(one)
  const { signature } = signed
  const found = guesses(call, signed, places, one).flatMap(([mistake, texts, key = secretKey]) => {
    const text = texts.find((made) => equalDigests(signature, signatureOf(made, key)))
    return text === undefined ? [] : [{ mistake, text }]
  })
  const candidates = candidatesOf(signed, places)
  const isHex = candidates.some(({ text }) => isHexOf(signature, text, secretKey))
  const hex = 'the signature is written as hex digits; it must be base64'
  return [...found, ...(isHex ? [{ mistake: hex, text: undefined }] : [])]
}

function guesses(call: SavedCall, signed: Signed, places: Places, one: Credential): Guess[] {
  const { secretKey, code } = keysOf(one)
  const texts = candidatesOf(signed, places).map(({ text }) => text)
  const inQuery = new Set(call.query.split('&').map((piece) => piece.split('=')[0]))
  const changed = (change: Partial<Signed>) =>
    candidatesOf({ ...signed, ...change }, places).map(({ text }) => text)
  const posted = signed.parameters.filter(([name]) => !inQuery.has(name))
  const without = (name: string) => signed.parameters.filter(([other]) => other !== name)
  return [
    ['the last line feed is missing', texts.map((text) => text.slice(0, -1))],
    ['the empty fourth line is missing', texts.map((text) => text.replace('\n\n', '\n'))],
    ['the lines end with CR LF', texts.map((text) => text.replaceAll('\n', '\r\n'))],
    ['the token was decoded before it was signed', changed({ token: decoded(signed.token) })],
    [
      'the token was percent-encoded before it was signed',
      changed({ token: encodeURIComponent(signed.token) }),
    ],
    [
      'the parameters of the query were not signed',
      inQuery.size > 0 ? changed({ parameters: posted }) : [],
    ],
    ['no parameter was signed', changed({ parameters: [] })],
    ['the other method was signed', changed({ method: signed.method === 'GET' ? 'POST' : 'GET' })],
    ['the host was signed with its port', withPorts(signed, places)],
    [
      'the values were encoded twice before they were signed',
      changed({
        parameters: signed.parameters.map(([name, value]) => [name, encodeURIComponent(value)]),
      }),
    ],
    ['the Secret Key was used without its dashes', texts, bare(secretKey)],
    ['the Secret Key was used in lower case', texts, secretKey.toLowerCase()],
    ['the Secret Key has a line end or blank behind it in the client', texts, `${secretKey}\n`],
    ['the Secret Key has a line end or blank behind it in the client', texts, `${secretKey} `],
    ['the Authorization Code was used as the Secret Key', texts, code],
    ...signed.parameters.map(
      ([name]): Guess => [
        `${JSON.stringify(toText(name))} was not signed, or added later`,
        changed({ parameters: without(name) }),
      ],
    ),
  ]
}

const lineNames = [
  'token',
  'timestamp',
  'nonce',
  'empty',
  'method',
  'host',
  'port',
  'path',
] as const

function differenceLines(ours: readonly string[], theirs: string): string[] {
  const found = firstDifferentLine(ours, theirs)
  if (found === undefined) return []
  return [
    `  It first differs in line ${found.line} (${lineNames[found.line - 1] ?? 'a parameter'}):`,
    `    the gateway hashed ${found.ours}`,
    `    the client hashed  ${found.theirs}`,
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
