import { expect, test } from 'vitest'
import { useEmptyDatabase } from '../support/database-url.ts'
import { until } from '../support/poll.ts'
import { runCommand, startGatewayProcess } from '../support/process.ts'
import { aReceiver } from '../support/receiver.ts'
import { callSigned } from '../support/signed-call.ts'

const database = useEmptyDatabase()

test.each(['1', '2'])('a gateway of %s processes tells of what happens', async (workers) => {
  const { env, sql } = database()
  const login = `shop-${workers}`
  const made = await runCommand(['account', 'add', login, '--json'], env)
  const shop = { login, secret: JSON.parse(made.stdout).influencersoft.secret }
  const receiver = await aReceiver()
  await sql`insert into endpoints (account_id, id, url, format, created_at)
    select id, 1, ${receiver.url}, 'influencersoft', now() from accounts where login = ${login}`
  const gateway = await startGatewayProcess({
    ...env,
    WORKERS: workers,
    NOTICES_HTTP: 'on',
    NOTICES_UNSAFE_TARGETS: 'on',
  })
  const mug = { good_name: 'mug', good_type: 'digital', good_title: 'Mug', good_sum: '12.90' }
  await callSigned(gateway.url, shop, 'AddGood', mug)
  const order = { goods: [{ good_name: 'mug' }], bill_email: 'ada@example.com' }
  const answer = await callSigned(gateway.url, shop, 'CreateOrder', order)
  const number = Object(answer.result).bill_id
  await until('the notice of the order', () => receiver.calls.length === 1)
  expect(receiver.calls[0]?.headers['user-agent']).toMatch(/^Countersign\/\d+\.\d+\.\d+$/)
  // Another process, which has nobody to send it.
  await runCommand(['order', 'pay', login, String(number)], env)
  await until('the notice of the payment', () => receiver.calls.length === 2)
  expect(receiver.calls.map(({ id }) => id)).toEqual([
    `msg_${login}_1_${number}_1`,
    `msg_${login}_1_${number}_2`,
  ])
  expect(await gateway.end('SIGTERM')).toBe(0)
  expect(gateway.output()).not.toContain(shop.secret)
})
