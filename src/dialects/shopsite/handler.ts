import type { Context } from '../../core/context.ts'
import { loggable } from '../../core/loggable.ts'
import { refusalOf } from '../../core/outage.ts'
import { Failure } from '../../model/failure.ts'
import type { Call, DialectLog } from '../dialect.ts'
import { answerChallenge, answerJson } from './answer.ts'
import { authorize } from './authorize.ts'
import { download } from './download.ts'
import { enter } from './enter.ts'
import { generate } from './generate.ts'
import { readParameters } from './parameters.ts'
import { programIn } from './programs.ts'
import { misshapen, Refusal } from './refusal.ts'
import { methodWrong, nothingThere, unavailable, uploadsRefused, words } from './words.ts'

const later = { status: 503, headers: { 'retry-after': '5' } }

/** Answers every call: documents, JSON, or the challenge for a login (contract §3.5). */
export function createHandler(ctx: Context, log: DialectLog) {
  return async (call: Call): Promise<Response> => {
    try {
      return await take(ctx, log, call)
    } catch (error) {
      if (error instanceof Refusal) return answerRefusal(ctx, error, call)
      return answerFailure(error, call, log)
    }
  }
}

async function take(ctx: Context, log: DialectLog, call: Call): Promise<Response> {
  if (call.unavailable) throw new Failure('busy', { reason: 'the account cannot be looked up' })
  if (call.crowded) throw new Failure('busy', { reason: 'too many calls at once' })
  const program = programIn(call.path)
  call.note({ function: program ?? 'unknown' })
  if (program === undefined) {
    call.note({ outcome: 'not-offered' })
    return answerJson(nothingThere, { status: 404 })
  }
  if (call.method !== 'GET' && call.method !== 'POST') {
    call.note({ outcome: 'invalid-input', reason: call.method.slice(0, 20) })
    return answerJson(methodWrong, { status: 405, headers: { allow: 'GET, POST' } })
  }
  if (program === 'dbupload' || program === 'dbmake') {
    throw new Refusal(uploadsRefused, { code: 'not-offered', reason: 'an upload' })
  }
  if (call.body === 'too-large') throw misshapen('The body is too large.')
  // Only POST has a body.
  const body = call.method === 'POST' ? call.body : new Uint8Array()
  const parameters = readParameters(call.query, body)
  if (parameters.problem !== undefined) throw misshapen(parameters.problem)
  const visit = { ctx, log, call, parameters }
  if (program === 'authorize') return authorize(visit)
  const entered = await enter(visit)
  return program === 'generate' ? generate(entered) : download(entered)
}

function answerRefusal(ctx: Context, refusal: Refusal, call: Call): Response {
  const { said, code, reason, against, tried } = refusal
  call.note({ outcome: code, reason, ...(tried === undefined ? {} : { tried }) })
  const due =
    against === undefined
      ? undefined
      : ctx.failures.holdBack({
          dialect: 'shopsite',
          peerAddress: call.peerAddress,
          against: `${call.login ?? ''} ${against}`,
          account: call.account?.login,
        })
  return said === 'challenge' ? answerChallenge(due) : answerJson(said, { due })
}

/** An outage or a bug is 503, never a document: some clients read code 3 as "no new orders". */
function answerFailure(error: unknown, call: Call, log: DialectLog): Response {
  const failure = refusalOf(error)
  if (failure === undefined) {
    log.error(loggable(error), 'a call failed')
    call.note({ outcome: 'bug' })
    return answerJson(unavailable, later)
  }
  const { code, detail } = failure
  call.note({ outcome: code, ...(detail.reason === undefined ? {} : { reason: detail.reason }) })
  return answerJson(words[code], code === 'busy' || code === 'outcome-unknown' ? later : {})
}
