import { and, eq } from 'drizzle-orm'
import type { Instant } from '../model/order.ts'
import type { ProductChange, ProductEndpoint } from '../model/product.ts'
import type { ProductTermsDocument } from '../model/product-terms.ts'
import type { Drizzle } from './database.ts'
import { isListed } from './listed.ts'
import {
  categoriesOf,
  existingCategories,
  type ProductCategories,
  putInCategories,
  type WantedCategories,
} from './product-categories.ts'
import {
  linkProducts,
  linksAfter,
  type Mode,
  makeEndpoints,
  type ProductLink,
  readLinks,
  sameLinks,
} from './product-endpoints.ts'
import { isSame, merged, type ProductRow } from './product-merge.ts'
import { writeProducts, writeStock } from './product-tables.ts'
import { counters, products, stock } from './schema.ts'

/** What became of each product of a batch, in its order. */
export type ProductOutcome = 'added' | 'changed' | 'same' | 'id-taken' | 'exists'

/** What is known while a batch is decided: by code, and which ids are gone. */
type Catalogue = {
  readonly byCode: Map<string, ProductRow>
  readonly takenIds: Set<number>
  readonly categories: ReadonlyMap<number, ProductCategories>
  readonly existingCategories: ReadonlySet<number>
  /** Whom each product names, as it stands after what is decided so far. */
  readonly links: Map<number, readonly ProductLink[]>
  nextId: number
}

/**
 * Adds or changes products by code, all in one transaction and a few statements; what a change
 * does not name stays. A deleted product comes back under its old id. `id-taken`: another code
 * stands under the id. With `onlyNew` a product that is there stays as it is: `exists` where it
 * would have changed. `refusals`: why nothing can be sent to a URL that a product names.
 */
export async function upsertProducts(
  db: Drizzle,
  accountId: number,
  changes: readonly ProductChange[],
  at: Instant,
  {
    onlyNew = false,
    refusals = new Map(),
    test = false,
  }: {
    readonly onlyNew?: boolean
    readonly refusals?: ReadonlyMap<string, string>
    /** True: what the products name are endpoints for tests. */
    readonly test?: boolean
  } = {},
): Promise<ProductOutcome[]> {
  if (changes.length === 0) return []
  return db.transaction(async (tx) => {
    const mode = { accountId, test }
    const catalogue = await readCatalogue(tx, mode, changes)
    const firstId = catalogue.nextId
    const written = new Map<string, ProductRow>()
    const stocked = new Map<number, number>()
    const sorted = new Map<number, WantedCategories>()
    const linked = new Set<number>()
    const outcomes = changes.map((change) => {
      const before = catalogue.byCode.get(change.code)
      const decided = decideChange(catalogue, before, change, onlyNew, sorted)
      if (typeof decided === 'string') return decided
      catalogue.byCode.set(change.code, decided)
      written.set(change.code, decided)
      if (decided.stock !== null && decided.stock !== before?.stock) {
        stocked.set(decided.id, decided.stock)
      }
      if (namesCategories(change)) sorted.set(decided.id, wantedOf(change))
      if (change.endpoints !== undefined) {
        catalogue.links.set(decided.id, linksOf(catalogue, decided.id, change.endpoints))
        linked.add(decided.id)
      }
      return before === undefined || before.deletedAt !== null ? 'added' : 'changed'
    })
    const links = new Map([...linked].map((id) => [id, catalogue.links.get(id) ?? []]))
    const endpointIds = await makeEndpoints(tx, mode, [...links.values()].flat(), refusals, at)
    await writeProducts(tx, accountId, [...written.values()], at)
    await writeStock(tx, accountId, stocked, at)
    await putInCategories(tx, accountId, sorted, catalogue.existingCategories)
    await linkProducts(tx, mode, links, endpointIds)
    if (catalogue.nextId !== firstId) {
      await tx
        .update(counters)
        .set({ next: catalogue.nextId })
        .where(and(eq(counters.accountId, accountId), eq(counters.name, 'product')))
    }
    return outcomes
  })
}

/** The product as it will stand, or why nothing is written. Draws ids. */
function decideChange(
  catalogue: Catalogue,
  before: ProductRow | undefined,
  change: ProductChange,
  onlyNew: boolean,
  sorted: ReadonlyMap<number, WantedCategories>,
): ProductRow | ProductOutcome {
  const isThere = before !== undefined && before.deletedAt === null
  if (before !== undefined && change.id !== undefined && change.id !== before.id) return 'id-taken'
  const same =
    isThere &&
    isSame(before, merged(before, change, before.id)) &&
    // Sorted anew earlier in this batch: what the database says of it no longer holds.
    !(namesCategories(change) && sorted.has(before.id)) &&
    sameCategories(catalogue, before.id, change)
  if (same && sameEndpoints(catalogue, before.id, change)) return 'same'
  // Whom the same product names may have been kept without anybody being told.
  if (isThere && onlyNew && !same) return 'exists'
  const id = before?.id ?? freeId(catalogue, change.id)
  return id === undefined ? 'id-taken' : merged(before, change, id)
}

function freeId(catalogue: Catalogue, wanted: number | undefined): number | undefined {
  const id = wanted ?? catalogue.nextId
  if (catalogue.takenIds.has(id)) return undefined
  catalogue.takenIds.add(id)
  catalogue.nextId = Math.max(catalogue.nextId, id + 1)
  return id
}

function namesCategories(change: ProductChange): boolean {
  return change.categories !== undefined || change.categoryIds !== undefined
}

function wantedOf(change: ProductChange): WantedCategories {
  return { names: change.categories, ids: change.categoryIds }
}

function sameCategories(catalogue: Catalogue, id: number, change: ProductChange): boolean {
  if (!namesCategories(change)) return true
  const before = catalogue.categories.get(id) ?? { names: [], ids: [] }
  const { categories: names, categoryIds } = change
  const ids = categoryIds?.filter((one) => catalogue.existingCategories.has(one))
  // A list of each kind means the union of both, which only the names or ids alone do not tell.
  if (names !== undefined && ids !== undefined) return false
  return (
    (names === undefined || listText(before.names) === listText(names)) &&
    (ids === undefined || listText(before.ids) === listText(ids))
  )
}

function sameEndpoints(catalogue: Catalogue, id: number, { endpoints }: ProductChange): boolean {
  if (endpoints === undefined) return true
  return sameLinks(catalogue.links.get(id) ?? [], linksOf(catalogue, id, endpoints))
}

function linksOf(
  { links }: Catalogue,
  id: number,
  wishes: readonly ProductEndpoint[],
): readonly ProductLink[] {
  return linksAfter(links.get(id) ?? [], wishes)
}

function listText(list: readonly (string | number)[]): string {
  return [...new Set(list)].map(String).sort().join('\n')
}

async function readCatalogue(
  tx: Drizzle,
  mode: Mode,
  changes: readonly ProductChange[],
): Promise<Catalogue> {
  const { accountId } = mode
  // Whoever writes the catalogue holds its counter, so that two imports wait for each other.
  const [counter] = await tx
    .select({ next: counters.next })
    .from(counters)
    .where(and(eq(counters.accountId, accountId), eq(counters.name, 'product')))
    .for('update')
  if (counter === undefined) throw new Error(`account ${accountId} has no product counter`)
  const codes = changes.map(({ code }) => code)
  const rows = await tx
    .select({ product: products, stock: stock.quantity })
    .from(products)
    .leftJoin(stock, and(eq(stock.accountId, products.accountId), eq(stock.productId, products.id)))
    .where(and(eq(products.accountId, accountId), isListed(products.code, codes)))
  const ids = changes.map(({ id }) => id).filter((id) => id !== undefined)
  const taken = await tx
    .select({ id: products.id })
    .from(products)
    .where(and(eq(products.accountId, accountId), isListed(products.id, ids)))
  const known = rows.map(({ product, stock: quantity }) => toRow(product, quantity))
  const knownIds = known.map(({ id }) => id)
  const wanted = changes.flatMap(({ categoryIds = [] }) => categoryIds)
  const naming = changes.some(({ endpoints }) => endpoints !== undefined)
  return {
    byCode: new Map(known.map((product) => [product.code, product])),
    takenIds: new Set(taken.map(({ id }) => id)),
    categories: await categoriesOf(tx, accountId, knownIds),
    links: await readLinks(tx, mode, naming ? knownIds : []),
    existingCategories: await existingCategories(tx, accountId, wanted),
    nextId: counter.next,
  }
}

function toRow(
  {
    accountId: _account,
    articleFolded: _folded,
    createdAt: _made,
    changedAt: _changed,
    ...row
  }: typeof products.$inferSelect,
  quantity: number | null,
): ProductRow {
  return { ...row, terms: row.terms as ProductTermsDocument | null, stock: quantity }
}
