import { listCategories } from '../../../core/catalogue.ts'
import type { Category } from '../../../model/category.ts'
import { escapeHtml } from '../../../wire/html.ts'
import { moduleRoute } from './module-route.ts'
import { byName } from './named.ts'

const separator = '&nbsp;&nbsp;&gt;&nbsp;&nbsp;'

/** The categories, each with its path from the top (contract A.4). */
export const cats = moduleRoute(async ({ ctx, account }) => {
  const categories = await listCategories(ctx, account)
  const byId = new Map(categories.map((one) => [one.id, one]))
  const paths = categories.map((one) => [one.id, pathOf(byId, one)] as const)
  return { error: '', cats: byName(paths) }
})

/** Categories that are each other's parents would have no end: each stands in a path once. */
function pathOf(byId: ReadonlyMap<number, Category>, category: Category): string {
  const path = new Set([category])
  let next = byId.get(category.parentId ?? 0)
  while (next !== undefined && !path.has(next)) {
    path.add(next)
    next = byId.get(next.parentId ?? 0)
  }
  return [...path]
    .reverse()
    .map(({ name }) => escapeHtml(name))
    .join(separator)
}
