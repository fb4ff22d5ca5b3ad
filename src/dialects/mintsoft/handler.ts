import type { Context } from '../../core/context.ts'
import type { EnteringCredential } from '../../core/directory.ts'
import { loggable } from '../../core/loggable.ts'
import { refusalOf } from '../../core/outage.ts'
import type { Account } from '../../model/account.ts'
import { Failure } from '../../model/failure.ts'
import type { Call, DialectLog } from '../dialect.ts'
import type { Action } from './action.ts'
import { answerJson, answerLater } from './answer.ts'
import { complete } from './complete.ts'
import { confirm } from './confirm.ts'
import { list } from './list.ts'
import { type Parameters, readParameters, textOf } from './parameters.ts'
import { prove } from './proof.ts'
import { settingsOf } from './settings.ts'
import { stockSync } from './stock-sync.ts'
import { isKeyRefusal, unavailable, wordsFor } from './words.ts'

const retryAfterSeconds = 5

/** A poller has one key and no reason to miss it often. */
const wrongKeysPerMinute = 30

const actions: ReadonlyMap<string, { readonly name: string; readonly run: Action }> = new Map([
  ['', { name: 'list', run: list }],
  ['confirm', { name: 'confirm', run: confirm }],
  ['complete', { name: 'complete', run: complete }],
  ['stocksync', { name: 'stocksync', run: stockSync }],
])

export const actionNames: readonly string[] = [...actions.values()].map(({ name }) => name)

/** Answers every call in JSON; the key is looked at before anything else (contract B.1). */
export function createHandler(ctx: Context, log: DialectLog) {
  return async (call: Call): Promise<Response> => {
    try {
      return await take(ctx, log, call)
    } catch (error) {
      return answerError(ctx, error, call, log)
    }
  }
}

async function take(ctx: Context, log: DialectLog, call: Call): Promise<Response> {
  if (call.unavailable) throw new Failure('busy', { reason: 'the account cannot be looked up' })
  if (call.crowded) throw new Failure('busy', { reason: 'too many calls at once' })
  const parameters = parametersOf(call)
  const { account, credential } = enter(call, parameters)
  call.note({ credentialId: credential.id })
  const { name, run } = chooseAction(call, parameters)
  call.note({ function: name })
  const { note } = call
  const settings = settingsOf(credential)
  return run({ ctx, log, account, credential, settings, parameters, note })
}

/** Only POST has a body, as in PHP. */
function parametersOf({ method, query, body, header }: Call): Parameters {
  const posted = method === 'POST' && body !== 'too-large' ? body : new Uint8Array()
  return readParameters(query, posted, header('content-type'))
}

/** What is compared with where there is no account; nobody gets in by it. */
const nobody = { id: 0, secret: '00000000-0000-0000-0000-000000000000' } as EnteringCredential

/** The proof first, whoever is called: a stranger's account takes the work of a known one. */
function enter(
  { account, credentials, peerAddress, note }: Call,
  parameters: Parameters,
): { account: Account; credential: EnteringCredential } {
  const proof = prove(parameters, account === undefined ? [nobody] : credentials)
  if (account === undefined) {
    throw new Failure('account-not-found', { reason: 'there is no such account' })
  }
  if (account.disabled) throw new Failure('account-disabled')
  if (!proof.proved) {
    note({ tried: credentials.map(({ id }) => `key of credential ${id}`) })
    throw new Failure(proof.failure, { reason: proof.reason })
  }
  const { credential } = proof
  if (!credential.admits(peerAddress)) throw new Failure('address-refused', { reason: peerAddress })
  return { account, credential }
}

function chooseAction({ method, body }: Call, parameters: Parameters) {
  if (body === 'too-large') throw refused('the body is too large')
  if (parameters.nul) throw refused('a NUL stands in a value')
  const [conflict] = parameters.conflicts
  if (conflict !== undefined) throw refused(`${conflict} came with two values, or as an array`)
  const action = actions.get(textOf(parameters, 'action').toLowerCase())
  if (action === undefined) throw new Failure('not-offered')
  if (method !== 'GET' && method !== 'POST' && !(method === 'HEAD' && action.run === list)) {
    throw refused('only GET and POST are taken')
  }
  return action
}

function refused(reason: string): Failure {
  return new Failure('invalid-input', { reason })
}

/** HTTP 200 with the protocol's text; an outage or a bug is 503, so that Mintsoft repeats. */
function answerError(ctx: Context, error: unknown, call: Call, log: DialectLog): Response {
  const failure = refusalOf(error)
  const later = { status: 503, headers: { 'retry-after': String(retryAfterSeconds) } }
  if (failure === undefined) {
    log.error(loggable(error), 'a call failed')
    call.note({ outcome: 'bug' })
    return answerJson(unavailable, later)
  }
  const { code, detail } = failure
  const said = wordsFor(failure)
  call.note({ outcome: code, ...(detail.reason === undefined ? {} : { reason: detail.reason }) })
  if (isKeyRefusal(code)) {
    const due = ctx.failures.holdBack({
      dialect: 'mintsoft',
      peerAddress: call.peerAddress,
      against: call.login ?? '',
      account: call.account?.login,
      perMinute: wrongKeysPerMinute,
    })
    return due === undefined ? answerJson(said) : answerLater(said, due)
  }
  return code === 'busy' || code === 'outcome-unknown' ? answerJson(said, later) : answerJson(said)
}
