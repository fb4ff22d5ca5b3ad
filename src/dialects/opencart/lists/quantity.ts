import { findCheckoutProducts, pageOfCatalogue } from '../../../core/catalogue.ts'
import { setStock } from '../../../core/stock.ts'
import { foldArticle, type Product } from '../../../model/product.ts'
import { escapeHtml } from '../../../wire/html.ts'
import type { PhpArray } from '../../../wire/php-array.ts'
import { text } from '../../../wire/tree.ts'
import { fieldOrQuery, fields, intOf, type OpencartRequest } from '../request.ts'
import { type Body, refusal, type SessionCall } from '../route.ts'

/** What one entry says: the SKU is empty where a number names the product. */
type Wanted = {
  readonly id: number
  readonly sku: string
  /** How the caller named it. */
  readonly name: string
  readonly quantity: number
}

const modified = 'Success: You have modified products!'
const mostAtOnce = 1000

/**
 * `api/product/quantity`: sets the stock of one product, or of many (`product[n][...]`), all or
 * none: every product must be known first. A product is named by `product_id`, or by `sku`.
 */
export async function setQuantities(call: SessionCall): Promise<Body> {
  const { ctx, account, author } = call
  const wanted = wantedIn(call.request)
  const products = await productsFor(call, wanted)
  const levels = wanted.map((one) => ({
    article: articleFor(one, products),
    quantity: one.quantity,
  }))
  const outcomes = await setStock(ctx, account, author, levels)
  // Only somebody who changed the catalogue in between can have made an article unknown.
  const lost = levels.filter((_, at) => ['unknown', 'ambiguous'].includes(outcomes[at] ?? ''))
  if (lost.length > 0) throw unknown(lost.map(({ article }) => article))
  if (outcomes.includes('not-applied')) {
    call.call.note({ reason: 'stock is taken from another dialect' })
  }
  return { success: modified }
}

function wantedIn(request: OpencartRequest): readonly Wanted[] {
  const list = fields(request, 'product')
  if (list === undefined) return [readOne((name) => fieldOrQuery(request, name))]
  const entries = [...list.values()].filter((entry): entry is PhpArray => entry instanceof Map)
  if (entries.length === 0) throw refusal('Warning: Product required!')
  if (entries.length > mostAtOnce) throw refusal(`Warning: At most ${mostAtOnce} products at once!`)
  return entries.map((entry) => readOne((name) => text(entry, name)))
}

function readOne(get: (name: string) => string | undefined): Wanted {
  const [id, sku] = [(get('product_id') ?? '').trim(), (get('sku') ?? '').trim()]
  if (id === '' && sku === '') throw refusal('Warning: Product required!')
  const quantity = (get('quantity') ?? '').trim()
  if (!/^-?\d{1,10}$/.test(quantity) || String(intOf(quantity)) !== String(Number(quantity))) {
    throw refusal(`Warning: The quantity of ${escapeHtml(id || sku)} must be a whole number!`)
  }
  return { id: intOf(id), sku: id === '' ? sku : '', name: id || sku, quantity: Number(quantity) }
}

type Known = {
  readonly byId: ReadonlyMap<number, Product>
  /** Articles in their own letters, by the form that all spellings share. */
  readonly named: ReadonlyMap<string, readonly string[]>
}

/** Throws a refusal that names what is unknown. */
async function productsFor({ ctx, account }: SessionCall, wanted: readonly Wanted[]) {
  const articles = [...new Set(wanted.flatMap(({ sku }) => (sku === '' ? [] : foldArticle(sku))))]
  const filter = { enabledOnly: false, articles }
  const [byId, named] = await Promise.all([
    findCheckoutProducts(
      ctx,
      account,
      wanted.map(({ id }) => id),
    ),
    articles.length === 0
      ? []
      : pageOfCatalogue(ctx, account, filter, { offset: 0, most: mostAtOnce * 10 }),
  ])
  const known: Known = { byId, named: spellingsOf(named) }
  const missing = wanted.filter((one) => !isKnown(one, known))
  if (missing.length > 0) throw unknown(missing.map(({ name }) => name))
  return known
}

function spellingsOf(products: readonly Product[]): Known['named'] {
  const spellings = new Map<string, string[]>()
  for (const { article } of products) {
    const folded = foldArticle(article)
    spellings.set(folded, [...(spellings.get(folded) ?? []), article])
  }
  return spellings
}

/** As stock is set: by the exact article, else by the only one that has it in other letters. */
function isKnown({ id, sku }: Wanted, { byId, named }: Known): boolean {
  if (sku === '') return byId.has(id)
  const alike = named.get(foldArticle(sku)) ?? []
  return alike.length === 1 || alike.includes(sku)
}

function articleFor({ id, sku }: Wanted, { byId }: Known): string {
  return sku === '' ? (byId.get(id)?.article ?? '') : sku
}

const mostNamed = 20

function unknown(names: readonly string[]) {
  const shown = names.slice(0, mostNamed).map(escapeHtml).join(', ')
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : ''
  return refusal(`Warning: Product could not be found: ${shown}${more}!`)
}
