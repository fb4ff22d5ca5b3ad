import { Buffer } from 'node:buffer'
import { createHmac, timingSafeEqual } from 'node:crypto'

export type HeaderCheck = {
  readonly body: Uint8Array
  /** The value of a header, or null. */
  readonly header: (name: string) => string | null
  readonly secret: string
  readonly toleranceSeconds: number
  /** Unix milliseconds. */
  readonly nowMs: number
}

/**
 * Checks `webhook-id`, `webhook-timestamp` and `webhook-signature` of an answer (Standard
 * Webhooks, keyed with the UTF-8 bytes of the secret). Undefined: one of the signatures fits.
 */
export function checkSignatureHeader(
  check: HeaderCheck,
): 'signature-missing' | 'signature-stale' | 'signature-wrong' | undefined {
  const id = check.header('webhook-id') ?? ''
  const timestamp = check.header('webhook-timestamp') ?? ''
  const signatures = check.header('webhook-signature') ?? ''
  if (id === '' || timestamp === '' || signatures === '') return 'signature-missing'
  if (!/^\d{1,12}$/.test(timestamp)) return 'signature-wrong'

  const wanted = createHmac('sha256', Buffer.from(check.secret, 'utf8'))
    .update(`${id}.${timestamp}.`)
    .update(check.body)
    .digest('base64')
  const fits = signatures.split(' ').filter((one) => isSame(one, `v1,${wanted}`))
  if (fits.length === 0) return 'signature-wrong'
  const ageSeconds = Math.abs(check.nowMs / 1000 - Number(timestamp))
  return ageSeconds > check.toleranceSeconds ? 'signature-stale' : undefined
}

/** Constant-time for texts of one length, and the lengths are no secret here. */
export function isSame(a: string, b: string): boolean {
  const left = Buffer.from(a, 'utf8')
  const right = Buffer.from(b, 'utf8')
  return left.length === right.length && timingSafeEqual(left, right)
}
