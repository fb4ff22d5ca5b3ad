import type { Context } from '../../core/context.ts'
import type { EnteringCredential } from '../../core/directory.ts'
import { loggable } from '../../core/loggable.ts'
import { refusalOf } from '../../core/outage.ts'
import { type Executed, onlyOnce } from '../../core/replay-memory.ts'
import type { Account } from '../../model/account.ts'
import { Failure } from '../../model/failure.ts'
import { fromBinary } from '../../wire/binary.ts'
import { sha256 } from '../../wire/digest.ts'
import { treeToObject } from '../../wire/tree.ts'
import type { Call, DialectLog } from '../dialect.ts'
import { answer, answerList, answerText, type Signer } from './answer.ts'
import type { ApiFunction } from './api-function.ts'
import { envelope } from './envelope.ts'
import { findFunction, functionNameIn, isFunction } from './functions.ts'
import { prove } from './proof.ts'
import {
  noData,
  type OwnWords,
  ok,
  temporaryError,
  unknownFunction,
  wordsFor,
  wrongData,
} from './words.ts'

const retryAfterSeconds = 1

const notPosted = { proved: false, failure: 'no-data', reason: 'the call is no POST' } as const

/** How a call is going: whose secret signs, and which function's words count. */
type Progress = { signer: Signer; words: OwnWords }

/** Answers every call with a signed envelope: order of checks as in contract §3. */
export function createHandler(ctx: Context, log: DialectLog) {
  return async (call: Call): Promise<Response> => {
    const signer: Signer = { secret: '', newKey: ctx.newKey, nowMs: ctx.now() }
    const progress: Progress = { signer, words: {} }
    try {
      return await take(ctx, log, call, progress)
    } catch (error) {
      return answerError(error, call, progress, log)
    }
  }
}

async function take(
  ctx: Context,
  log: DialectLog,
  call: Call,
  progress: Progress,
): Promise<Response> {
  const { account, credentials } = admit(ctx, call, progress)
  if (call.crowded) throw new Failure('busy', { reason: 'too many calls at once' })
  const name = functionNameIn(call.path)?.name ?? ''
  if (!isFunction(name)) {
    call.note({ outcome: 'unknown-function' })
    return answer(unknownFunction, [], progress.signer, { status: 404 })
  }
  call.note({ function: (findFunction('1.0', name) ?? findFunction('2.0', name))?.name ?? name })
  const { body } = call
  if (body === 'too-large') {
    call.note({ outcome: 'invalid-input', reason: 'the body is too large' })
    return answer(wrongData, [], progress.signer)
  }
  const entrance = { login: account.login, credentials }
  const proof =
    call.method === 'POST' ? prove(body, call.header('content-type'), entrance) : notPosted
  if (!proof.proved) {
    const { failure, reason } = proof
    if ('tried' in proof) call.note({ tried: proof.tried })
    if (failure === 'proof-wrong') throw failedProof(ctx, call, new Failure(failure, { reason }))
    if (failure !== 'no-data') throw new Failure(failure, { reason })
    call.note({ outcome: 'no-data', reason: proof.reason })
    return answer(noData, [], progress.signer)
  }
  const { credential, api } = proof
  progress.signer = { ...progress.signer, secret: credential.secret }
  const found = findFunction(api, name)
  call.note({ credentialId: credential.id, function: found?.name ?? name })
  if (found === undefined) {
    call.note({ outcome: 'unknown-function' })
    return answer(unknownFunction, [], progress.signer, { status: 404 })
  }
  progress.words = found.words ?? {}
  // No database text can hold a NUL; told only now, since the proof over it is right.
  if (proof.nulInValues) throw new Failure('invalid-input', { reason: 'a NUL stands in a value' })
  const author = { via: 'influencersoft', credentialId: credential.id }
  const params = treeToObject(proof.tree)
  const execute = async (): Promise<Executed<Response>> => {
    const outcome = await found.run({ ctx, account, author, params, name: found.name, body })
    return render(outcome, found, call, progress, log)
  }
  const { text } = proof
  // Whoever has seen a call of API 2.0 has its key, and repeats no call but makes his own.
  if (text === undefined) return (await execute()).answer
  // The text that was hashed, not the body: one hash may be sent in many bodies.
  const digest = () => sha256(`influencersoft\n${credential.id}\n`, fromBinary(text))
  const remembered = await onlyOnce(ctx, account, { ...found, digest, log }, execute)
  if (!remembered.repeated) return remembered.answer
  call.note({ outcome: 'ok', reason: 'repeated: the first answer is given again' })
  return answerText(remembered.kept, progress.signer)
}

/** The checks before the proof. An unknown account takes the work of a known one. */
function admit(
  ctx: Context,
  call: Call,
  progress: Progress,
): { account: Account; credentials: readonly EnteringCredential[] } {
  const { account, body, login = '' } = call
  if (call.unavailable) throw new Failure('busy', { reason: 'the account cannot be looked up' })
  if (account === undefined) {
    const stranger = { login, credentials: [{ secret: login } as EnteringCredential] }
    if (body !== 'too-large') prove(body, call.header('content-type'), stranger)
    throw failedProof(ctx, call, new Failure('account-not-found'))
  }
  const newestFirst = [...call.credentials].sort((a, b) => b.id - a.id)
  progress.signer = { ...progress.signer, secret: newestFirst[0]?.secret ?? '' }
  if (account.disabled) throw new Failure('account-disabled')
  const credentials = newestFirst.filter((one) => one.admits(call.peerAddress))
  if (credentials.length === 0 && newestFirst.length > 0) {
    throw new Failure('address-refused', { peerAddress: call.peerAddress })
  }
  progress.signer = { ...progress.signer, secret: credentials[0]?.secret ?? '' }
  return { account, credentials }
}

/** Beyond the limit a wrong proof hears code 8 (contract §4). A missing one guesses at nothing. */
function failedProof(ctx: Context, call: Call, failure: Failure): Failure {
  const tooMany = ctx.failures.isTooMany({
    dialect: 'influencersoft',
    peerAddress: call.peerAddress,
    against: call.login ?? '',
    account: call.account?.login,
  })
  return tooMany ? new Failure('too-many-failures', failure.detail) : failure
}

async function render(
  outcome: Awaited<ReturnType<ApiFunction['run']>>,
  found: ApiFunction,
  call: Call,
  { signer }: Progress,
  log: DialectLog,
): Promise<Executed<Response>> {
  if ('pages' in outcome) {
    const answer = await answerList(outcome, signer, (error) => {
      log.error({ ...loggable(error), function: found.name }, 'a list broke off')
    })
    call.note({ outcome: 'ok' })
    return { answer }
  }
  const words = outcome.words ?? ok
  call.note({ outcome: words.code === 0 ? 'ok' : `code-${words.code}` })
  const text = envelope(words, outcome.result ?? [], signer.secret)
  // What was refused may be asked again once it can be had.
  return { answer: answerText(text, signer), ...(words.code === 0 ? { keep: text } : {}) }
}

/** A refusal in its own words; overload and outage as 503; a bug says nothing but "later". */
function answerError(
  error: unknown,
  call: Call,
  { signer, words }: Progress,
  log: DialectLog,
): Response {
  const failure = refusalOf(error)
  if (failure === undefined) {
    log.error(loggable(error), 'a call failed')
    call.note({ outcome: 'bug' })
    // HTTP 200: clients throw on anything else before they read the code (contract §1).
    return answer(temporaryError, [], signer)
  }
  call.note({ outcome: failure.code, ...reasonOf(failure) })
  const isOutage = failure.code === 'busy' || failure.code === 'outcome-unknown'
  return answer(
    wordsFor(failure, words),
    [],
    signer,
    isOutage ? { status: 503, retryAfterSeconds } : {},
  )
}

function reasonOf({ detail: { reason, field } }: Failure): { reason?: string } {
  const known = reason ?? field
  return known === undefined ? {} : { reason: known }
}
