// The same as `plain.ts` by somebody who wants it fast: Fastify, pg and named statements.
import { randomBytes } from 'node:crypto'
import { fastify } from 'fastify'
import pg from 'pg'
import { moneyText } from '../src/store/columns.ts'
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
import * as statements from './rival-sql.ts'

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL ?? '', max: 20 })
const app = fastify()
const formType = 'application/x-www-form-urlencoded'
app.addContentTypeParser(formType, { parseAs: 'string' }, (_request, body, done) =>
  done(null, body),
)

app.post('/influencersoft/:login/api/UpdateOrderStatus', async (request, reply) => {
  const form = provedForm(String(request.body))
  if (form === undefined) return reply.code(403).send('wrong hash')
  const { number, isPaid } = readStatus(form)
  const at = new Date()
  await transaction(async (client) => {
    const change = isPaid ? statements.pay : statements.send
    const { rows } = await client.query({ ...change, values: [number, at] })
    const values = [number, rows[0]?.event_seq, at, isPaid ? 'paid' : 'sent']
    await client.query({ ...statements.addEvent, values })
  })
  return statusChanged
})

app.post('/influencersoft/:login/api/CreateOrder', async (request, reply) => {
  const body = String(request.body)
  const form = provedForm(body)
  if (form === undefined) return reply.code(403).send('wrong hash')
  const call = readOrder(form, body)
  const codes = call.goods.map(({ code }) => code)
  const { rows } = await pool.query({ ...statements.findProducts, values: [codes] })
  const catalogue = rows.map((row) => ({ ...row, price: BigInt(row.price.replace('.', '')) }))
  const lines = pricedLines(call, catalogue)
  if (lines === undefined) return productMissing
  return transaction((client) => place(client, call, lines))
})

async function transaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}

/** The counter's lock makes numbers appear in order, and a repeat see the first call's order. */
async function place(
  client: pg.PoolClient,
  call: OrderCall,
  lines: readonly PricedLine[],
): Promise<object> {
  const { rows: drawn } = await client.query(statements.drawNumber)
  const number = Number(drawn[0]?.number)
  const known = await client.query({ ...statements.findEarlier, values: [call.digests] })
  if (known.rows.length > 0) return orderExists(known.rows[0].number)
  const payKey = randomBytes(16).toString('base64url')
  const at = new Date()
  const total = lines.reduce((sum, { price }) => sum + price, 0n)
  await client.query({
    ...statements.addOrder,
    values: [
      number,
      call.email.toLowerCase(),
      call.buyer,
      call.billing,
      moneyText(total),
      payKey,
      new Date(call.createdAt),
    ],
  })
  await client.query({ ...statements.addState, values: [number, at] })
  await client.query({ ...statements.addLines, values: [number, ...columnsOf(lines)] })
  await client.query({ ...statements.addEvent, values: [number, 1, at, 'placed'] })
  await client.query({ ...statements.addFingerprints, values: [number, call.digests, at] })
  return orderPlaced(number, payKey)
}

/** One array a column, for `unnest`: a statement for any count of lines. */
function columnsOf(lines: readonly PricedLine[]): unknown[][] {
  return [
    lines.map(({ position }) => position),
    lines.map(({ productId }) => productId),
    lines.map(({ code }) => code),
    lines.map(({ article }) => article),
    lines.map(({ title }) => title),
    lines.map(({ productType }) => productType),
    lines.map(({ price }) => moneyText(price)),
    lines.map(({ cataloguePrice }) => moneyText(cataloguePrice)),
  ]
}

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })
process.stdout.write(
  `Countersign's Fastify rival listens on http://127.0.0.1:${process.env.PORT}\n`,
)
