import { type Distrust, UnverifiableAnswerError } from './errors.ts'
import { memberToken } from './json-token.ts'
import { md5Hex } from './sign.ts'
import { checkSignatureHeader, isSame } from './signature-header.ts'

/** An answer that is proved to come from someone who knows the secret. */
export type Answer = {
  readonly code: number
  readonly text: string
  /** Proved only where `isSigned`: the protocol's own hash covers code and text alone. */
  readonly result: unknown
  /** HTTP status. */
  readonly status: number
  /** Whether the signature header was checked too. */
  readonly isSigned: boolean
  readonly isBusy: boolean
  readonly retryAfterSeconds: number | undefined
}

export type RawAnswer = {
  readonly functionName: string
  readonly status: number
  readonly body: Uint8Array
  /** The value of a header, or null. */
  readonly header: (name: string) => string | null
}

export type Trust = {
  readonly secret: string
  /** Refuse an answer without a right signature header. Default false. */
  readonly requireSignature?: boolean
  /** How far the header's time may be from ours. Default 300. */
  readonly toleranceSeconds?: number
  /** Unix milliseconds. Default the system's clock. */
  readonly now?: () => number
}

const BUSY = 8
/** 503 says busy, 404 goes with a function that is not there; both only with an error code. */
const STATUSES = [200, 404, 503]
const WHOLE = /^(?:0|[1-9]\d{0,8})$/
const HASH = /^[0-9a-f]{32}$/
const LONE_SURROGATE = /\p{Surrogate}/u

/**
 * Reads an answer and proves it: a whole JSON object, an integer code, texts that are texts, the
 * right hash, and where the caller asks for it the signature header over every byte. Throws
 * UnverifiableAnswerError; an error code is a valid answer here.
 */
export function verifyAnswer(raw: RawAnswer, trust: Trust): Answer {
  const distrust = (reason: Distrust): never => {
    throw new UnverifiableAnswerError(raw.functionName, reason, raw.status)
  }
  if (!STATUSES.includes(raw.status)) return distrust('status')
  const isSigned = trust.requireSignature === true
  if (isSigned) {
    const fault = checkSignatureHeader({
      body: raw.body,
      header: raw.header,
      secret: trust.secret,
      toleranceSeconds: trust.toleranceSeconds ?? 300,
      nowMs: (trust.now ?? Date.now)(),
    })
    if (fault !== undefined) return distrust(fault)
  }
  const json = readJson(raw.body)
  if (json === undefined) return distrust('json')
  const envelope = readEnvelope(json)
  if (envelope === undefined) return distrust('envelope')
  const { code, text, hash, result } = envelope
  if (!isSame(hash, md5Hex(`${code}::${text}::${trust.secret}`))) return distrust('hash')
  const isBusy = raw.status === 503 && code === BUSY
  if (raw.status !== 200 && code === 0) return distrust('status')
  const retryAfterSeconds = isBusy ? readSeconds(raw.header('retry-after')) : undefined
  return { code, text, result, status: raw.status, isSigned, isBusy, retryAfterSeconds }
}

type Json = { readonly source: string; readonly object: Readonly<Record<string, unknown>> }

function readJson(body: Uint8Array): Json | undefined {
  try {
    const source = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
    const value: unknown = JSON.parse(source)
    return isObject(value) ? { source, object: value } : undefined
  } catch {
    return undefined
  }
}

/** `result` may be left out; then it is null. */
function readEnvelope({ source, object }: Json) {
  const { error_code: code, error_text: text, hash } = object
  if (typeof code !== 'number' || !WHOLE.test(memberToken(source, 'error_code') ?? '')) {
    return undefined
  }
  if (typeof text !== 'string' || LONE_SURROGATE.test(text)) return undefined
  if (typeof hash !== 'string' || !HASH.test(hash)) return undefined
  return { code, text, hash, result: object.result ?? null }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function readSeconds(value: string | null): number | undefined {
  return value !== null && /^\d{1,6}$/.test(value) ? Number(value) : undefined
}
