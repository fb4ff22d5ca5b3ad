import { shopOf } from '../../../core/shop.ts'
import { escapeHtml } from '../../../wire/html.ts'
import { moduleRoute } from './module-route.ts'
import { byName } from './named.ts'

/** The order statuses by name, as they stand in the drop-down list (contract A.4). */
export const statuses = moduleRoute(async ({ ctx, account }) => {
  const shop = await shopOf(ctx, account)
  const named = shop.statuses.map(({ id, name }) => [id, escapeHtml(name)] as const)
  return { error: '', statuses: byName(named) }
})
