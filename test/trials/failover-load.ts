import { setTimeout as sleep } from 'node:timers/promises'
import type { QueryParams } from '../../src/wire/php-query.ts'
import { callSigned, type Envelope, type Shop } from '../support/signed-call.ts'

/** What callers were told, over all gateways that there were. */
export type Told = {
  /** By buyer: the order's number, and its parcel once that was acknowledged. */
  readonly orders: Map<string, { number: number; parcel: string | undefined }>
  /** Of callers that heard what none should have heard. */
  readonly failures: unknown[]
  acknowledged: number
  /** Answers "busy": nothing was done. */
  refused: number
  /** Calls of which nobody knew the outcome, by an answer or because the answer was cut off. */
  unknown: number
  lastAt: number
  /** The longest time without any acknowledged write since it was last set to 0. */
  longestGapMs: number
}

export function nothingTold(): Told {
  const counts = { acknowledged: 0, refused: 0, unknown: 0, longestGapMs: 0 }
  return { orders: new Map(), failures: [], ...counts, lastAt: performance.now() }
}

function acknowledge(told: Told): void {
  const now = performance.now()
  told.longestGapMs = Math.max(told.longestGapMs, now - told.lastAt)
  told.lastAt = now
  told.acknowledged += 1
}

export type Load = {
  /** Where the gateway is; undefined while there is none. */
  url: string | undefined
  /** Every caller ends its order, however often it must repeat. */
  stop(): Promise<void>
}

/** Callers that place an order and send it, again and again; each repeats until it is told. */
export function startLoad(
  shop: Shop,
  told: Told,
  options: { readonly url: string; readonly callers: number; readonly tag: string },
): Load {
  const { callers, tag } = options
  let stopped = false
  let running: Promise<void>[] = []
  const load: Load = {
    url: options.url,
    async stop() {
      stopped = true
      await Promise.all(running)
    },
  }
  told.lastAt = performance.now()
  const insist = async (name: string, parameters: QueryParams): Promise<Envelope> => {
    for (;;) {
      const answer = await once(name, parameters)
      if (answer !== undefined) return answer
      await sleep(50)
    }
  }
  const once = async (name: string, parameters: QueryParams): Promise<Envelope | undefined> => {
    if (load.url === undefined) return undefined
    try {
      const answer = await callSigned(load.url, shop, name, parameters)
      if (answer.error_code === 0 || answer.error_code === 601) return answer
      if (answer.error_code !== 8) throw new Refusal(`${name}: ${answer.error_text}`)
      if (answer.error_text.startsWith('Outcome unknown')) told.unknown += 1
      else told.refused += 1
    } catch (error) {
      if (error instanceof Refusal) throw error
      told.unknown += 1
    }
    return undefined
  }
  const caller = async (id: number): Promise<void> => {
    for (let step = 0; !stopped; step += 1) {
      const email = `${tag}-${id}-${step}@example.com`
      const goods = [{ good_name: 'mug' }]
      const placed = await insist('CreateOrder', { goods, bill_email: email })
      const number = Number((placed.result as { bill_id: number }).bill_id)
      acknowledge(told)
      told.orders.set(email, { number, parcel: undefined })
      const parcel = `RR${number}`
      const sent = { bill_id: number, status: 'sent', date: 1362254400, rpo: parcel }
      await insist('UpdateOrderStatus', sent)
      acknowledge(told)
      told.orders.set(email, { number, parcel })
    }
  }
  running = Array.from({ length: callers }, (_, id) => caller(id))
  for (const one of running) one.catch((error: unknown) => told.failures.push(error))
  return load
}

/** An answer that no caller should have had. */
class Refusal extends Error {}
