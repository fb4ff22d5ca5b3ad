import type { PlaceOutcome } from '../../core/commands.ts'
import type { Outcome } from './answer.ts'
import { payLink } from './order-object.ts'
import { duplicateOrder, ok } from './words.ts'

/** What CreateOrder answers: the number and the pay link, of the first order for a repeat. */
export function orderPlaced(placed: PlaceOutcome, login: string): Outcome {
  return {
    words: placed.duplicate ? duplicateOrder : ok,
    result: { bill_id: placed.number, link: payLink(placed, login) },
  }
}
