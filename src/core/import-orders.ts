import { createHash } from 'node:crypto'
import type { Account } from '../model/account.ts'
import { type ArrivingOrder, arrivalText } from '../model/arrival.ts'
import type { OrderContent } from '../model/order.ts'
import { isPayOnDelivery } from '../model/pay-on-delivery.ts'
import { checkField, importDialect, linkKey, readKnown } from '../store/arrivals.ts'
import { judgeArrival } from './apply-arrivals.ts'
import { type ProductMemory, rememberProducts } from './arriving-products.ts'
import type { Arrival, ArrivalOutcome, PlaceOrder } from './commands.ts'
import type { Context } from './context.ts'
import { patiently } from './patiently.ts'

/** One that can be used, and what its giver knows it by. */
export type OrderRow<Place> = { readonly place: Place; readonly order: ArrivingOrder }
export type RowOutcome<Place> = OrderRow<Place> & { readonly outcome: ArrivalOutcome }

/** Twice what rides in one transaction: one half is read while the other is written. */
const atOnce = 128

/**
 * Takes orders of another system in as they stand there, by number: again and again the same.
 * Gives what has become of each, in the order in which they come. `dryRun` writes nothing.
 * Throws `busy` and `outcome-unknown` where the database stays away; repeating does no harm.
 */
export async function* importOrders<Place>(
  ctx: Context,
  account: Account,
  rows: AsyncIterable<OrderRow<Place>>,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): AsyncGenerator<readonly RowOutcome<Place>[], void, void> {
  const take = dryRun ? judge(ctx, account) : placing(ctx, account)
  let before: Promise<readonly RowOutcome<Place>[]> | undefined
  for await (const chunk of chunks(rows)) {
    const outcomes = take(chunk.map(({ order }) => order))
    const taken = outcomes.then((all) =>
      chunk.map((row, at) => ({ ...row, outcome: all[at] as ArrivalOutcome })),
    )
    // Heard below, unless the one before it fails.
    taken.catch(() => undefined)
    if (before !== undefined) yield await before
    before = taken
  }
  if (before !== undefined) yield await before
}

async function* chunks<Row>(rows: AsyncIterable<Row>): AsyncGenerator<Row[]> {
  let chunk: Row[] = []
  for await (const row of rows) {
    chunk.push(row)
    if (chunk.length < atOnce) continue
    yield chunk
    chunk = []
  }
  if (chunk.length > 0) yield chunk
}

type Take = (orders: readonly ArrivingOrder[]) => Promise<readonly ArrivalOutcome[]>

function placing(ctx: Context, account: Account): Take {
  const products = rememberProducts(ctx, account)
  const startedAt = ctx.now()
  return async (orders) => {
    await products.learn(orders.flatMap(({ lines }) => lines))
    return Promise.all(
      orders.map((order) =>
        patiently(async (attempt) => {
          const outcome = await place(ctx, account, order, products)
          // The try before came through after all.
          const isOurs = attempt > 1 && outcome.kind === 'same' && outcome.since >= startedAt
          return isOurs ? { kind: 'added' as const } : outcome
        }),
      ),
    )
  }
}

/** What would become of them; of what has come, little of each digest is remembered. */
function judge({ database, now }: Context, { id }: Account): Take {
  const seen = new Map<number, number>()
  const links = new Map<number, number>()
  return async (orders) => {
    const wanted = orders.map(({ number, link }) => ({ accountId: id, number, link }))
    const known = await database.inTime(() => readKnown(database.sql, wanted))
    for (const { link } of orders) {
      const owner = link === null ? undefined : links.get(linkMark(link))
      if (link !== null && owner !== undefined) known.links.set(linkKey(id, link), owner)
    }
    return orders.map((order): ArrivalOutcome => {
      const check = checkOf(order)
      const earlier = seen.get(order.number)
      const mark = Number.parseInt(check.slice(0, 7), 16)
      if (earlier !== undefined) {
        return earlier === mark ? { kind: 'same', since: now() } : { kind: 'differs' }
      }
      const outcome = judgeArrival(known, id, { ...order, check }, now())
      if (outcome.kind === 'added') {
        seen.set(order.number, mark)
        if (order.link !== null) links.set(linkMark(order.link), order.number)
      }
      return outcome
    })
  }
}

/** Six bytes: no two links of one file are the same by chance. */
function linkMark(link: string): number {
  return createHash('sha256').update(link).digest().readUIntBE(0, 6)
}

async function place(
  ctx: Context,
  account: Account,
  order: ArrivingOrder,
  products: ProductMemory,
): Promise<ArrivalOutcome> {
  const arrival: Arrival = {
    number: order.number,
    state: order.state,
    link: order.link,
    check: checkOf(order),
  }
  const content = contentOf(ctx, account, order, { products, check: arrival.check })
  const command: PlaceOrder = {
    content,
    payOnDelivery: isPayOnDelivery(account.settings.payOnDelivery, content),
    followUps: [],
    callDigest: null,
    likenessDigest: null,
    duplicateWindowMs: 0,
    cancelAt: null,
    author: { via: 'operator', credentialId: null },
    arrival,
  }
  const { arrival: outcome } = await ctx.committer.place(account.id, command)
  if (outcome === undefined) throw new Error('an imported order came out as a placed one')
  return outcome
}

function contentOf(
  ctx: Context,
  { settings }: Account,
  order: ArrivingOrder,
  { products, check }: { readonly products: ProductMemory; readonly check: string },
): OrderContent {
  const { number: _number, state: _state, link, lines, fields, ...rest } = order
  return {
    ...rest,
    dialect: importDialect,
    customerId: null,
    currency: settings.currency,
    lines: lines.map((line, at) => products.lineOf(line, at + 1)),
    totals: [],
    payKey: link ?? ctx.newKey(16),
    // Beside what the person said, so that it is forgotten with it.
    fields: { ...fields, [checkField]: check },
  }
}

function checkOf(order: ArrivingOrder): string {
  return createHash('sha256').update(arrivalText(order)).digest('hex').slice(0, 32)
}
