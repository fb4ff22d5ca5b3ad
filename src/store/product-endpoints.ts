import { and, asc, count, eq, inArray } from 'drizzle-orm'
import type { Instant } from '../model/order.ts'
import type { ProductEndpoint } from '../model/product.ts'
import { drawNumber } from './accounts.ts'
import { inChunks } from './chunks.ts'
import type { Drizzle } from './database.ts'
import { isListed } from './listed.ts'
import { endpoints, productEndpoints } from './schema-notices.ts'

/** An endpoint as products know it: those that name the same share it. */
export type ProductLink = {
  readonly format: string
  readonly types: readonly string[]
  readonly url: string
}

/** How many products name each endpoint; absent where none does. */
export async function countProducts(
  db: Drizzle,
  accountId: number,
): Promise<ReadonlyMap<number, number>> {
  const rows = await db
    .select({ id: productEndpoints.endpointId, products: count() })
    .from(productEndpoints)
    .where(eq(productEndpoints.accountId, accountId))
    .groupBy(productEndpoints.endpointId)
  return new Map(rows.map(({ id, products }) => [id, products]))
}

/** A product names endpoints for tests and others apart from each other. */
export type Mode = { readonly accountId: number; readonly test: boolean }

/** What each product names; absent where it names nothing. */
export async function readLinks(
  tx: Drizzle,
  { accountId, test }: Mode,
  productIds: readonly number[],
): Promise<Map<number, readonly ProductLink[]>> {
  const found = new Map<number, ProductLink[]>()
  if (productIds.length === 0) return found
  const rows = await tx
    .select({
      productId: productEndpoints.productId,
      format: endpoints.format,
      types: endpoints.types,
      url: endpoints.url,
    })
    .from(productEndpoints)
    .innerJoin(
      endpoints,
      and(
        eq(endpoints.accountId, productEndpoints.accountId),
        eq(endpoints.id, productEndpoints.endpointId),
        eq(endpoints.test, test),
      ),
    )
    .where(
      and(
        eq(productEndpoints.accountId, accountId),
        isListed(productEndpoints.productId, productIds),
      ),
    )
  for (const { productId, types, ...link } of rows) {
    const known = found.get(productId) ?? []
    known.push({ ...link, types: types ?? [] })
    found.set(productId, known)
  }
  return found
}

/** What a product names after a change; of two wishes for one type the last counts. */
export function linksAfter(
  before: readonly ProductLink[],
  wishes: readonly ProductEndpoint[],
): readonly ProductLink[] {
  let links = before
  for (const { format, types, url } of wishes) {
    const others = links.filter(
      (link) => link.format !== format || !types.some((type) => link.types.includes(type)),
    )
    links = url === null ? others : [...others, { format, types, url }]
  }
  return links
}

export function sameLinks(one: readonly ProductLink[], other: readonly ProductLink[]): boolean {
  const text = (links: readonly ProductLink[]): string => links.map(linkKey).sort().join('\n')
  return text(one) === text(other)
}

/**
 * Makes the endpoints that are not there yet, and gives their ids by `linkKey`. A URL that is
 * refused becomes one that is disabled with the reason. Called while the product counter is
 * locked, so that two calls agree on one endpoint.
 */
export async function makeEndpoints(
  tx: Drizzle,
  mode: Mode,
  links: readonly ProductLink[],
  refusals: ReadonlyMap<string, string>,
  at: Instant,
): Promise<ReadonlyMap<string, number>> {
  if (links.length === 0) return new Map()
  const wanted = new Map(links.map((link) => [linkKey(link), link]))
  const { accountId, test } = mode
  const ids = await knownEndpoints(tx, mode, [...wanted.values()])
  const made: (typeof endpoints.$inferInsert)[] = []
  for (const [key, { url, format, types }] of wanted) {
    if (ids.has(key)) continue
    const id = await drawNumber(tx, accountId, 'endpoint')
    const why = refusals.get(url)
    made.push({
      accountId,
      id,
      url,
      format,
      types: [...types],
      ofProducts: true,
      ...(why === undefined ? {} : { disabledAt: at, disabledWhy: why }),
      createdAt: at,
      test,
    })
    ids.set(key, id)
  }
  await inChunks(made, (chunk) => tx.insert(endpoints).values([...chunk]))
  return ids
}

async function knownEndpoints(
  tx: Drizzle,
  { accountId, test }: Mode,
  links: readonly ProductLink[],
): Promise<Map<string, number>> {
  const urls = [...new Set(links.map(({ url }) => url))]
  const rows = await tx
    .select({
      id: endpoints.id,
      url: endpoints.url,
      format: endpoints.format,
      types: endpoints.types,
    })
    .from(endpoints)
    .where(
      and(
        eq(endpoints.accountId, accountId),
        eq(endpoints.ofProducts, true),
        eq(endpoints.test, test),
        isListed(endpoints.url, urls),
      ),
    )
    .orderBy(asc(endpoints.id))
  const ids = new Map<string, number>()
  for (const { id, types, ...link } of rows) {
    const key = linkKey({ ...link, types: types ?? [] })
    if (!ids.has(key)) ids.set(key, id)
  }
  return ids
}

/**
 * Ties products to what they name now, and to nothing else. An endpoint that no product names any
 * more stays, hears nothing new, and still gets what waits for it.
 */
export async function linkProducts(
  tx: Drizzle,
  { accountId, test }: Mode,
  wanted: ReadonlyMap<number, readonly ProductLink[]>,
  endpointIds: ReadonlyMap<string, number>,
): Promise<void> {
  if (wanted.size === 0) return
  const productIds = [...wanted.keys()]
  await tx.delete(productEndpoints).where(
    and(
      eq(productEndpoints.accountId, accountId),
      isListed(productEndpoints.productId, productIds),
      inArray(
        productEndpoints.endpointId,
        tx
          .select({ id: endpoints.id })
          .from(endpoints)
          .where(and(eq(endpoints.accountId, accountId), eq(endpoints.test, test))),
      ),
    ),
  )
  const rows = [...wanted].flatMap(([productId, links]) =>
    [...new Set(links.map(linkKey))].map((key) => ({
      accountId,
      productId,
      endpointId: endpointIds.get(key) as number,
    })),
  )
  await inChunks(rows, (chunk) => tx.insert(productEndpoints).values([...chunk]))
}

function linkKey({ format, types, url }: ProductLink): string {
  return JSON.stringify([format, [...types].sort(), url])
}
