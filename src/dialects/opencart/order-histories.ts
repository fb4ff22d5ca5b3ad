import type { Context } from '../../core/context.ts'
import { commentsOf, historyOf } from '../../core/find-order.ts'
import type { Account } from '../../model/account.ts'
import type { Instant } from '../../model/order.ts'
import { statusesAfter } from '../../model/order-statuses.ts'
import type { Shop } from '../../model/shop.ts'
import { escapeHtmlDeep } from '../../wire/html.ts'
import { clockText } from './clock-text.ts'
import { statusName } from './order-info.ts'
import type { Body } from './route.ts'

type Event = Awaited<ReturnType<typeof historyOf>>[number]
/** An event, with the status that the order showed afterwards. */
type Told = Event & { readonly status: number }

export type History = {
  readonly at: Instant
  readonly status: number
  readonly comment: string
  /** The buyer should be told. */
  readonly notify: boolean
}

/** What happened to an order as OpenCart tells it, oldest first. */
export async function orderHistories(
  ctx: Context,
  account: Account,
  shop: Shop,
  number: number,
): Promise<readonly Body[]> {
  const [events, comments] = await Promise.all([
    historyOf(ctx, account, number),
    commentsOf(ctx, account, number),
  ])
  return historiesOf(events, comments).map(({ at, status, comment, notify }) =>
    escapeHtmlDeep({
      date_added: clockText(at, account.settings.timezone),
      order_status_id: String(status),
      status: statusName(shop, status),
      comment,
      notify: notify ? '1' : '0',
    }),
  )
}

/**
 * One entry a command that brought a status, another status than before, a comment, or the wish
 * that the buyer be told.
 */
export function historiesOf(
  events: readonly Event[],
  comments: ReadonlyMap<number, string>,
): readonly History[] {
  const statuses = statusesAfter(events)
  const told = events.map((event, at) => ({ ...event, status: statuses[at] ?? 0 }))
  let shown: number | undefined
  return commandsOf(told).flatMap((group) => {
    const { at, status } = group.at(-1) as Told
    const comment = group.flatMap(({ seq }) => comments.get(seq) ?? []).join('\n')
    const isNews = status !== shown || group.some(({ kind }) => kind === 'status-set')
    const notify = group.some(({ data }) => data?.notify !== undefined)
    shown = status
    return isNews || comment !== '' || notify ? [{ at, status, comment, notify }] : []
  })
}

/** Moves of the axes that a status brings with it stand before it. */
const moves = ['revived', 'paid', 'reopened', 'cancelled', 'refunded', 'sent']

/** The events in groups, a command each; a release belongs to what brought it. */
function commandsOf(events: readonly Told[]): readonly (readonly Told[])[] {
  const groups: Told[][] = []
  for (const event of events) {
    const group = groups.at(-1)
    if (group !== undefined && continues(group, event)) group.push(event)
    else groups.push([event])
  }
  return groups
}

function continues(group: readonly Told[], event: Told): boolean {
  const [first] = group
  if (first === undefined || first.at !== event.at || first.via !== event.via) return false
  if (event.kind === 'released') return true
  const goesOn = ['placed', 'released', ...moves]
  return (
    [...moves, 'status-set'].includes(event.kind) &&
    group.every(({ kind }) => goesOn.includes(kind))
  )
}
