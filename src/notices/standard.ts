import { isoTime } from '../model/iso-time.ts'
import { type NoticeFormat, noticeTypes } from '../model/notice.ts'
import { orderDocument } from '../model/order-document.ts'

const prefix = 'whsec_'
const fewestBytes = 24
const mostBytes = 64

/** Standard Webhooks: JSON, signed in the headers alone. */
export const standardFormat: NoticeFormat = {
  contentType: 'application/json',
  types: noticeTypes,
  render({ type, login, order, event }) {
    const { seq, at, kind, via, data, text, attention } = event
    // It is drawn as the event is committed, when the message stands already.
    const { releaseNumber: _releaseNumber, ...shown } = orderDocument(order)
    return JSON.stringify({
      type,
      timestamp: isoTime(at),
      data: {
        account: login,
        order: shown,
        event: { number: seq, kind, at: isoTime(at), via, data, text, attention },
      },
    })
  },
  seal: (message) => message,
  keyOf(secret) {
    if (refuseStandardSecret(secret) !== undefined) throw new Error('not a standard secret')
    return Buffer.from(secret.slice(prefix.length), 'base64')
  },
  renderTest: (login, at) =>
    JSON.stringify({ type: 'test', timestamp: isoTime(at), data: { account: login } }),
}

/** A fresh secret: `whsec_` and the base64 of 32 random bytes. `newKey` gives base64url. */
export function newStandardSecret(newKey: (bytes: number) => string): string {
  return prefix + Buffer.from(newKey(32), 'base64url').toString('base64')
}

/** Undefined, or why a secret that a merchant brings along cannot be used. */
export function refuseStandardSecret(secret: string): string | undefined {
  if (!secret.startsWith(prefix)) return `the secret does not begin with ${prefix}`
  const text = secret.slice(prefix.length)
  const key = Buffer.from(text, 'base64')
  // Receivers decode strictly; here what is no base64 would only be passed over.
  if (key.toString('base64') !== text) return `what follows ${prefix} is not base64`
  if (key.length >= fewestBytes && key.length <= mostBytes) return undefined
  return `the secret stands for ${key.length} bytes, not for ${fewestBytes} to ${mostBytes}`
}
