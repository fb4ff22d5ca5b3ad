import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import { changeSettings, getAccount } from '../../src/core/accounts.ts'
import { changeOrder } from '../../src/core/change-order.ts'
import { addCredential } from '../../src/core/credentials.ts'
import { saveCustomers } from '../../src/core/customers.ts'
import { saveGoods } from '../../src/core/goods.ts'
import type { Account } from '../../src/model/account.ts'
import type { OrderCommand } from '../../src/model/command.ts'
import { anEndpoint } from '../core/endpoints-told.ts'
import { call, post, signedBody } from '../dialects/influencersoft/client.ts'
import { get as poll } from '../dialects/mintsoft/client.ts'
import { address, aReadyCheckout } from '../dialects/opencart/a-checkout.ts'
import { aClient, type Client } from '../dialects/opencart/client.ts'
import { aRecordedStore } from '../dialects/opencart/recorded-store.ts'
import { password, user } from '../dialects/shopsite/client.ts'
import { anOrder, type TestAccount } from '../support/fixtures.ts'
import type { Gateway } from '../support/gateway.ts'
import { type AnyRow, everyRow } from '../support/search-tables.ts'
import { type Console, consoleOn } from './console.ts'
export const email = 'Anneliese.Lindqvist@Mail.Example'
export const folded = email.toLowerCase()
const street = '77 Kestrel Crescent'
export const phone = '+46 70 555 0199'
export const engraving = 'Sessan forever'
export const cyrillic = 'Жозефина Линдквист'
export const words = [
  email,
  'Anneliese',
  'Lindqvist',
  street,
  phone,
  engraving,
  cyrillic,
  '203.0.113.77',
]
const operator = { via: 'operator', credentialId: null }

export type Shop = {
  readonly account: Account
  readonly login: string
  readonly influencersoft: TestAccount
  readonly mintsoft: TestAccount
  readonly console: Console
  readonly gateway: Gateway
}

export async function aShop(gateway: Gateway): Promise<Shop> {
  const { ctx } = gateway
  const login = `by-${randomBytes(6).toString('hex')}`
  const made = await aRecordedStore(ctx, login, { version: '3.0' })
  await changeSettings(ctx, made, {
    contacts: 'record',
    keepBodiesMs: 3_600_000,
    replayMemoryMs: 3_600_000,
  })
  const account = await getAccount(ctx, login)
  const key = (dialect: string, kind: string, publicPart: string, secret: string) =>
    addCredential(ctx, account, { dialect, kind, publicPart, secret, settings: {}, ipList: [] })
  const own = await key('influencersoft', 'key', '', randomBytes(20).toString('hex'))
  const guid = '6f1c1f3e-8a54-4c0e-9d67-2f5b7e0a9c01'
  const warehouse = await key('mintsoft', 'key', '', guid)
  await key('shopsite', 'basic', user, password)
  await saveGoods(ctx, account, [
    { code: 'mug', title: 'Stoneware mug', price: 129_000n, type: 'physical', sku: 'MUG-01' },
  ])
  ctx.directory.forget()
  return {
    account,
    login,
    influencersoft: { account, credential: own },
    mintsoft: { account, credential: warehouse },
    console: consoleOn(ctx),
    gateway,
  }
}

export const wish = {
  goods: [{ good_name: 'mug', good_sum: '12.90' }],
  bill_email: email,
  bill_first_name: 'Anneliese',
  bill_surname: 'Lindqvist',
  bill_phone: phone,
  bill_country: 'GB',
  bill_city: 'Alton',
  bill_postal_code: 'GU34 1AB',
  bill_address: street,
  bill_comment: `Ring ${cyrillic}`,
  bill_ip: '203.0.113.77',
  bill_tag: 'Lindqvist',
  utm: { source: 'Lindqvist' },
  anything: `for ${engraving}`,
}

export async function change(
  { gateway, account }: Shop,
  number: number,
  command: OrderCommand,
): Promise<void> {
  await changeOrder(gateway.ctx, account, { number, command, author: operator })
}

const parcel = { service: 'Post', tracking: 'A1', link: '' }
export const sendIt: OrderCommand = { kind: 'send', parcel, via: 'operator', replaces: false }

/** All that a buyer leaves behind, by real calls wherever there is one. Gives the order numbers. */
export async function aBuyer(
  shop: Shop,
): Promise<{ readonly placed: number; readonly bought: number }> {
  const { account, influencersoft, mintsoft, gateway } = shop
  const { ctx, database } = gateway
  const { sql } = database
  await anEndpoint(gateway, account)
  await saveCustomers(ctx, account, [
    {
      id: 7001,
      groupId: 1,
      email: ` ${email} `,
      firstName: 'Anneliese',
      lastName: 'Lindqvist',
      telephone: phone,
      enabled: true,
      points: 40,
    },
  ])
  const made = await call(gateway, influencersoft, 'CreateOrder', wish)
  const placed: number = made.result.bill_id
  await call(gateway, influencersoft, 'UpdateOrderStatus', {
    bill_id: placed,
    status: 'paid',
    date: 1_700_000_000,
  })
  await call(gateway, influencersoft, 'AddLeadToGroup', {
    lead_email: email,
    lead_name: 'Anneliese',
  })
  expect((await poll(gateway, mintsoft)).text).toContain('Kestrel')
  const bought = await aPurchase(shop)
  await refusedCalls(shop)
  await sql`
    insert into replays (account_id, digest, function, answer, made_at) values
    (${account.id}, '\\x0102', 'opencart api/order',
      ${JSON.stringify({ to: email, n: 'Anneliese' }).replace('@', '\\u0040')}, now())`
  await sql`
    insert into delivery_attempts (account_id, endpoint_id, number, seq, part, tried, at,
      latency_ms, status, answer)
    select account_id, endpoint_id, number, seq, part, 1, now(), 5, 200,
      convert_to(${`thanks, ${email}`}, 'UTF8')
    from deliveries where account_id = ${account.id} and number = ${placed}`
  await sql`
    update deliveries set state = 'delivered', done_at = now()
    where account_id = ${account.id} and number = ${placed} and seq = 1`
  return { placed, bought }
}

/** A checkout with a voucher, typed options and words about it, and one that goes no further. */
async function aPurchase({ account, login, gateway }: Shop): Promise<number> {
  const client = await aReadyCheckout(gateway, { account, login })
  const who = { firstname: 'Anneliese', lastname: 'Lindqvist' }
  const place = { ...address, ...who, address_1: street }
  await client.call('api/customer', { ...who, email, telephone: phone })
  await client.call('api/payment/address', place)
  await client.call('api/shipping/address', place)
  await client.call('api/voucher/add', presentTo('Lindqvist junior', 'junior@mail.example'))
  await chooseMethods(client)
  const { order_id, ...told } = await client.call('api/order/add', { comment: `To ${street}` })
  if (order_id === undefined) throw new Error(JSON.stringify(told))
  await client.call('api/order/history', {
    order_id,
    order_status_id: 1,
    comment: `${cyrillic} rang`,
  })
  await gateway.database.sql`
    update order_lines set options = ${JSON.stringify([
      { name: 'Engraving', value: engraving, optionId: 3, type: 'textarea' },
      { name: 'Size', value: 'Large', optionId: 4, valueId: 9, type: 'select' },
    ])}::text::jsonb
    where account_id = ${account.id} and number = ${order_id} and product_id is not null`
  const another = await aClient(gateway, login)
  await another.call('api/customer', { ...who, email, telephone: phone })
  return Number(order_id)
}

async function chooseMethods(client: Client): Promise<void> {
  await client.call('api/shipping/methods')
  await client.call('api/shipping/method', { shipping_method: 'flat.flat' })
  await client.call('api/payment/methods')
  await client.call('api/payment/method', { payment_method: 'cod' })
}

function presentTo(name: string, to: string, from = 'Anneliese') {
  return {
    from_name: from,
    from_email: from === 'Anneliese' ? email : 'carl@else.example',
    to_name: name,
    to_email: to,
    voucher_theme_id: 8,
    message: 'hi',
    amount: 25,
  }
}

async function refusedCalls({ login, gateway }: Shop): Promise<void> {
  const path = `/influencersoft/${login}/api/CreateOrder`
  const bodies = [
    `${signedBody(wish, login, 'wrong')}`,
    Buffer.from([...Buffer.from('bill_email='), 0xc6, 0xee, 0xe7, 0xe5, 0xf4, 0xe8, 0xed, 0xe0]),
    `data=${Buffer.from(JSON.stringify({ email })).toString('base64')}&hash=1`,
  ]
  for (const body of bodies) await post(gateway, path, body)
  await gateway.records.runOnce()
}

/** Somebody else in the same shop, who buys a voucher for her. */
export async function aStranger(
  shop: Shop,
): Promise<{ readonly placed: number; readonly gave: number }> {
  const { gateway } = shop
  const { ctx } = gateway
  const placed = await anOrder(ctx, shop.account, {
    buyer: { email: 'carl@else.example', firstName: 'Carl', lastName: 'Else' },
    lines: [{ code: 'mug', quantity: 3 }],
    comment: 'for Carl',
  })
  await changeOrder(ctx, shop.account, {
    number: placed,
    command: { kind: 'comment' },
    author: operator,
    text: 'Carl rang',
  })
  const client = await aReadyCheckout(gateway, shop)
  await client.call('api/voucher/add', presentTo('Anneliese', email, 'Carl'))
  await chooseMethods(client)
  const { order_id } = await client.call('api/order/add', {})
  return { placed, gave: Number(order_id) }
}

export const erase = (shop: Shop, ...more: string[]) =>
  shop.console.run(['buyer', 'erase', shop.login, ` ${email.toUpperCase()} `, ...more])

export async function rowsOf({ account, gateway }: Shop): Promise<AnyRow[]> {
  const rows = await everyRow(gateway.database.sql)
  return rows.filter(({ accountId }) => accountId === account.id)
}
