// What most would write first: one transaction a request, with Hono and Drizzle.
import { randomBytes } from 'node:crypto'
import { serve } from '@hono/node-server'
import { and, eq, gt, inArray, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/postgres-js'
import { Hono } from 'hono'
import postgres from 'postgres'
import { targetOf } from '../src/store/database.ts'
import { counters, products } from '../src/store/schema.ts'
import {
  orderEvents,
  orderFingerprints,
  orderLines,
  orderStates,
  orders,
} from '../src/store/schema-orders.ts'
import {
  type OrderCall,
  orderExists,
  orderPlaced,
  type PricedLine,
  pricedLines,
  productMissing,
  provedForm,
  readOrder,
  readStatus,
  statusChanged,
} from './rival-call.ts'

const target = targetOf(process.env.DATABASE_URL ?? '', {
  prepare: true,
  connect_timeout: 5,
  connection: { application_name: 'countersign-plain' },
})
const db = drizzle(postgres(target.url ?? '', { ...target.options, max: 20 }))
type Transaction = Parameters<Parameters<typeof db.transaction>[0]>[0]
const app = new Hono()

app.post('/influencersoft/:login/api/UpdateOrderStatus', async (c) => {
  const form = provedForm(await c.req.text())
  if (form === undefined) return c.text('wrong hash', 403)
  const { number, isPaid } = readStatus(form)
  await db.transaction(async (tx) => {
    const [order] = await tx
      .update(orderStates)
      .set({
        ...(isPaid ? { payment: 'paid' as const, paidAt: 0 } : { fulfilment: 'sent', sentAt: 0 }),
        eventSeq: sql`${orderStates.eventSeq} + 1`,
        changedAt: 0,
      })
      .where(and(eq(orderStates.accountId, 1), eq(orderStates.number, number)))
      .returning({ seq: orderStates.eventSeq })
    const event = { accountId: 1, number, seq: order?.seq ?? 0, at: 0, via: 'plain' }
    await tx.insert(orderEvents).values({ ...event, kind: isPaid ? 'paid' : 'sent' })
  })
  return c.json(statusChanged)
})

app.post('/influencersoft/:login/api/CreateOrder', async (c) => {
  const body = await c.req.text()
  const form = provedForm(body)
  if (form === undefined) return c.text('wrong hash', 403)
  const call = readOrder(form, body)
  const codes = call.goods.map(({ code }) => code)
  const catalogue = await db
    .select()
    .from(products)
    .where(and(eq(products.accountId, 1), inArray(products.code, codes)))
  const lines = pricedLines(call, catalogue)
  if (lines === undefined) return c.json(productMissing)
  return c.json(await db.transaction((tx) => place(tx, call, lines)))
})

/** The counter's lock makes numbers appear in order, and a repeat see the first call's order. */
async function place(
  tx: Transaction,
  call: OrderCall,
  lines: readonly PricedLine[],
): Promise<object> {
  const [drawn] = await tx
    .update(counters)
    .set({ next: sql`${counters.next} + 1` })
    .where(and(eq(counters.accountId, 1), eq(counters.name, 'order')))
    .returning({ next: counters.next })
  const number = (drawn?.next ?? 0) - 1
  const now = Date.now()
  const [earlier] = await tx
    .select({ number: orderFingerprints.number })
    .from(orderFingerprints)
    .where(
      and(
        eq(orderFingerprints.accountId, 1),
        inArray(orderFingerprints.digest, [...call.digests]),
        gt(orderFingerprints.madeAt, now - 600_000),
      ),
    )
    .limit(1)
  if (earlier !== undefined) return orderExists(earlier.number)
  const payKey = randomBytes(16).toString('base64url')
  await insertOrder(tx, { call, lines, number, payKey, now })
  return orderPlaced(number, payKey)
}

type NewOrder = {
  readonly call: OrderCall
  readonly lines: readonly PricedLine[]
  readonly number: number
  readonly payKey: string
  readonly now: number
}

async function insertOrder(tx: Transaction, { call, lines, number, payKey, now }: NewOrder) {
  const key = { accountId: 1, number }
  await tx.insert(orders).values({
    ...key,
    dialect: 'influencersoft',
    emailFolded: call.email.toLowerCase(),
    buyer: call.buyer,
    billing: call.billing,
    currency: 'USD',
    discount: 0n,
    shippingCost: 0n,
    tax: 0n,
    total: lines.reduce((sum, { price }) => sum + price, 0n),
    utm: {},
    payKey,
    fields: {},
    createdAt: call.createdAt,
  })
  await tx.insert(orderStates).values({
    ...key,
    payment: 'waiting',
    fulfilment: 'open',
    hidden: false,
    handedOver: false,
    payOnDelivery: false,
    changedAt: now,
    parcels: 0,
    eventSeq: 1,
  })
  await tx.insert(orderLines).values(
    lines.map(({ price, ...line }) => ({
      ...key,
      ...line,
      quantity: 1,
      unitPrice: price,
      unitTax: 0n,
      options: [],
    })),
  )
  await tx.insert(orderEvents).values({ ...key, seq: 1, at: now, kind: 'placed', via: 'plain' })
  await tx
    .insert(orderFingerprints)
    .values(call.digests.map((digest) => ({ ...key, digest, madeAt: now })))
}

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' }, ({ port }) => {
  process.stdout.write(`Countersign's plain rival listens on http://127.0.0.1:${port}\n`)
})
