import { setTimeout as sleep } from 'node:timers/promises'
import type { QueryParams } from '../../src/wire/php-query.ts'
import { callSigned, type Envelope, type Shop } from '../support/signed-call.ts'

/** An acknowledged order; `paid` once that was acknowledged too. */
export type ToldOrder = { readonly email: string; readonly number: number; readonly paid: boolean }

export type UpgradeLoad = {
  /** By buyer. */
  readonly told: ReadonlyMap<string, { readonly number: number; readonly paid: boolean }>
  /** Calls that came to nothing and were made again, by what was said. */
  readonly repeated: ReadonlyMap<string, number>
  stop(): Promise<void>
}

/** Callers that place orders at a gateway and pay them, and repeat what is not acknowledged. */
export function startUpgradeLoad(
  url: string,
  shop: Shop,
  callers: number,
  tag: string,
): UpgradeLoad {
  const told = new Map<string, { number: number; paid: boolean }>()
  const repeated = new Map<string, number>()
  let stopped = false
  const call = async (name: string, parameters: QueryParams): Promise<Envelope | undefined> => {
    while (!stopped) {
      const answer = await callSigned(url, shop, name, parameters).catch(String)
      // 601: the order is there already, and this is its number.
      if (typeof answer !== 'string' && [0, 601].includes(answer.error_code)) return answer
      const said = typeof answer === 'string' ? answer : `${answer.error_code} ${answer.error_text}`
      repeated.set(said, (repeated.get(said) ?? 0) + 1)
      await sleep(20)
    }
    return undefined
  }
  const caller = async (id: number): Promise<void> => {
    for (let step = 0; !stopped; step += 1) {
      const email = `${tag}-${id}-${step}@example.com`
      const placed = await call('CreateOrder', { goods: [{ good_name: 'mug' }], bill_email: email })
      if (placed === undefined) return
      const number = Number((placed.result as { bill_id: number }).bill_id)
      told.set(email, { number, paid: false })
      const paid = { bill_id: number, status: 'paid', date: 1362254400 }
      if ((await call('UpdateOrderStatus', paid)) === undefined) return
      told.set(email, { number, paid: true })
    }
  }
  const running = Promise.all(Array.from({ length: callers }, (_, id) => caller(id)))
  return {
    told,
    repeated,
    async stop() {
      stopped = true
      await running
    },
  }
}

export function ordersOf({ told }: UpgradeLoad): ToldOrder[] {
  return [...told].map(([email, { number, paid }]) => ({ email, number, paid }))
}
