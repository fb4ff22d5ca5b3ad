// npm run bench:download -- --sizes 1000,100000: all orders in one ShopSite document, twice.
import { request } from 'node:http'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { addOrderManager, addShop, startGateway } from './contestants.ts'
import { memoryNowAndPeak } from './export-contestants.ts'
import { createFigures } from './figures.ts'
import { fillOrders, seedOrders, shop } from './seed.ts'
import { openBenchServer } from './server.ts'

const { values } = parseArgs({ options: { sizes: { type: 'string', default: '1000,100000' } } })
const port = 8194
const password = 'bench-password-not-one-anybody-uses'
const server = await openBenchServer()
const figures = createFigures()

/** Counts orders and bytes as they come, and throws where the document is cut or not ASCII. */
async function download(): Promise<{ orders: number; seconds: number; firstByteMs: number }> {
  const startedAt = performance.now()
  const authorization = `Basic ${Buffer.from(`bench:${password}`).toString('base64')}`
  const path = `/shopsite/${shop.login}/db_xml.cgi`
  const answer = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, headers: { authorization } }, resolve)
    sent.on('error', reject)
    sent.end()
  })
  let firstByteMs = 0
  let orders = 0
  let rest = ''
  for await (const chunk of answer) {
    firstByteMs ||= performance.now() - startedAt
    const text = rest + (chunk as Buffer).toString('latin1')
    if (/[^\n\x20-\x7e]/.test(text)) throw new Error('the document is not all ASCII')
    const pieces = text.split('<OrderNumber>')
    orders += pieces.length - 1
    rest = (pieces.at(-1) ?? '').slice(-20)
  }
  if (!rest.endsWith('</ShopSiteOrders>')) throw new Error(`the document ends with ${rest}`)
  return { orders, seconds: (performance.now() - startedAt) / 1000, firstByteMs }
}

async function measure(size: number): Promise<void> {
  await seedOrders(server.sql, size)
  await fillOrders(server.sql)
  await server.sql`delete from takings`
  const gateway = await startGateway(server, port)
  try {
    await sleep(1000)
    const idle = memoryNowAndPeak(gateway.pid).now
    for (const which of ['the first, which notes the takings', 'again']) {
      const { orders, seconds, firstByteMs } = await download()
      figures.note(`${size} orders, ${which} | orders`, orders)
      figures.note(`${size} orders, ${which} | orders/s`, orders / seconds)
      figures.note(`${size} orders, ${which} | first byte ms`, firstByteMs)
    }
    figures.note(`${size} orders | MB above idle`, memoryNowAndPeak(gateway.pid).peak - idle)
  } finally {
    await gateway.end()
  }
}

try {
  addShop(server)
  addOrderManager(server, password)
  for (const size of values.sizes.split(',').map(Number)) await measure(size)
} finally {
  await server.close()
}
figures.print([])
