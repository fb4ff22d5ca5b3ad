import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { changeOrder } from '../../../src/core/change-order.ts'
import { placeOrder } from '../../../src/core/place-order.ts'
import { historiesOf } from '../../../src/dialects/opencart/order-histories.ts'
import { orderInfo } from '../../../src/dialects/opencart/order-info.ts'
import { accountSettingsSchema } from '../../../src/model/account.ts'
import { shopSchema } from '../../../src/model/shop.ts'
import { useGateway } from '../../support/gateway.ts'
import { anOrderOf } from '../mintsoft/an-order.ts'
import { anOrderShop, aShopper, cartLine, london, type OrderShop, ready } from './order-shop.ts'

const gateway = useGateway()
const extras = ['products', 'totals', 'vouchers', 'histories']

/** The keys of a recorded order/info. */
function recordedKeys(version: string): string[] {
  const file = new URL(`../../fixtures/opencart/${version}/order.json`, import.meta.url)
  const exchanges = JSON.parse(readFileSync(file, 'utf8'))
  const recorded = exchanges.find(({ name }: { name: string }) => name === 'info: ok')
  return Object.keys(recorded.response.json.order)
}

async function anOrder(shop: OrderShop, change = {}, fields = {}): Promise<number> {
  const shopper = await aShopper(gateway(), shop, ready(change))
  return (await shopper.post('api/order/add', fields)).order_id
}

async function infoOf(shop: OrderShop, order_id: number) {
  const shopper = await aShopper(gateway(), shop)
  const { order, success } = await shopper.get('api/order/info', { order_id })
  expect(success).toBe('Success: You have modified orders!')
  return order
}

describe('order/info', () => {
  it.each([
    ['3.0.3.9', 65, false],
    ['2.3.0.2', 66, true],
  ])(
    'has the keys of %s in their order, %i, and texts in all but the custom fields',
    (version, count, withFax) => {
      const account = { id: 1, login: 'demo', disabled: false, settings: settings() }
      const terms = {
        shop: shopSchema.parse({}),
        account,
        storeUrl: 'http://shop.example/',
        withFax,
      }
      const info = orderInfo(anOrderOf(), terms)
      expect(Object.keys(info)).toEqual(recordedKeys(version))
      expect(Object.keys(info)).toHaveLength(count)
      for (const [name, value] of Object.entries(info)) {
        expect([name, typeof value]).toEqual([
          name,
          name.endsWith('custom_field') ? 'object' : 'string',
        ])
      }
    },
  )

  it('tells all that was said of the order, escaped, and its lines beside it', async () => {
    const shop = await anOrderShop(gateway(), { timezone: 'Asia/Tokyo' })
    gateway().clock.now = Date.parse('2026-11-22T18:30:05Z')
    const bought = { ...voucher, amount: '25' }
    const change = { cart: [cartLine(3, 2), cartLine(4, 1)], vouchers: [bought] }
    const number = await anOrder(shop, change, { comment: '<door>' })
    const info = await infoOf(shop, number)
    expect(info).toMatchObject({
      order_id: String(number),
      store_name: 'Your Store',
      store_url: `${gateway().url}/opencart/${shop.login}/`,
      customer_id: '0',
      firstname: 'Ada',
      email: 'ada@shop.example',
      payment_company: 'A &amp; B',
      payment_country: 'United Kingdom',
      payment_country_id: '222',
      payment_iso_code_2: 'GB',
      payment_iso_code_3: 'GBR',
      payment_zone: 'Lancashire',
      payment_zone_code: 'LANCS',
      payment_method: 'Bank Transfer',
      shipping_code: 'flat.flat',
      comment: '&lt;door&gt;',
      total: '57.8000',
      order_status_id: '1',
      order_status: 'Pending',
      currency_id: '2',
      currency_code: 'USD',
      currency_value: '1.00000000',
      user_agent: 'node',
      date_added: '2026-11-23 03:30:05',
      date_modified: '2026-11-23 03:30:05',
      payment_custom_field: [],
    })
    expect(info).not.toHaveProperty('fax')
    expect(info.products).toMatchObject([
      {
        order_product_id: '1',
        product_id: '3',
        name: 'Mug &quot;blue&quot; &amp; white',
        model: 'Mug one',
        sku: 'MUG-01',
        quantity: '2',
        price: '12.9000',
        total: '25.8000',
        tax: '0.0000',
        option: [],
      },
      { product_id: '4', model: 'pen', sku: '', quantity: '1' },
    ])
    expect(info.vouchers).toEqual([
      { order_voucher_id: '3', code: 'V-1', description: 'A gift', amount: '25.0000' },
    ])
    expect(
      info.totals.map(({ code, value, text }: Record<string, string>) => [code, value, text]),
    ).toEqual([
      ['sub_total', '52.8000', '$52.80'],
      ['shipping', '5.0000', '$5.00'],
      ['total', '57.8000', '$57.80'],
    ])
    expect(info.histories).toEqual([
      {
        date_added: '2026-11-23 03:30:05',
        order_status_id: '1',
        status: 'Pending',
        comment: '',
        notify: '0',
      },
    ])
  })

  it('keeps the currency that the order came in, and its rate', async () => {
    const shop = await anOrderShop(gateway())
    const info = await infoOf(shop, await anOrder(shop, { currency: 'EUR' }))
    expect(info).toMatchObject({
      total: '30.8000',
      currency_id: '3',
      currency_code: 'EUR',
      currency_value: '0.50000000',
    })
    expect(info.totals.at(-1)).toMatchObject({ value: '30.8000', text: '15.40€' })
  })

  it('leaves a country and a zone empty that no table knows, and keeps their numbers', async () => {
    const shop = await anOrderShop(gateway())
    const unknown = { ...london, countryId: '999', zoneId: '77' }
    const coded = { ...london, countryId: 'RUS', zoneId: 'KGD' }
    const change = { paymentAddress: unknown, shippingAddress: coded }
    expect(await infoOf(shop, await anOrder(shop, change))).toMatchObject({
      payment_country_id: '999',
      payment_country: '',
      payment_iso_code_2: '',
      payment_zone_id: '77',
      payment_zone: '',
      shipping_country_id: '0',
      shipping_country: 'RUS',
      shipping_iso_code_2: 'RU',
      shipping_iso_code_3: 'RUS',
      shipping_zone: 'KGD',
    })
  })

  it('leaves the shipping address empty where nothing ships', async () => {
    const shop = await anOrderShop(gateway())
    const info = await infoOf(shop, await anOrder(shop, { cart: [cartLine(1, 1)] }))
    const shipping = Object.entries(info).filter(([name]) => name.startsWith('shipping_'))
    expect(Object.fromEntries(shipping)).toMatchObject({
      shipping_firstname: '',
      shipping_city: '',
      shipping_country: '',
      shipping_country_id: '0',
      shipping_code: '',
    })
  })

  it('tells an order of another dialect, with what that one never sends left empty', async () => {
    const shop = await anOrderShop(gateway())
    const { ctx } = gateway()
    const { number } = await placeOrder(ctx, shop.account, {
      author: { via: 'influencersoft', credentialId: null },
      buyer: { email: 'bob@example.com', firstName: 'Bob', lastName: 'Example', phone: '1' },
      billing: { line1: '9 Mill Lane', line3: 'Back door', city: 'Alton', country: 'England' },
      lines: [{ code: 'mug', quantity: 3 }],
      shippingMethod: 'Courier',
      shippingCost: 70_000n,
      callBytes: null,
    })
    const author = { via: 'influencersoft', credentialId: null }
    gateway().clock.now += 60_000
    await changeOrder(ctx, shop.account, { number, author, command: { kind: 'pay' } })
    const info = await infoOf(shop, number)
    expect(info).toMatchObject({
      email: 'bob@example.com',
      telephone: '1',
      payment_firstname: 'Bob',
      payment_address_1: '9 Mill Lane',
      payment_address_2: 'Back door',
      payment_country_id: '222',
      payment_country: 'United Kingdom',
      payment_code: '',
      shipping_firstname: 'Bob',
      shipping_city: 'Alton',
      shipping_method: 'Courier',
      total: '45.7000',
      order_status_id: '2',
      order_status: 'Processing',
      affiliate_id: '0',
      user_agent: '',
    })
    expect(Object.keys(info)).toEqual([...recordedKeys('3.0.3.9'), ...extras])
    expect(info.totals.map(({ code, value }: Record<string, string>) => [code, value])).toEqual([
      ['sub_total', '38.7000'],
      ['shipping', '7.0000'],
      ['total', '45.7000'],
    ])
    expect(info.histories.map(({ status }: Record<string, string>) => status)).toEqual([
      'Pending',
      'Processing',
    ])
  })

  it('names a status that the table has lost by null', async () => {
    const shop = await anOrderShop(gateway())
    const number = await anOrder(shop)
    const command = {
      kind: 'set-status',
      status: 777,
      effect: { payment: 'none', fulfilment: 'none' },
      releases: false,
    } as const
    const author = { via: 'operator', credentialId: null }
    await changeOrder(gateway().ctx, shop.account, { number, author, command })
    expect(await infoOf(shop, number)).toMatchObject({
      order_status_id: '777',
      order_status: null,
    })
  })

  it('shows nothing of another account', async () => {
    const [shop, other] = [await anOrderShop(gateway()), await anOrderShop(gateway())]
    const number = await anOrder(shop)
    const shopper = await aShopper(gateway(), other)
    expect(await shopper.get('api/order/info', { order_id: number })).toEqual({
      error: 'Warning: Order could not be found!',
    })
  })
})

describe('the histories of an order', () => {
  const at = 1000
  const event = (seq: number, kind: string, data: object | null = null, more: object = {}) => ({
    seq,
    at,
    kind,
    via: 'opencart',
    credentialId: 1,
    data: data as Record<string, unknown> | null,
    ...more,
  })
  const status = (seq: number, id: number, more: object = {}) =>
    event(seq, 'status-set', { status: id }, more)

  it.each([
    ['the first status at once', [event(1, 'placed'), status(2, 2)], [2]],
    [
      'a release between',
      [event(1, 'placed'), event(2, 'released'), status(3, 2), event(4, 'released')],
      [2],
    ],
    [
      'a status with what it moves as one',
      [event(1, 'placed'), status(2, 1), event(3, 'sent'), status(4, 3)],
      [1, 3],
    ],
    [
      'two statuses of one moment as two',
      [event(1, 'placed'), status(2, 2), status(3, 15)],
      [2, 15],
    ],
    [
      'moves of another dialect by what they come to',
      [event(1, 'placed'), event(2, 'paid'), event(3, 'sent', null, { via: 'mintsoft' })],
      [2, 3],
    ],
    [
      'nothing that no caller can see',
      [event(1, 'placed'), event(2, 'handed-over', null, { via: 'mintsoft' }), event(3, 'edited')],
      [1],
    ],
  ])('show %s', (_name, events, wanted) => {
    expect(historiesOf(events, new Map()).map((one) => one.status)).toEqual(wanted)
  })

  it('hold a comment beside the status that it came with, or alone', () => {
    const events = [
      event(1, 'placed'),
      status(2, 2),
      event(3, 'released'),
      event(4, 'commented', {}, { at: 2000 }),
    ]
    const comments = new Map([
      [3, 'on its way'],
      [4, 'a word'],
    ])
    expect(historiesOf(events, comments)).toEqual([
      { at, status: 2, comment: 'on its way', notify: false },
      { at: 2000, status: 2, comment: 'a word', notify: false },
    ])
  })
})

const voucher = {
  code: 'V-1',
  codeIsNumber: false,
  description: 'A gift',
  fromName: 'Bob',
  fromEmail: 'bob@example.com',
  toName: 'Ada',
  toEmail: 'ada@example.com',
  themeId: '8',
  message: '',
}

function settings() {
  return accountSettingsSchema.parse({ duplicateWindowMs: 0, payOnDelivery: [] })
}
