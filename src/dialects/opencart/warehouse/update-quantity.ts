import { setStock } from '../../../core/stock.ts'
import { done, formOf, jsonIn, moduleRoute, rowsOf } from './module-route.ts'
import { readQuantities } from './read-batch.ts'
import { noteUnknown, stockElsewhere } from './unapplied.ts'

/** Sets absolute levels by article; unknown articles are passed over (contract A.4). */
export const updateQuantity = moduleRoute(async (visit) => {
  const { ctx, account, author, call } = visit
  const levels = rowsOf(readQuantities(jsonIn(visit, formOf(visit).data)))
  const outcomes = await setStock(ctx, account, author, levels)
  if (outcomes.includes('not-applied')) call.note({ reason: stockElsewhere })
  const missed = outcomes.filter((one) => one === 'unknown' || one === 'ambiguous')
  noteUnknown(visit, 'quantities', missed.length)
  return done
})
