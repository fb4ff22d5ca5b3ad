import type { OrderFilter } from '../../../core/list-orders.ts'
import { foldEmail, type Instant } from '../../../model/order.ts'
import { spanOf } from '../clock-text.ts'
import { fieldOrQuery, intOf, type OpencartRequest } from '../request.ts'
import { refusal } from '../route.ts'

type Bounds = { readonly from?: Instant; readonly to?: Instant }

/** What of an order list is wanted; undefined: nothing can fit. Throws a refusal in words. */
export function orderFilterIn(request: OpencartRequest, timezone: string): OrderFilter | undefined {
  const said = (name: string): string => (fieldOrQuery(request, name) ?? '').trim()
  // A payment provider's number: the book keeps none.
  if (said('filter_transaction_id') !== '') return undefined
  const added = boundsIn(said, 'filter_date_added', timezone)
  const modified = boundsIn(said, 'filter_date_modified', timezone)
  const customer = said('filter_customer_id')
  const email = said('filter_email')
  return {
    ...statusesIn(said('filter_order_status_id')),
    ...(added.from === undefined ? {} : { createdFrom: added.from }),
    ...(added.to === undefined ? {} : { createdTo: added.to }),
    ...(modified.from === undefined ? {} : { changedFrom: modified.from }),
    ...(modified.to === undefined ? {} : { changedTo: modified.to }),
    ...(customer === '' ? {} : { customerId: intOf(customer) }),
    ...(email === '' ? {} : { email: foldEmail(email) }),
  }
}

/** One number, or several with commas between. */
function statusesIn(text: string): Pick<OrderFilter, 'status'> {
  if (text === '') return {}
  if (!/^\d{1,9}( *, *\d{1,9}){0,99}$/.test(text)) {
    throw refusal('Warning: filter_order_status_id must be a number, or numbers with commas!')
  }
  return { status: { ids: text.split(',').map(Number) } }
}

/** A day means all of it, a time of day means from then on; `_from` and `_to` are inclusive. */
function boundsIn(said: (name: string) => string, name: string, timezone: string): Bounds {
  const read = (one: string) => {
    const text = said(one)
    if (text === '') return undefined
    const span = spanOf(text, timezone)
    if (span !== undefined) return span
    throw refusal(`Warning: ${one} must be a date such as 2026-11-22 or 2026-11-22 18:30:00!`)
  }
  const [at, first, last] = [read(name), read(`${name}_from`), read(`${name}_to`)]
  const froms = [at?.from, first?.from].filter((from) => from !== undefined)
  const tos = [at?.isDay ? at.to : undefined, last?.to].filter((to) => to !== undefined)
  return {
    ...(froms.length === 0 ? {} : { from: Math.max(...froms) }),
    ...(tos.length === 0 ? {} : { to: Math.min(...tos) }),
  }
}
