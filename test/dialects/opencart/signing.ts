import {
  bodyDigest,
  expectedSignature,
  signedText,
} from '../../../src/dialects/opencart/v41/signature.ts'
import { md5Hex } from '../../../src/wire/digest.ts'
import { parsePhpForm } from '../../../src/wire/php-form.ts'
import { httpBuildQuery } from '../../../src/wire/php-query.ts'
import type { Signing } from './recording.ts'
import { hostOf, type Target } from './send.ts'

const wrongKey = 'x'.repeat(84)

/** Time and signature as they stand in the query; the clock is in milliseconds. */
export function sign(
  signing: Signing,
  body: string | null,
  target: Target,
  { keys, now }: { readonly keys: ReadonlyMap<string, string>; readonly now: () => number },
): { readonly time: string; readonly signature: string } {
  const key = signing.key === 'wrong' ? wrongKey : keys.get(signing.user)
  if (key === undefined) throw new Error(`nobody knows the key of ${signing.user}`)
  const host = hostOf(target)
  const parts = {
    route: signing.route,
    call: signing.call,
    username: signing.user,
    host: signing.host.replace('{{hostname}}', host.replace(/:\d+$/, '')).replace('{{host}}', host),
    directory: signing.directory.replace('{{directory}}', target.basePath),
    storeId: Number(signing.store_id),
    language: signing.language,
    currency: signing.currency,
    bodyMd5: digestOf(body ?? '', signing.body),
  }
  const wanted = signing.signature_contains ?? ''
  let time = Math.floor(now() / 1000) + signing.time_offset
  let signature = expectedSignature(signedText({ ...parts, time }), key)
  while (!signature.includes(wanted)) {
    time -= 1
    signature = expectedSignature(signedText({ ...parts, time }), key)
  }
  return { time: String(time), signature: percentEncoded(signature, signing.percent_encode) }
}

export function percentEncoded(signature: string, how: Signing['percent_encode']): string {
  if (how === 'raw') return signature
  const once = encodeURIComponent(signature)
  return how === 'once' ? once : encodeURIComponent(once)
}

/** The MD5 that a client puts into its text: over escaped and trimmed values, or as they are. */
export function digestOf(body: string, how: Signing['body']): string {
  const form = parsePhpForm(Buffer.from(body))
  if (!form.ok) throw new Error(`the body is no form: ${form.reason}`)
  return how === 'raw' ? md5Hex(httpBuildQuery(form.tree)) : bodyDigest(form.tree)
}
