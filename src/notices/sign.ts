import { hmacSha256Base64 } from '../wire/digest.ts'

/**
 * The headers of Standard Webhooks over a body: one signature a key, in the order of the keys, so
 * that a receiver may hold either while a secret is being replaced. The time is that of the try.
 */
export function signatureHeaders({
  id,
  timestampSeconds,
  body,
  keys,
}: {
  readonly id: string
  readonly timestampSeconds: number
  readonly body: string
  readonly keys: readonly Uint8Array[]
}): Record<string, string> {
  const signed = `${id}.${timestampSeconds}.${body}`
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': keys.map((key) => `v1,${hmacSha256Base64(key, signed)}`).join(' '),
  }
}
