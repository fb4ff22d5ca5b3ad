import { setPrices } from '../../../core/catalogue.ts'
import { done, formOf, jsonIn, moduleRoute, rowsOf } from './module-route.ts'
import { readPrices } from './read-batch.ts'
import { noteUnknown } from './unapplied.ts'

/** Sets prices by article; unknown articles are passed over (contract A.4). */
export const updatePrice = moduleRoute(async (visit) => {
  const prices = rowsOf(readPrices(jsonIn(visit, formOf(visit).data)))
  noteUnknown(visit, 'prices', await setPrices(visit.ctx, visit.account, prices))
  return done
})
