import type { EnteringCredential } from '../../core/directory.ts'
import type { Call } from '../dialect.ts'
import { keysOf, stranger } from './credential.ts'
import { type Parameters, textOf } from './parameters.ts'
import { hostOf, placesOf } from './places.ts'
import { misshapen, Refusal } from './refusal.ts'
import {
  type Candidate,
  candidatesOf,
  type SignedCall,
  signedCandidate,
  variantWords,
} from './signature.ts'
import { findToken, takeNonce } from './tokens.ts'
import { type Entered, ownerOf, type Visit } from './visit.ts'
import { nonceUsed, signatureWrong, tokenWrong } from './words.ts'

const proofNames = ['token', 'timestamp', 'nonce', 'signature']

/** Whether a call comes with a token's signature, which then counts alone (contract §3.4). */
export function isSigned(parameters: Parameters): boolean {
  return textOf(parameters, 'token') !== undefined && textOf(parameters, 'signature') !== undefined
}

/** What a signed call says; throws where its proof is incomplete or misshapen. */
export function readSigned(
  parameters: Parameters,
  method: string,
): SignedCall & { readonly signature: string } {
  const [token = '', timestamp = '', nonce = '', signature = ''] = proofNames.map((name) =>
    parameters.values.get(name),
  )
  // Of any age: PCs count their local clock as if it were UTC (contract §3.2).
  if (!/^\d{1,12}$/.test(timestamp)) throw misshapen('The timestamp must be Unix seconds.')
  if (!/^[\x20-\x7e]{1,64}$/.test(nonce)) {
    throw misshapen('The nonce must have 1 to 64 printable characters.')
  }
  const others = [...parameters.values].filter(([name]) => !proofNames.includes(name))
  // They may stand bare in the base string: with lines of their own, one set of parameters could
  // pass for another.
  if (others.some(([name, value]) => /[\n=]/.test(name) || value.includes('\n'))) {
    throw misshapen('A parameter has a line feed, or its name has an equals sign.')
  }
  return { token, timestamp, nonce, signature, method, parameters: others }
}

/**
 * Proves a call by its token (contract §3.2). The token is looked up and the signature compared
 * whoever calls; the nonce is used up only by a right signature.
 */
export async function enterSigned(visit: Visit): Promise<Entered> {
  const { ctx, call, parameters } = visit
  const signed = readSigned(parameters, call.method)
  const { owner, own } = ownerOf(call, 'application')
  const admitted = own.filter((one) => one.admits(call.peerAddress))
  const session = await findToken(ctx, owner, signed.token, admitted)
  const credential = admitted.find(({ id }) => id === session?.credentialId)
  const { secretKey } = keysOf(credential ?? stranger)
  const candidates = candidatesOf(signed, placesOf(call))
  const found = signedCandidate(candidates, signed.signature, secretKey)
  if (session === undefined || credential === undefined) {
    const reason = 'the token is unknown or too old, or its application works no more from here'
    throw new Refusal(tokenWrong, { code: 'proof-wrong', reason, against: '' })
  }
  if (found === undefined) throw notSigned(call, credential, candidates)
  const nonce = await takeNonce(ctx, owner, session, signed.nonce)
  if (nonce === 'used') {
    const reason = 'a nonce came twice'
    throw new Refusal(nonceUsed, { code: 'proof-wrong', reason, against: credential.publicPart })
  }
  if (nonce === 'worn-out') {
    throw new Refusal(tokenWrong, { code: 'proof-wrong', reason: 'the token has served too often' })
  }
  const skewSeconds = Number(signed.timestamp) - Math.floor(ctx.now() / 1000)
  const reason = `signed for ${variantWords(found.variant)}; its clock is off by ${skewSeconds} s`
  call.note({ credentialId: credential.id, reason })
  return { ...visit, account: owner, credential }
}

function notSigned(
  call: Call,
  { publicPart, id }: EnteringCredential,
  candidates: readonly Candidate[],
): Refusal {
  const reason = `the signature is not that of ${publicPart}`
  // A host that the caller alone named is not kept.
  const called = hostOf(call.header('host') ?? '')
  const variants = candidates.map(({ variant }) => {
    const host = variant.host === called ? 'host as called' : variant.host
    return variantWords({ ...variant, host }).slice(0, 200)
  })
  const tried = [...variants, `Secret Key of credential ${id}`]
  return new Refusal(signatureWrong, { code: 'proof-wrong', reason, against: publicPart, tried })
}
