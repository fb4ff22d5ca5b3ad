import { ApiError, UnverifiableAnswerError } from './errors.ts'
import type { Params } from './query.ts'
import { send } from './send.ts'
import { signCall } from './sign.ts'
import { type Answer, type Trust, verifyAnswer } from './verify.ts'

export type ClientOptions = {
  /** Where the functions are, as `account add` prints it: `https://…/influencersoft/<login>/api/`. */
  readonly url: string
  readonly login: string
  readonly secret: string
  /** For one attempt, from connecting to the last byte. Default 30,000. */
  readonly timeoutMs?: number
  /** How often a call is repeated that met a busy gateway (HTTP 503, code 8). Default 0. */
  readonly retries?: number
  /** The longest wait before a repetition, whatever the gateway asks for. Default 30,000. */
  readonly retryWaitMs?: number
  /** Refuse answers without a right signature header, which covers `result` too. Default false. */
  readonly requireSignature?: boolean
  /** How far the header's time may be from ours. Default 300. */
  readonly toleranceSeconds?: number
  /** Unix milliseconds. Default the system's clock. */
  readonly now?: () => number
  /** Default the runtime's own. */
  readonly fetch?: typeof fetch
}

/** Signs, sends and proves one call. Throws the errors of `errors.ts`, for a code other than 0 too. */
export type Caller = (functionName: string, params?: Params) => Promise<Answer>

export function createCaller(options: ClientOptions): Caller {
  const base = readBase(options.url)
  const { login, secret, retries = 0, retryWaitMs = 30_000, timeoutMs = 30_000 } = options
  const trust: Trust = {
    secret,
    ...(options.requireSignature === undefined
      ? {}
      : { requireSignature: options.requireSignature }),
    ...(options.toleranceSeconds === undefined
      ? {}
      : { toleranceSeconds: options.toleranceSeconds }),
    ...(options.now === undefined ? {} : { now: options.now }),
  }
  return async (functionName, params) => {
    if (!/^[A-Za-z]\w{0,63}$/.test(functionName)) throw new TypeError('not the name of a function')
    const { body } = signCall(login, secret, params)
    const outgoing = {
      functionName,
      url: base + functionName,
      body,
      timeoutMs,
      fetch: options.fetch ?? fetch,
    }
    for (let repeats = 0; ; repeats++) {
      const answer = verifyAnswer(await send(outgoing), trust)
      if (answer.code === 0) return answer
      if (!answer.isBusy || repeats >= retries) throw new ApiError(functionName, answer)
      await wait(Math.min((answer.retryAfterSeconds ?? 1) * 1000, retryWaitMs))
    }
  }
}

/** The result of an answer, if it has the form that the function promises. */
export function resultOf<T>(
  functionName: string,
  answer: Answer,
  isPromised: (result: unknown) => boolean,
): T {
  if (!isPromised(answer.result)) {
    throw new UnverifiableAnswerError(functionName, 'result', answer.status)
  }
  return answer.result as T
}

function readBase(url: string): string {
  const { protocol, search, hash } = new URL(url)
  if ((protocol !== 'http:' && protocol !== 'https:') || search !== '' || hash !== '') {
    throw new TypeError('url must be an http or https address without a query')
  }
  return url.endsWith('/') ? url : `${url}/`
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
}
