import { rememberServed } from '../../core/awaiting-shipment.ts'
import { sha256 } from '../../wire/digest.ts'
import type { Action } from './action.ts'
import { answerJson } from './answer.ts'
import { readFeed } from './feed.ts'
import type { MintsoftOrder } from './order-object.ts'

/**
 * Orders that nobody has confirmed, oldest release first, capped. Marks none of them as taken; only
 * what each looked like is remembered, to notice at confirm that it has changed (contract B.5).
 */
export const list: Action = async ({ ctx, account, credential, settings, note }) => {
  const shown: { readonly number: number; readonly order: MintsoftOrder }[] = []
  let held = 0
  for await (const entry of readFeed(ctx, account, settings)) {
    if (entry.problems.length > 0) held += 1
    else shown.push({ number: entry.number, order: entry.shown })
    if (shown.length >= settings.most) break
  }
  if (held > 0) note({ held })
  const served = shown.map(({ number, order }) => ({ number, digest: digestOf(order) }))
  if (served.length > 0) await rememberServed(ctx, account, credential.id, served)
  note({ outcome: 'ok' })
  return answerJson(shown.map(({ order }) => order))
}

/** By which an order is known to look as it did. */
export function digestOf(order: MintsoftOrder): Buffer {
  return sha256(JSON.stringify(order))
}
