// What most would write first: one transaction a request, with Hono and Drizzle.
import { serve } from '@hono/node-server'
import { and, eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/postgres-js'
import { Hono } from 'hono'
import postgres from 'postgres'
import { targetOf } from '../src/store/database.ts'
import { orderEvents, orderStates } from '../src/store/schema-orders.ts'
import { md5Hex } from '../src/wire/digest.ts'
import { shop } from './seed.ts'

const target = targetOf(process.env.DATABASE_URL ?? '', {
  prepare: true,
  connect_timeout: 5,
  connection: { application_name: 'countersign-plain' },
})
const db = drizzle(postgres(target.url ?? '', { ...target.options, max: 20 }))
const app = new Hono()

app.post('*', async (c) => {
  const body = await c.req.text()
  const [query = '', hash] = body.split('&hash=')
  if (md5Hex(`${query}::${shop.login}::${shop.secret}`) !== hash) return c.text('wrong hash', 403)
  const form = new URLSearchParams(query)
  const number = Number(form.get('bill_id'))
  const isPaid = form.get('status') === 'paid'
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
  const text = 'Order status changed'
  const signature = md5Hex(`0::${text}::${shop.secret}`)
  return c.json({ error_code: 0, error_text: text, result: [], hash: signature })
})

serve({ fetch: app.fetch, port: Number(process.env.PORT), hostname: '127.0.0.1' }, ({ port }) => {
  process.stdout.write(`Countersign's plain rival listens on http://127.0.0.1:${port}\n`)
})
