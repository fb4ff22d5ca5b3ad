/** What every error of this client is. Its message never holds the secret or an answer's body. */
export class CountersignError extends Error {
  /** The function that was called, as it was sent. */
  readonly functionName: string

  constructor(functionName: string, message: string, options?: ErrorOptions) {
    super(`${functionName}: ${message}`, options)
    this.name = 'CountersignError'
    this.functionName = functionName
  }
}

/**
 * No whole answer came. Whether the call was carried out is unknown; an order function may be
 * repeated unchanged.
 */
export class TransportError extends CountersignError {
  readonly reason: 'timeout' | 'connection'

  constructor(functionName: string, reason: 'timeout' | 'connection', options?: ErrorOptions) {
    super(
      functionName,
      reason === 'timeout' ? 'no answer in time' : 'the connection failed',
      options,
    )
    this.name = 'TransportError'
    this.reason = reason
  }
}

/** Why an answer was not believed. */
export type Distrust =
  | 'status'
  | 'json'
  | 'envelope'
  | 'hash'
  | 'signature-missing'
  | 'signature-stale'
  | 'signature-wrong'
  | 'result'

const DISTRUST: Readonly<Record<Distrust, string>> = {
  status: 'no such HTTP status goes with an answer',
  json: 'the body is not one JSON object in UTF-8',
  envelope: 'the code is not an integer, or text or hash is not a string of its form',
  hash: 'the hash is wrong: another key, another sender, or an account unknown there',
  'signature-missing': 'the signature header was asked for and is not there',
  'signature-stale': 'the time in the signature header is too far from ours',
  'signature-wrong': 'the signature header does not fit the body',
  result: 'the result has not the form that this function promises',
}

/** An answer came but nothing proves that it is the gateway's. Treat it as no answer at all. */
export class UnverifiableAnswerError extends CountersignError {
  readonly reason: Distrust
  /** HTTP status. */
  readonly status: number

  constructor(functionName: string, reason: Distrust, status: number) {
    super(functionName, `answer not believed (HTTP ${status}): ${DISTRUST[reason]}`)
    this.name = 'UnverifiableAnswerError'
    this.reason = reason
    this.status = status
  }
}

/** A verified answer whose code is not 0. */
export class ApiError extends CountersignError {
  /** As in the table of error codes: 4, 200, 604, … */
  readonly code: number
  readonly text: string
  readonly result: unknown
  /** The gateway could not take the call now (HTTP 503, code 8); the same call may be repeated. */
  readonly isBusy: boolean
  /** What the gateway asks to wait for, where it is busy. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    functionName: string,
    answer: {
      readonly code: number
      readonly text: string
      readonly result: unknown
      readonly isBusy: boolean
      readonly retryAfterSeconds: number | undefined
    },
  ) {
    super(functionName, `code ${answer.code}, ${answer.text}`)
    this.name = 'ApiError'
    this.code = answer.code
    this.text = answer.text
    this.result = answer.result
    this.isBusy = answer.isBusy
    this.retryAfterSeconds = answer.retryAfterSeconds
  }
}
