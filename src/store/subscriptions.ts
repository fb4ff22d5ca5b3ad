import type { BatchSql } from './batch-lane.ts'
import type { OrderKey } from './order-locks.ts'

/** Somebody to be told, as far as the committer must know him. */
export type Subscription = {
  readonly accountId: number
  readonly login: string
  /** Null: endpoints of products; which ones, if any, an order's products say. */
  readonly endpointId: number | null
  readonly format: string
  /** Null: all that its format has words for. */
  readonly types: readonly string[] | null
}

/** An endpoint that works now: of an account in test mode only those for tests, else the others. */
export type ToldEndpoint = Subscription & { readonly endpointId: number }

/**
 * Who listens to these accounts in the mode that they are in; of the endpoints that products name,
 * which may be thousands, one row for all that are alike. Read in the batch itself: an endpoint
 * that was added before the order came is told of it, in whichever gateway.
 */
export async function readSubscriptions(
  sql: BatchSql,
  accountIds: Iterable<number>,
): Promise<ReadonlyMap<number, readonly Subscription[]>> {
  const wanted = JSON.stringify([...new Set(accountIds)].map((accountId) => ({ accountId })))
  const rows = await sql<Subscription[]>`
    select distinct e.account_id as "accountId", a.login,
      case when not e.of_products then e.id end as "endpointId", e.format, e.types
    from json_to_recordset(${wanted}::text::json) as k("accountId" int)
    join endpoints e on e.account_id = k."accountId"
    join accounts a on a.id = e.account_id
    where e.disabled_at is null and e.test = coalesce((a.settings->>'test')::boolean, false)
    order by "accountId", "endpointId"`
  const found = new Map<number, Subscription[]>()
  for (const row of rows) listed(found, row.accountId).push(row)
  return found
}

export type ProductKey = { readonly accountId: number; readonly productId: number }

/** The endpoints that products name and that work now and in this mode, by `productKey`. */
export async function readProductEndpoints(
  sql: BatchSql,
  keys: readonly ProductKey[],
): Promise<ReadonlyMap<string, readonly ToldEndpoint[]>> {
  if (keys.length === 0) return new Map()
  const rows = await sql<(ToldEndpoint & ProductKey)[]>`
    select p.account_id as "accountId", p.product_id as "productId", a.login,
      e.id as "endpointId", e.format, e.types
    from (select distinct * from json_to_recordset(${JSON.stringify(keys)}::text::json)
      as k("accountId" int, "productId" int)) k
    join product_endpoints p on p.account_id = k."accountId" and p.product_id = k."productId"
    join endpoints e on e.account_id = p.account_id and e.id = p.endpoint_id
    join accounts a on a.id = e.account_id
    where e.disabled_at is null and e.test = coalesce((a.settings->>'test')::boolean, false)
    order by e.account_id, e.id`
  const found = new Map<string, ToldEndpoint[]>()
  for (const { productId, ...endpoint } of rows) {
    listed(found, productKey({ ...endpoint, productId })).push(endpoint)
  }
  return found
}

function listed<Key, Value>(lists: Map<Key, Value[]>, key: Key): Value[] {
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}

export function productKey({ accountId, productId }: ProductKey): string {
  return `${accountId}/${productId}`
}

/** A message that is to be written with its event. */
export type DeliveryWrite = OrderKey & {
  readonly endpointId: number
  readonly seq: number
  readonly part: number
  readonly type: string
  readonly body: string
  readonly at: number
}
