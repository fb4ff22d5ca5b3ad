import type { Context } from '../../../core/context.ts'
import { type Executed, onlyOnce } from '../../../core/replay-memory.ts'
import { shopOf } from '../../../core/shop.ts'
import type { Account } from '../../../model/account.ts'
import { Failure, isFailure } from '../../../model/failure.ts'
import { sha256 } from '../../../wire/digest.ts'
import { phpJson } from '../../../wire/php-json.ts'
import type { Call, DialectLog } from '../../dialect.ts'
import { answerText } from '../answer.ts'
import { type OpencartRequest, queryValue } from '../request.ts'
import type { Answered, Body } from '../route.ts'
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
  const execute = () =>
    answer(route, call, () =>
      route.run({ ctx, log, call, request, account, credential, author, shop }),
    )
  // A call that changes nothing may be repeated, and the signature covers which call it is.
  if (!route.writes) return (await execute()).answer
  // Two calls of one second may differ in what is not signed alone: they are two.
  const said = `${proof.signature}\n${route.unsigned?.(request) ?? ''}`
  const digest = () => sha256(`opencart\n${credential.id}\n${said}`)
  const known = { name: `${request.route} ${name}`, writes: true, digest, log }
  const remembered = await onlyOnce(ctx, account, known, execute)
  if (!remembered.repeated) return remembered.answer
  call.note({ outcome: 'ok', reason: 'repeated: the first answer is given again' })
  return { body: answerText(remembered.kept) }
}

function refuse({ call, account, request }: SignedVisit, proof: Proof): Answered {
  if (proof.proved) {
    call.note({ outcome: account === undefined ? 'account-not-found' : 'account-disabled' })
  } else {
    const { code, reason, tried } = proof
    call.note({ outcome: code, reason, ...(tried === undefined ? {} : { tried }) })
    // Without a signature nothing was guessed at.
    if (proof.code === 'proof-missing') return refused
  }
  return { ...refused, against: queryValue(request, 'username') ?? '' }
}

/** A call that says its refusals under `warning` says those of the book there, too. */
async function answer(
  { says }: SignedRoute,
  call: Call,
  run: () => Promise<Body>,
): Promise<Executed<Answered>> {
  try {
    const body = await run()
    call.note({ outcome: 'ok' })
    const text = phpJson(body)
    return { answer: { body: answerText(text) }, keep: text }
  } catch (error) {
    if (!isFailure(error) || error.code === 'busy' || error.code === 'outcome-unknown') throw error
    const { code, detail } = error
    call.note({ outcome: code, ...(detail.reason === undefined ? {} : { reason: detail.reason }) })
    return { answer: { body: says(wordsFor(error)) } }
  }
}
