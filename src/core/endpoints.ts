import type { Account } from '../model/account.ts'
import { Failure } from '../model/failure.ts'
import type { Instant } from '../model/order.ts'
import { countDeliveries, type DeliveryCounts } from '../store/delivery-lists.ts'
import {
  disableEndpoint,
  type EndpointRecord,
  type EndpointSecrets,
  enableEndpoint,
  findEndpoint,
  insertEndpoint,
  listEndpoints,
  readEndpointSecrets,
  rotateEndpointSecret,
} from '../store/endpoints.ts'
import { countProducts } from '../store/product-endpoints.ts'
import { noteChange } from './account-notes.ts'
import { checkTarget, type Resolve, systemResolve, TargetRefused } from './check-target.ts'
import type { Context } from './context.ts'
import { hasten } from './work-deliveries.ts'

export type { EndpointRecord, EndpointSecrets } from '../store/endpoints.ts'

export type EndpointWish = {
  readonly url: string
  /** One that there is. */
  readonly format: string
  /** Of those that the format has words for; null: all of them. */
  readonly types: readonly string[] | null
  /** Null: the key that the format's dialect signs with anyway. */
  readonly secret: string | null
  /** True: is told while the account is in test mode, and only then. Absent: never then. */
  readonly test?: boolean
}

/**
 * From now on the URL is told of what happens. Throws `invalid-input` with the reason, and saves
 * nothing, where notices must not be sent there. The secret is the caller's to check.
 */
export async function addEndpoint(
  ctx: Context,
  account: Account,
  wish: EndpointWish,
  resolve: Resolve = systemResolve,
): Promise<EndpointRecord> {
  const url = await fitUrl(ctx, wish.url, resolve)
  const id = await insertEndpoint(ctx.database.db, account.id, ctx.vault, {
    ...wish,
    url: url.href,
    ofProducts: false,
    at: ctx.now(),
    test: wish.test ?? false,
  })
  // Of the URL the host alone: what follows it may be a key.
  const { format, types } = wish
  await noteChange(ctx, account, 'endpoint-added', { id, host: url.host, format, types })
  return getEndpoint(ctx, account, id)
}

/** Throws `invalid-input` where the account has no such endpoint. */
export async function getEndpoint(
  ctx: Context,
  account: Account,
  id: number,
): Promise<EndpointRecord> {
  const found = await findEndpoint(ctx.database.db, account.id, id)
  if (found !== undefined) return found
  throw new Failure('invalid-input', {
    reason: `"${account.login}" has no endpoint ${id}; see: countersign endpoint list ${account.login}`,
  })
}

export type EndpointOverview = EndpointRecord &
  Omit<DeliveryCounts, 'endpointId'> & {
    /** That name it; null where it is told of all orders. */
    readonly products: number | null
  }

/** Every endpoint, oldest first, with what waits for it and what it never took. */
export async function endpointsOf(ctx: Context, account: Account): Promise<EndpointOverview[]> {
  const records = await listEndpoints(ctx.database.db, account.id)
  if (records.length === 0) return []
  const counts = await countDeliveries(ctx.database.db, account.id)
  const byId = new Map(counts.map(({ endpointId, ...rest }) => [endpointId, rest]))
  const none = { waiting: 0, dead: 0, deliveredAt: null }
  const naming = await countProducts(ctx.database.db, account.id)
  return records.map((record) => ({
    ...record,
    ...(byId.get(record.id) ?? none),
    products: record.ofProducts ? (naming.get(record.id) ?? 0) : null,
  }))
}

/** The secrets that sign for it now. */
export async function secretsOf(
  ctx: Context,
  account: Account,
  id: number,
): Promise<EndpointSecrets> {
  const { db } = ctx.database
  const found = await readEndpointSecrets(db, account.id, ctx.vault, id, ctx.now())
  if (found === undefined) throw new Error(`endpoint ${id} of account ${account.id} is gone`)
  return found
}

/** Nothing more is queued for it; what waits, waits until it is enabled again. */
export async function disable(ctx: Context, account: Account, id: number): Promise<EndpointRecord> {
  await getEndpoint(ctx, account, id)
  const change = { at: ctx.now(), why: 'by the operator' }
  if (await disableEndpoint(ctx.database.db, account.id, id, change)) {
    await noteChange(ctx, account, 'endpoint-disabled', { id })
  }
  return getEndpoint(ctx, account, id)
}

/**
 * It is told again, and at once of all that waits, as if it had never failed. Throws
 * `invalid-input` with the reason, and changes nothing, where notices must not be sent there.
 */
export async function enable(
  ctx: Context,
  account: Account,
  id: number,
  resolve: Resolve = systemResolve,
): Promise<EndpointRecord> {
  const { url } = await getEndpoint(ctx, account, id)
  await fitUrl(ctx, url, resolve)
  if (await enableEndpoint(ctx.database.db, account.id, id)) {
    await noteChange(ctx, account, 'endpoint-enabled', { id })
  }
  await hasten(ctx, { accountId: account.id, endpointId: id })
  ctx.deliveries.tell(new Set([account.id]))
  return getEndpoint(ctx, account, id)
}

/**
 * From now on it signs with another secret (null: the key that the format's dialect signs with
 * anyway), and for `overlapMs` with the old one as well; `formerKey` is what signed so far for an
 * endpoint without a secret of its own. Throws `invalid-input` while an older secret overlaps,
 * since its receiver would be cut off, unless there is to be no overlap.
 */
export async function rotateSecret(
  ctx: Context,
  account: Account,
  id: number,
  change: {
    readonly secret: string | null
    readonly formerKey?: string
    readonly overlapMs: number
  },
): Promise<EndpointRecord> {
  const { previousUntil: before } = await getEndpoint(ctx, account, id)
  const { overlapMs, ...secrets } = change
  const at = ctx.now()
  const previousUntil: Instant | null = overlapMs === 0 ? null : at + overlapMs
  const rotation = { ...secrets, previousUntil, at }
  if (await rotateEndpointSecret(ctx.database.db, account.id, ctx.vault, id, rotation)) {
    await noteChange(ctx, account, 'endpoint-rotated', { id })
    return getEndpoint(ctx, account, id)
  }
  const until = before === null ? '' : ` until ${new Date(before).toISOString()}`
  throw new Failure('invalid-input', {
    reason: `the secret before this one still signs for endpoint ${id}${until}: wait, or end both with --overlap 0`,
  })
}

async function fitUrl(ctx: Context, text: string, resolve: Resolve): Promise<URL> {
  try {
    return (await checkTarget(text, ctx.targets, resolve)).url
  } catch (error) {
    if (!(error instanceof TargetRefused)) throw error
    throw new Failure('invalid-input', { reason: `this URL cannot be used: ${error.message}` })
  }
}
