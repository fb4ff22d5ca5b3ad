import { describe, expect, it } from 'vitest'
import { pageOfOrders } from '../../../src/core/list-orders.ts'
import { useGateway } from '../../support/gateway.ts'
import { anOrderShop, aShopper, cartLine, type OrderShop, ready } from './order-shop.ts'

const gateway = useGateway()

const refused = (why: string): string => `Warning: The request was refused: ${why}`
const tooLarge = refused('the checkout is larger than 256 kB')
const buyer = {
  firstname: 'Ada',
  lastname: 'Lovelace',
  email: 'ada@shop.example',
  telephone: '555',
}
const place = { firstname: 'Ada', lastname: 'L', address_1: '12 St James Sq', city: 'London' }
const methods = { shipping_method: 'flat.flat', payment_method: 'cod' }

async function shopAndShopper(...[checkout]: [Parameters<typeof ready>[0]?]) {
  const shop = await anOrderShop(gateway())
  return { shop, shopper: await aShopper(gateway(), shop, ready(checkout)) }
}

const ordersOf = async ({ account }: OrderShop): Promise<readonly number[]> => {
  const orders = await pageOfOrders(gateway().ctx, account, {}, { offset: 0, most: 100 })
  return orders.map(({ number }) => number)
}

const addressOf = ({ login }: OrderShop, route: string, token: string): string =>
  `${gateway().url}/opencart/${login}/index.php?route=${route}&api_token=${token}`

/** Posts bytes of any type; gives the answer's text. */
async function send(shop: OrderShop, token: string, route: string, sent: RequestInit) {
  const response = await fetch(addressOf(shop, route, token), { method: 'POST', ...sent })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

const json = (value: unknown): RequestInit => ({
  body: JSON.stringify(value),
  headers: { 'content-type': 'application/json' },
})
const form = (body: string): RequestInit => ({
  body,
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
})

describe('what a session takes', () => {
  it.each([
    [
      'api/payment/address',
      { ...place, country_id: 222, zone_id: 1, company: 'x'.repeat(300_000) },
    ],
    ['api/customer', { ...buyer, 'custom_field[3]': 'x'.repeat(300_000) }],
    ['api/sale/customer', { ...buyer, fax: 'x'.repeat(300_000) }],
  ])('ends at 256 kB: %s is refused, and leaves the checkout as it was', async (route, fields) => {
    const { shopper } = await shopAndShopper()
    const before = await shopper.checkout()
    expect(await shopper.post(route, fields)).toEqual({ error: { warning: tooLarge } })
    expect(await shopper.checkout()).toEqual(before)
  })

  it('counts characters, not what they come to in bytes', async () => {
    const { shopper } = await shopAndShopper()
    const name = '😀'.repeat(32)
    expect(await shopper.post('api/customer', { ...buyer, firstname: name })).toHaveProperty(
      'success',
    )
    const longer = await shopper.post('api/customer', { ...buyer, firstname: `${name}x` })
    expect(longer.error).toHaveProperty('firstname')
    const long = await shopper.post('api/customer', { ...buyer, lastname: 'ж'.repeat(1_000_000) })
    expect(long.error).toHaveProperty('lastname')
  })

  it('does not grow by many small calls either', async () => {
    const message = 'x'.repeat(60_000)
    const mine = { from_name: 'a', from_email: 'a@b.cc', to_name: 'b', to_email: 'b@c.dd' }
    const voucher = { ...mine, voucher_theme_id: 8, amount: 5, message }
    const { shopper } = await shopAndShopper()
    const said: unknown[] = []
    for (let times = 0; times < 6; times += 1) {
      said.push((await shopper.post('api/voucher/add', voucher)).error)
    }
    expect(said.filter((error) => error === undefined)).toHaveLength(4)
    expect(said.at(-1)).toEqual({ warning: tooLarge })
    expect((await shopper.checkout()).vouchers).toHaveLength(4)
  })

  it('has 100 options a line, and compares a thousand such lines in one call', async () => {
    const { shop, shopper } = await shopAndShopper({ cart: [] })
    const options = (count: number, value: string) =>
      Object.fromEntries(Array.from({ length: count }, (_, at) => [String(at + 1), value]))
    const many = { product: [{ product_id: 3, quantity: 1, option: options(101, 'x') }] }
    const answer = await send(shop, shopper.token, 'api/cart/add', json(many))
    expect(answer.text).toContain(refused('over 100 options in a line'))
    const lines = Array.from({ length: 1000 }, (_, at) => ({
      product_id: 3,
      quantity: 1,
      option: options(100, `${at}`),
    }))
    const whole = await send(shop, shopper.token, 'api/cart/add', json({ product: lines }))
    expect(whole.text).toContain(tooLarge)
    expect((await shopper.checkout()).cart).toEqual([])
  })
})

describe('a comment that is too long', () => {
  const comment = 'x'.repeat(65_536)
  const error = refused('the comment is too long')

  it('makes no order, edits none and is told of none', async () => {
    const { shop, shopper } = await shopAndShopper()
    expect(await shopper.post('api/order/add', { ...methods, comment })).toEqual({ error })
    expect(await ordersOf(shop)).toEqual([])
    const { order_id } = await shopper.post('api/order/add', methods)
    const again = await aShopper(gateway(), shop, ready({ cart: [cartLine(4, 1)] }))
    expect(await again.post('api/order/edit', { ...methods, order_id, comment })).toEqual({ error })
    const told = { order_id, order_status_id: 2, comment }
    expect(await again.post('api/order/history', told)).toEqual({ error })
    expect(await again.post('api/sale/order.addHistory', told)).toEqual({ error })
    const { order } = await again.post('api/order/info', { order_id })
    expect(order).toMatchObject({ order_status_id: '1', comment: '' })
    expect(order.products).toMatchObject([{ product_id: '3' }])
    expect(order.histories).toHaveLength(1)
  })
})

describe('amounts beyond what the book holds', () => {
  const error = 'Warning: The amount is too large!'

  it('are named in the cart of either version, and make no order', async () => {
    const { shop, shopper } = await shopAndShopper({ cart: [cartLine(1, 2 ** 31 - 1)] })
    const cart = await shopper.post('api/cart/products')
    expect(cart.error).toEqual({ warning: error })
    expect(cart.products).toMatchObject([{ total: '$3,221,225,470,500.00' }])
    expect((await shopper.post('api/sale/cart')).error).toEqual({ warning: error })
    expect(await shopper.post('api/order/add', methods)).toEqual({ error })
    expect(await shopper.post('api/sale/order.confirm')).toEqual({ error: { warning: error } })
    expect(await ordersOf(shop)).toEqual([])
  })

  it('come about by no count: quantities end at 2^31 - 1, and less than none is none', async () => {
    const { shopper } = await shopAndShopper({ cart: [] })
    for (const quantity of ['9'.repeat(40), '1e300', 5]) {
      await shopper.post('api/cart/add', { product_id: 1, quantity })
    }
    await shopper.post('api/cart/add', { product_id: 4, quantity: -3 })
    const { cart } = await shopper.checkout()
    expect(cart).toMatchObject([{ productId: 1, quantity: 2 ** 31 - 1 }])
    expect(cart).toHaveLength(1)
  })
})

describe('a bought voucher', () => {
  it('has a code of at most 64 characters, which an index can hold', async () => {
    const { shopper } = await shopAndShopper()
    const mine = { from_name: 'a', from_email: 'a@b.cc', to_name: 'b', to_email: 'b@c.dd' }
    const fields = { ...mine, voucher_theme_id: 8, message: 'hi', amount: 5 }
    const named = (code: string) =>
      Object.fromEntries(
        Object.entries({ ...fields, code }).map(([name, value]) => [`voucher[0][${name}]`, value]),
      )
    expect(await shopper.post('api/voucher/add', named('x'.repeat(65)))).toEqual({
      error: { warning: refused('a voucher code over 64 characters') },
    })
    expect((await shopper.checkout()).vouchers).toEqual([])
    await shopper.post('api/voucher/add', named('x'.repeat(64)))
    await shopper.post('api/shipping/methods')
    await shopper.post('api/payment/methods')
    expect(await shopper.post('api/order/add', methods)).toHaveProperty('order_id')
  })
})

describe('4.0 order.delete', () => {
  it('takes a thousand orders at once, and of more hides none', async () => {
    const { shop, shopper } = await shopAndShopper()
    const { order_id } = await shopper.post('api/order/add', methods)
    const selected = Array.from({ length: 1001 }, (_, at) => order_id + at)
    const { text } = await send(shop, shopper.token, 'api/sale/order.delete', json({ selected }))
    expect(JSON.parse(text)).toEqual({ error: 'Warning: At most 1000 orders at once!' })
    expect(await ordersOf(shop)).toEqual([order_id])
  })
})

describe('a call that is no form of good texts', () => {
  it.each([
    ['a NUL in a value', form('firstname=a%00b'), 'a NUL stands in a value'],
    ['a NUL in JSON', json({ firstname: 'a\0b' }), 'a NUL stands in a value'],
    ['brackets 70 deep', form(`custom_field${'[a]'.repeat(70)}=1`), 'nested over 64 deep'],
  ])('with %s is refused in words, and sets nothing', async (_name, sent, why) => {
    const { shop, shopper } = await shopAndShopper()
    const before = await shopper.checkout()
    const { status, text } = await send(shop, shopper.token, 'api/customer', sent)
    expect([status, JSON.parse(text)]).toEqual([200, { error: { warning: refused(why) } }])
    expect(await shopper.checkout()).toEqual(before)
  })

  it('in windows-1251 is read, and names such as __proto__ reach nothing', async () => {
    const { shop, shopper } = await shopAndShopper()
    const names = 'firstname=%C8%E2%E0%ED&lastname=%CF%E5%F2%F0%EE%E2'
    const odd = 'custom_field[__proto__][admin]=1&custom_field[constructor]=x&custom_field[3]=ok'
    const body = `${names}&email=ivan@shop.example&telephone=5551234&${odd}`
    await send(shop, shopper.token, 'api/customer', form(body))
    await shopper.post('api/cart/add', { product_id: 4, 'option[__proto__]': 1, 'option[x]': 2 })
    const { customer, cart } = await shopper.checkout()
    expect(customer).toMatchObject({ firstName: 'Иван', lastName: 'Петров' })
    expect(customer?.customFields).toMatchObject({ 3: 'ok', constructor: 'x' })
    expect(cart.at(-1)?.options).toEqual({})
    expect(({} as { admin?: string }).admin).toBeUndefined()
  })

  it('of half a surrogate pair is kept as the sign for what is unreadable', async () => {
    const { shop, shopper } = await shopAndShopper()
    const body = '{"firstname":"A\\ud800","lastname":"B","email":"a@b.cc","telephone":"12345"}'
    const headers = { 'content-type': 'application/json' }
    await send(shop, shopper.token, 'api/customer', { body, headers })
    expect((await shopper.checkout()).customer?.firstName).toBe('A\uFFFD')
  })
})

describe('methods of HTTP', () => {
  it('OPTIONS runs no call: a browser that asks first has not ordered', async () => {
    const { shop, shopper } = await shopAndShopper()
    for (const route of ['api/order/add', 'api/sale/order.confirm', 'api/cart/products']) {
      const { status, text } = await send(shop, shopper.token, route, { method: 'OPTIONS' })
      expect([status, text]).toEqual([200, '[]'])
    }
    expect(await ordersOf(shop)).toEqual([])
    expect(await shopper.post('api/order/add', methods)).toHaveProperty('order_id')
  })

  it('the body of a PUT counts for nothing, and HEAD has a head alone', async () => {
    const { shop, shopper } = await shopAndShopper()
    const before = await shopper.checkout()
    const put = await send(shop, shopper.token, 'api/cart/add', {
      ...form('product_id=4&quantity=1'),
      method: 'PUT',
    })
    expect(put.text).toBe('[]')
    expect(await shopper.checkout()).toEqual(before)
    const head = await send(shop, shopper.token, 'api/cart/products', { method: 'HEAD' })
    expect([head.status, head.text]).toEqual([200, ''])
  })
})

describe('the log', () => {
  it('holds no token of an address that was put together wrongly, no key and no buyer', async () => {
    const { shop, shopper } = await shopAndShopper()
    const { token } = shopper
    const base = `${gateway().url}/opencart/${shop.login}/index.php`
    for (const route of [`api/cart/products?api_token=${token}`, `api/cart/${token}`, token]) {
      const response = await fetch(`${base}?route=${encodeURIComponent(route)}`)
      expect(response.status).toBe(404)
      await response.text()
    }
    await (await fetch(`${base}?route=api/carts/list`)).text()
    await shopper.post('api/customer', { ...buyer, email: 'secret.buyer@shop.example' })
    await shopper.post('api/nope', {}).catch(() => undefined)
    const log = gateway().logText()
    expect(log).not.toContain(token)
    expect(log).not.toContain('secret.buyer')
    expect(log).toContain('"function":"unknown"')
    // A plain name that nobody offers is what an operator wants to see.
    expect(log).toContain('"function":"api/carts/list"')
  })
})

describe('a token', () => {
  it('is worth nothing at another account, whose own are not known by it', async () => {
    const { shopper } = await shopAndShopper()
    const other = await anOrderShop(gateway())
    const error = 'Warning: You do not have permission to access the API!'
    const { text } = await send(other, shopper.token, 'api/cart/products', {})
    expect(JSON.parse(text)).toEqual({ error: { warning: error } })
    const order = await send(other, shopper.token, 'api/order/add', {})
    expect(JSON.parse(order.text)).toEqual({ error })
    expect(await ordersOf(other)).toEqual([])
  })
})
