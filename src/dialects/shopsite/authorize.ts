import type { EnteringCredential } from '../../core/directory.ts'
import type { Credential } from '../../model/credential.ts'
import { equalConstantTime, equalDigests, hmacSha1Base64 } from '../../wire/digest.ts'
import { answerJson } from './answer.ts'
import { keysOf, stranger } from './credential.ts'
import { type Parameters, textOf } from './parameters.ts'
import { misshapen, Refusal } from './refusal.ts'
import { issueToken } from './tokens.ts'
import { ownerOf, type Visit } from './visit.ts'
import { clientWrong, codeWrong, unsupportedGrant } from './words.ts'

/** What a call to authorize.cgi says (contract §2.1). */
export type Claim = {
  readonly clientId: string
  readonly nonce: string
  /** The base64 text that was signed. */
  readonly credentials: string
  readonly signature: string
  readonly code: string
}

/** Advertised in seconds; clients take nothing but a number (contract §2.2). */
const expiresIn = 30

/** Gives a token to an application that proves itself (contract §2). */
export async function authorize(visit: Visit): Promise<Response> {
  const { ctx, call, parameters } = visit
  if (call.method !== 'POST') throw misshapen('authorize.cgi takes a form by POST.')
  const claim = claimOf(parameters)
  const { owner, own } = ownerOf(call, 'application')
  const credential = prove(claim, own, call.peerAddress)
  call.note({ credentialId: credential.id })
  const token = await issueToken(ctx, owner, credential)
  call.note({ outcome: 'ok' })
  return answerJson({
    access_token: token,
    token_type: 'MAC',
    expires_in: expiresIn,
    ...programUrls(call.baseUrl, call.path),
  })
}

/** What the client says; throws where anything is missing or of another shape. */
export function claimOf(parameters: Parameters): Claim {
  const grant = textOf(parameters, 'grant_type')
  const [code = '', credentials = '', signature = ''] = (
    ['code', 'client_credentials', 'signature'] as const
  ).map((name) => textOf(parameters, name))
  const missing = Object.entries({
    grant_type: grant,
    code,
    client_credentials: credentials,
    signature,
  })
    .filter(([, value]) => value === undefined || value === '')
    .map(([name]) => name)
  if (missing.length > 0) throw misshapen(`Missing: ${missing.join(', ')}.`)
  if (grant !== 'authorization_code') {
    throw new Refusal(unsupportedGrant, { code: 'invalid-input', reason: 'another grant_type' })
  }
  const decoded = Buffer.from(credentials, 'base64').toString('latin1')
  const match = /^([^:]{1,64}):([\x20-\x7e]{1,64})$/.exec(decoded)
  if (match === null) throw misshapen('client_credentials must be base64 of ClientID:nonce.')
  return { clientId: match[1] ?? '', nonce: match[2] ?? '', credentials, signature, code }
}

/** Client IDs are typed by people: letter case does not matter. */
export function clientsNamed<C extends Pick<Credential, 'publicPart'>>(
  applications: readonly C[],
  clientId: string,
): C[] {
  const folded = clientId.toUpperCase()
  return applications.filter(({ publicPart }) => publicPart.toUpperCase() === folded)
}

/** Whether signature and code are an application's own; both are compared, whichever is wrong. */
export function compare(claim: Claim, application: Pick<Credential, 'secret'>) {
  const { secretKey, code } = keysOf(application)
  const signed = equalDigests(claim.signature, hmacSha1Base64(secretKey, claim.credentials))
  return { signed, coded: equalConstantTime(code, claim.code) }
}

function prove(
  claim: Claim,
  applications: readonly EnteringCredential[],
  peerAddress: string,
): EnteringCredential {
  const named = clientsNamed(applications, claim.clientId)
  // Several while a key is changed; the newest counts first.
  const compared = [...named]
    .sort((a, b) => b.id - a.id)
    .map((one) => ({ one, ...compare(claim, one) }))
  const against = claim.clientId
  const [known] = named
  if (known === undefined) {
    compare(claim, stranger)
    const reason = 'there is no such Client ID'
    throw new Refusal(clientWrong, { code: 'proof-wrong', reason, against })
  }
  const signers = compared.filter(({ signed }) => signed)
  if (signers.length === 0) {
    const reason = `the signature is not that of ${known.publicPart}`
    const tried = named.map(({ id }) => `Secret Key of credential ${id}`)
    throw new Refusal(clientWrong, { code: 'proof-wrong', reason, against, tried })
  }
  const admitted = signers.filter(({ one }) => one.admits(peerAddress))
  if (admitted.length === 0) {
    throw new Refusal(clientWrong, { code: 'address-refused', reason: peerAddress, against })
  }
  const right = admitted.find(({ coded }) => coded)
  if (right !== undefined) return right.one
  const reason = `the Authorization Code is not that of ${known.publicPart}`
  const tried = admitted.map(({ one }) => `Authorization Code of credential ${one.id}`)
  throw new Refusal(codeWrong, { code: 'proof-wrong', reason, against, tried })
}

/** The four addresses beside the one that was called, as our own address says (contract §2.2). */
function programUrls(baseUrl: string, path: string) {
  const folder = `${baseUrl}${path.slice(0, path.lastIndexOf('/'))}`
  return {
    download_url: `${folder}/db_xml.cgi`,
    upload1_url: `${folder}/dbupload.cgi`,
    upload2_url: `${folder}/dbmake.cgi`,
    publish_url: `${folder}/generate.cgi`,
  }
}
