import type { OrderCommand, OrderFacts } from '../../src/model/command.ts'
import { decide } from '../../src/model/decide.ts'
import { Failure } from '../../src/model/failure.ts'
import { newOrderState } from '../../src/model/order.ts'

/** Kinds of events of a fresh order that these commands came to one after another. */
export function historyAfter(commands: readonly OrderCommand[], now: number): string[] {
  let facts: OrderFacts = { ...newOrderState(0), payOnDelivery: false }
  const history = ['placed']
  for (const command of commands) {
    try {
      const decision = decide(facts, command, now)
      history.push(...decision.events.map(({ kind }) => kind))
      facts = {
        ...decision.state,
        payOnDelivery: false,
        releaseNumber: decision.releases ? 1 : decision.state.releaseNumber,
      }
    } catch (error) {
      if (!(error instanceof Failure)) throw error
    }
  }
  return history
}

/** Every order in which a few things can come. */
export function orderings<T>(things: readonly T[]): T[][] {
  if (things.length === 0) return [[]]
  return things.flatMap((first, at) =>
    orderings(things.filter((_, other) => other !== at)).map((rest) => [first, ...rest]),
  )
}
