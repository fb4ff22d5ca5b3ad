import type { Credential } from '../../model/credential.ts'
import { equalConstantTime, equalDigests, hmacSha1Base64 } from '../../wire/digest.ts'
import type { Explanation, SavedCall } from '../dialect.ts'
import { type Claim, claimOf, clientsNamed, compare } from './authorize.ts'
import { bare, keysOf } from './credential.ts'
import { isApplication } from './hidden-keys.ts'
import type { Parameters } from './parameters.ts'
import { Refusal } from './refusal.ts'
import { signatureOf } from './signature.ts'

/** Whether a saved call would get a token: Client ID, signature and code, each for itself. */
export function explainAuthorize(call: SavedCall, parameters: Parameters): Explanation {
  const claim = readClaim(parameters)
  if (claim instanceof Refusal) {
    const lines = [`Refused: ${claim.message}`, ...jsonMistake(call)]
    return { accepted: false, lines }
  }
  const applications = call.credentials.filter(({ kind }) => kind === 'application')
  const named = clientsNamed(applications, claim.clientId)
  const compared = named.map((one) => ({ one, ...compare(claim, one) }))
  const right = compared.findLast(({ signed, coded }) => signed && coded)
  const isSigned = compared.some(({ signed }) => signed)
  const isCoded = compared.some(({ coded }) => coded)
  const lines = [
    verdict(right?.one),
    `The Client ID ${JSON.stringify(claim.clientId)} is ${named.length > 0 ? 'known' : 'unknown'}.`,
    ...(named.length > 0
      ? [
          `The signature is ${isSigned ? 'right' : 'wrong'}.`,
          `The Authorization Code is ${isCoded ? 'right' : 'wrong'}.`,
        ]
      : [known(applications)]),
    ...(right === undefined ? mistakes(claim, named, applications, call) : addressLine(right.one)),
    'Signed is the base64 text of client_credentials, as it is:',
    `  ${claim.credentials}`,
    'The signature is the base64 of its HMAC-SHA1 with the Secret Key, dashes included.',
  ]
  return { accepted: right !== undefined, lines }
}

function readClaim(parameters: Parameters): Claim | Refusal {
  try {
    return claimOf(parameters)
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

function verdict(right: Credential | undefined): string {
  if (right === undefined) return 'Refused.'
  return `Accepted, as application ${right.publicPart} (credential ${right.id}).`
}

function known(applications: readonly Credential[]): string {
  const names = applications.map(({ publicPart }) => publicPart)
  if (names.length === 0) return 'The account has no application that works now.'
  return `Applications of this account: ${names.join(', ')}.`
}

/** What a saved call cannot show: where it came from. */
export function addressLine({ ipList }: Credential): string[] {
  return ipList.length === 0 ? [] : [`It must come from ${ipList.join(', ')}.`]
}

function jsonMistake({ contentType }: SavedCall): string[] {
  if (!/json/i.test(contentType)) return []
  return [
    'Known mistake: the call is JSON; ShopSite takes a form (application/x-www-form-urlencoded).',
  ]
}

function mistakes(
  claim: Claim,
  named: readonly Credential[],
  applications: readonly Credential[],
  { otherKeys = [] }: SavedCall,
): string[] {
  const found = named.flatMap((one) => signatureMistakes(claim, one))
  const owner = applications.find((one) => compare(claim, one).signed && !named.includes(one))
  const other =
    owner === undefined ? [] : [`the Secret Key is that of application ${owner.publicPart}`]
  const former = otherKeys
    .filter(({ credential }) => isApplication(credential) && compare(claim, credential).signed)
    .map(({ words }) => `the Secret Key is that of ${words}`)
  return [...new Set([...found, ...other, ...former])].map((text) => `Known mistake: ${text}.`)
}

function signatureMistakes(claim: Claim, one: Credential): string[] {
  const { secretKey, code } = keysOf(one)
  const { credentials, signature } = claim
  const plain = Buffer.from(credentials, 'base64').toString('latin1')
  const guesses: [string, boolean][] = [
    [
      'the signature is written as hex digits; it must be base64',
      isHexOf(signature, credentials, secretKey),
    ],
    ['the signature is of ClientID:nonce, not of its base64 text', is(signature, plain, secretKey)],
    ['the Secret Key was used without its dashes', is(signature, credentials, bare(secretKey))],
    ['the Secret Key was used in lower case', is(signature, credentials, secretKey.toLowerCase())],
    ['the Authorization Code was used as the Secret Key', is(signature, credentials, code)],
    ['the Secret Key was sent as the code', equalConstantTime(claim.code, secretKey)],
  ]
  return guesses.filter(([, isSo]) => isSo).map(([text]) => text)
}

export function isHexOf(signature: string, text: string, secretKey: string): boolean {
  const hex = Buffer.from(signatureOf(text, secretKey), 'base64').toString('hex')
  return equalDigests(signature.toLowerCase(), hex)
}

function is(signature: string, text: string, secretKey: string): boolean {
  return equalDigests(signature, hmacSha1Base64(secretKey, text))
}
