import type { Context } from '../../../core/context.ts'
import { shopOf } from '../../../core/shop.ts'
import type { Account } from '../../../model/account.ts'
import { Failure, isFailure } from '../../../model/failure.ts'
import type { Call, DialectLog } from '../../dialect.ts'
import { type OpencartRequest, queryValue } from '../request.ts'
import type { Body } from '../route.ts'
import { wordsFor } from '../words.ts'
import { signedCalls } from './calls.ts'
import { type Proof, prove } from './proof.ts'
import type { SignedRoute } from './signed-call.ts'
import { noSuchCall, notAllowed } from './texts.ts'

type SignedVisit = {
  readonly ctx: Context
  readonly log: DialectLog
  readonly call: Call
  readonly request: OpencartRequest
  readonly account: Account | undefined
}

type Answered = { readonly body: Body; readonly status?: number; readonly type?: string }

/** Subscriptions are known by name only: each of their calls is one that there is not (§9). */
const routes = ['api/order', 'api/subscription']

/** Every refusal of a proof is this one answer (contract §1, §6.2). */
const refused: Answered = { body: { error: notAllowed }, status: 403, type: 'text/html' }

/** Whether a call is one of 4.1, which has no login and signs each call (contract §6). */
export function isSigned(request: OpencartRequest): boolean {
  if (queryValue(request, 'signature') !== undefined) return true
  return routes.includes(request.route) && queryValue(request, 'call') !== undefined
}

/** Proves a signed call and carries it out. Throws what the call throws. */
export async function takeSigned(visit: SignedVisit): Promise<Answered> {
  const { ctx, log, call, request, account } = visit
  const proof = prove(call, request, ctx.now())
  // After the proof: who asks for an account that is away is told nothing sooner.
  if (!proof.proved || account === undefined || account.disabled) return refuse(visit, proof)
  const { credential } = proof
  call.note({ credentialId: credential.id })
  if (!routes.includes(request.route)) {
    call.note({ outcome: 'not-offered' })
    return refused
  }
  if (request.nul) throw new Failure('invalid-input', { reason: 'a NUL stands in a value' })
  const name = queryValue(request, 'call') ?? ''
  const route = request.route === 'api/order' ? signedCalls.get(name) : undefined
  if (route === undefined) {
    call.note({ outcome: 'not-offered' })
    return { body: { error: noSuchCall } }
  }
  call.note({ function: `${request.route} ${name}` })
  const shop = await shopOf(ctx, account)
  const author = { via: 'opencart', credentialId: credential.id }
  return answer(route, call, () =>
    route.run({ ctx, log, call, request, account, credential, author, shop }),
  )
}

function refuse({ call, account }: SignedVisit, proof: Proof): Answered {
  if (proof.proved) {
    call.note({ outcome: account === undefined ? 'account-not-found' : 'account-disabled' })
  } else {
    call.note({ outcome: proof.code, reason: proof.reason })
  }
  return refused
}

/** A call that says its refusals under `warning` says those of the book there, too. */
async function answer(
  { says }: SignedRoute,
  call: Call,
  run: () => Promise<Body>,
): Promise<Answered> {
  try {
    const body = await run()
    call.note({ outcome: 'ok' })
    return { body }
  } catch (error) {
    if (!isFailure(error) || error.code === 'busy' || error.code === 'outcome-unknown') throw error
    const { code, detail } = error
    call.note({ outcome: code, ...(detail.reason === undefined ? {} : { reason: detail.reason }) })
    return { body: says(wordsFor(error)) }
  }
}
