import { setTitles } from '../../../core/catalogue.ts'
import { done, formOf, jsonIn, moduleRoute, rowsOf } from './module-route.ts'
import { readNames } from './read-batch.ts'
import { noteUnknown } from './unapplied.ts'

/** Renames the first product of each article; unknown articles are passed over (contract A.4). */
export const updateNames = moduleRoute(async (visit) => {
  const names = rowsOf(readNames(jsonIn(visit, formOf(visit).data)))
  const titles = names.map(({ article, name }) => ({ article, title: name }))
  noteUnknown(visit, 'names', await setTitles(visit.ctx, visit.account, titles))
  return done
})
