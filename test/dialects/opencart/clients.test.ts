import { describe, expect, it } from 'vitest'
import { anOrder } from '../../support/fixtures.ts'
import { useGateway } from '../../support/gateway.ts'
import { address, aStore, guest } from './a-checkout.ts'
import { readKeys } from './recording.ts'

const gateway = useGateway({ settings: { BASE_DOMAINS: 'shops.test' } })
const key = (name = 'Default'): string => readKeys().get(name) ?? ''
const success = 'Success: You have modified orders!'
const emptyCart =
  'Warning: Products marked with *** are not available in the desired quantity or not in stock!'

type Fields = Readonly<Record<string, string | number>>
type Sent = {
  readonly method?: string
  readonly body?: URLSearchParams | FormData | string
  readonly headers?: Readonly<Record<string, string>>
}

const form = (fields: Fields): URLSearchParams =>
  new URLSearchParams(
    Object.entries(fields).map(([name, value]): [string, string] => [name, String(value)]),
  )

async function ask(address: string, sent: Sent = {}) {
  const response = await fetch(address, { method: 'POST', ...sent })
  const text = await response.text()
  expect(response.status, text).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/json')
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what its call gives back
  return { text, json: JSON.parse(text) as any }
}

const entry = (login: string): string => `${gateway().url}/opencart/${login}/index.php`

describe("OpenCart's own admin (2.3)", () => {
  it('logs in by the key alone, sends store_id everywhere and the whole cart at once', async () => {
    const { login } = await aStore(gateway(), '2.3')
    const entered = await ask(`${entry(login)}?route=api/login`, { body: form({ key: key() }) })
    const { token } = entered.json
    expect(token).toMatch(/^[A-Za-z0-9]{32}$/)
    const url = (route: string, more = '') =>
      `${entry(login)}?route=${route}&token=${token}&store_id=0${more}`
    const post = async (route: string, fields: Fields, more = '') =>
      (await ask(url(route, more), { body: form(fields) })).json
    const get = async (route: string) => (await ask(url(route), { method: 'GET' })).json

    expect(await post('api/customer', { ...guest, customer_id: '', fax: '' })).toEqual({
      success: 'You have successfully modified customers',
    })
    const whole = {
      'product[0][product_id]': 40,
      'product[0][quantity]': 2,
      'product[1][product_id]': 30,
      'product[1][quantity]': 1,
      'product[1][option][226]': 15,
    }
    await post('api/cart/add', whole)
    await post('api/cart/add', whole)
    const cart = await get('api/cart/products')
    expect(
      cart.products.map((line: Fields) => `${line.product_id} x ${line.quantity}`),
      'the list empties the cart first',
    ).toEqual(['40 x 2', '30 x 1'])
    await post('api/payment/address', address)
    await post('api/shipping/address', address)
    expect(Object.keys((await get('api/shipping/methods')).shipping_methods)).toEqual(['flat'])
    await post('api/shipping/method', { shipping_method: 'flat.flat' })
    expect(Object.keys((await get('api/payment/methods')).payment_methods)).toEqual(['cod'])
    await post('api/payment/method', { payment_method: 'cod' })

    const order = { shipping_method: 'flat.flat', payment_method: 'cod', order_status_id: 1 }
    const placed = await post('api/order/add', { ...order, comment: '', affiliate_id: 0 })
    expect(placed).toEqual({ success, order_id: expect.any(Number) })
    const named = `&order_id=${placed.order_id}`
    const told = { order_status_id: 2, notify: 1, override: 0, append: 1, comment: 'On its way' }
    expect(await post('api/order/history', told, named)).toEqual({ success })
    const info = (await ask(url('api/order/info', named), { method: 'GET' })).json
    expect(info.order).toMatchObject({ order_status_id: '2', store_id: '0', fax: '' })
    expect(info.order.histories.at(-1)).toMatchObject({ comment: 'On its way' })
    const gone = (await ask(url('api/order/delete', named), { method: 'GET' })).json
    expect(gone).toEqual({ success })
    expect((await ask(url('api/order/info', named), { method: 'GET' })).json).toEqual({
      error: 'Warning: Order could not be found!',
    })
  })
})

describe('the PHP library of iSenseLabs', () => {
  it('sees its version by the login answer, and its empty strings are nothing', async () => {
    const { login } = await aStore(gateway(), 'auto')
    const entered = await ask(`${entry(login)}?api_token=&route=api/login`, {
      body: form({ username: 'Default', password: '', key: key() }),
    })
    expect(Object.keys(entered.json)).toEqual(['success', 'api_token'])
    const token = entered.json.api_token
    const cookies = `PHPSESSID=abc; OCSESSID=1f2e3d4c5b6a79881f2e3d4c5b; language=en-gb; currency=USD`
    const post = async (route: string, fields: Fields = {}, more = '') =>
      (
        await ask(`${entry(login)}?api_token=${token}&route=${route}${more}`, {
          body: form(fields),
          headers: { cookie: cookies },
        })
      ).json
    await post('api/cart/add', { product_id: 40, quantity: 1, 'option[]': '' })
    await post('api/customer', { ...guest, customer_id: '', customer_group_id: '', fax: '' })
    await post('api/payment/address', { ...address, address_2: '' })
    await post('api/shipping/address', { ...address, address_2: '' })
    await post('api/shipping/methods')
    await post('api/shipping/method', { shipping_method: 'flat.flat' })
    await post('api/payment/methods')
    await post('api/payment/method', { payment_method: 'cod' })
    const blank = { shipping_method: '', comment: '', affiliate_id: '', order_status_id: '' }
    const placed = await post('api/order/add', blank)
    expect(placed).toEqual({ success, order_id: expect.any(Number) })
    const { order } = await post('api/order/info', {}, `&order_id=${placed.order_id}`)
    expect(order).toMatchObject({ order_status_id: '1', comment: '', affiliate_id: '0' })
    expect(await post('api/order/add', blank)).toEqual({ error: emptyCart })
  })
})

describe('zstore', () => {
  it.each([
    ['api/login', 'api/cart/products', 'token'],
    ['api/account/login', 'api/sale/cart', 'api_token'],
  ])('enters by %s and prefers the name token where both come', async (way, list, expected) => {
    const { login } = await aStore(gateway(), 'auto')
    const said = way === 'api/login' ? { key: key() } : { username: 'Default', key: key() }
    const { json } = await ask(`${entry(login)}?route=${way}`, { body: form(said) })
    const name = 'token' in json ? 'token' : 'api_token'
    expect(name).toBe(expected)
    const cart = await ask(`${entry(login)}?route=${list}&${name}=${json[name]}`, { body: '' })
    expect(cart.json.products).toEqual([])
  })

  it('hears of a token that has ended in words that make it log in again', async () => {
    const { login } = await aStore(gateway(), 'auto')
    const { json } = await ask(`${entry(login)}?route=api/zstore/statuses&token=gone`)
    expect(JSON.stringify(json)).toContain('No access')
  })
})

describe('the Java client with typed beans', () => {
  it('reads calls on orders without an order_id as not found, not as broken', async () => {
    const { login } = await aStore(gateway(), '3.0')
    const { json } = await ask(`${entry(login)}?route=api/login`, {
      body: form({ username: 'Default', key: key() }),
    })
    for (const route of ['info', 'edit', 'delete', 'history']) {
      const { text } = await ask(
        `${entry(login)}?route=api/order/${route}&api_token=${json.api_token}`,
        { body: form({ order_status_id: 2 }) },
      )
      expect(text, route).toBe('{"error":"Warning: Order could not be found!"}')
    }
    const { customer_id: _none, ...noId } = { ...guest, customer_id: '' }
    const set = await ask(`${entry(login)}?route=api/customer&api_token=${json.api_token}`, {
      body: form(noId),
    })
    expect(set.json).toEqual({ success: 'You have successfully modified customers' })
  })
})

describe('the C# suites', () => {
  it('may send username and key again in every body, beside the token', async () => {
    const { login } = await aStore(gateway(), '3.0')
    const who = { username: 'Default', key: key() }
    const { json } = await ask(`${entry(login)}?route=api/login`, { body: form(who) })
    const post = async (route: string, fields: Fields = {}) =>
      (
        await ask(`${entry(login)}?route=${route}&api_token=${json.api_token}`, {
          body: form({ ...who, ...fields }),
        })
      ).json
    await post('api/cart/add', { product_id: 40, quantity: 2 })
    const { products } = await post('api/cart/products')
    // The key of the login is not that of a line: cart/edit has a field of the same name.
    await post('api/cart/edit', { key: products[0].cart_id, quantity: 3 })
    expect((await post('api/cart/products')).products[0].quantity).toBe('3')
    await post('api/cart/edit', { quantity: 9 })
    expect((await post('api/cart/products')).products[0].quantity).toBe('3')
    expect(gateway().logText()).not.toContain(key())
  })
})

describe('the order script in Python', () => {
  it('knows a wrong key by the text [], and writes ISO codes for country and zone', async () => {
    const { login } = await aStore(gateway(), '3.0')
    const wrong = await ask(`${entry(login)}?route=api/login`, {
      body: form({ username: 'Default', key: 'x'.repeat(64) }),
    })
    expect(wrong.text).toBe('[]')
    const { text, json } = await ask(`${entry(login)}?route=api/login`, {
      body: form({ username: 'Default', key: key() }),
    })
    expect(text.split('</b>').at(-1)).toBe(text)
    const params = `api_token=${json.api_token}`
    const post = async (route: string, fields: Fields = {}, more = '') =>
      (await ask(`${entry(login)}?route=${route}&${params}${more}`, { body: form(fields) })).json
    const place = { ...address, country_id: 'RUS', zone_id: 'KGD' }
    await post('api/cart/add', { product_id: 40, quantity: 1 })
    await post('api/customer', guest)
    expect(await post('api/payment/address', place)).toEqual({
      success: 'Success: Payment address has been set!',
    })
    await post('api/shipping/address', place)
    await post('api/shipping/methods')
    await post('api/payment/methods')
    const methods = { shipping_method: 'flat.flat', payment_method: 'cod' }
    const placed = await post('api/order/add', methods)
    expect(placed.order_id).toEqual(expect.any(Number))
    await post('api/cart/add', { product_id: 40, quantity: 2 })
    await post('api/shipping/methods')
    await post('api/payment/methods')
    const named = `&order_id=${placed.order_id}`
    expect(await post('api/order/edit', methods, `${named}&product_id=40`)).toEqual({ success })
    const { order } = await post('api/order/info', {}, named)
    expect(order.products).toMatchObject([{ product_id: '40', quantity: '2' }])
    expect(order.shipping_country_id).toBe('0')
    expect(order.shipping_iso_code_2).toBe('RU')
  })
})

describe('the ONDC bridge in Node', () => {
  it('logs in by multipart, orders by GET, and picks the first method of an object', async () => {
    const { login } = await aStore(gateway(), '3.0')
    const base = `${gateway().url}/opencart/${login}/`
    const said = new FormData()
    said.set('username', 'Default')
    said.set('key', key())
    const { json } = await ask(`${base}?route=api/login`, { body: said })
    const jar = { cookie: 'OCSESSID=aaaaaaaaaaaaaaaaaaaaaaaaaa; language=en-gb' }
    const url = (route: string, query: Fields = {}) =>
      `${base}?route=${route}&api_token=${json.api_token}&${form(query)}`
    const get = async (route: string, query: Fields = {}) =>
      (await ask(url(route, query), { method: 'GET', headers: jar })).json
    const post = async (route: string, fields: Fields) => {
      const body = new FormData()
      for (const [name, value] of Object.entries(fields)) body.set(name, String(value))
      return (await ask(url(route), { body, headers: jar })).json
    }
    await post('api/cart/add', { product_id: 40, quantity: 1 })
    await post('api/customer', guest)
    await post('api/payment/address', address)
    await post('api/shipping/address', address)
    const { shipping_methods } = await get('api/shipping/methods')
    // biome-ignore lint/suspicious/noExplicitAny: as the client itself reads it
    const [first] = Object.values<any>(shipping_methods)
    const [quote] = Object.keys(first.quote)
    await post('api/shipping/method', { shipping_method: first.quote[quote ?? ''].code })
    const { payment_methods } = await get('api/payment/methods')
    const [payment = ''] = Object.keys(payment_methods)
    await post('api/payment/method', { payment_method: payment })
    const { text } = await ask(url('api/order/add'), { method: 'GET', headers: jar })
    const number = /"order_id":(\d+)/.exec(text)?.[1] ?? ''
    expect(number).not.toBe('')
    const history = await ask(url('api/order/history'), {
      body: JSON.stringify({ order_id: Number(number), order_status_id: 5, notify: false }),
      headers: { 'content-type': 'application/json', ...jar },
    })
    expect(history.json).toEqual({ success })
    const { order } = await get('api/order/info', { order_id: number })
    expect(order.order_status_id).toBe('5')
  })
})

describe('the 4.0 client in Python', () => {
  it('sends its token as the cookie alone, and a bar before the method', async () => {
    const { login } = await aStore(gateway(), 'auto')
    const { json } = await ask(`${entry(login)}?route=api/account/login`, {
      body: form({ username: 'Default', key: key() }),
    })
    const headers = { cookie: `OCSESSID=${json.api_token}` }
    const post = async (route: string, fields: Fields = {}) =>
      (await ask(`${entry(login)}?route=${route}`, { body: form(fields), headers })).json
    await post('api/sale/cart|add', { product_id: 40, quantity: 2 })
    await post('api/sale/customer', { ...guest, customer_group_id: 1 })
    await post('api/sale/payment_address', { ...address, payment_address_id: 0 })
    await post('api/sale/shipping_address', { ...address, shipping_address_id: 0 })
    await post('api/sale/shipping_method')
    await post('api/sale/shipping_method|save', { shipping_method: 'flat.flat' })
    await post('api/sale/payment_method')
    await post('api/sale/payment_method|save', { payment_method: 'cod.cod' })
    const placed = await post('api/sale/order|confirm', { order_status_id: 1 })
    expect(placed).toMatchObject({ success, order_id: expect.any(Number) })
    expect(await post('api/sale/order|load', { order_id: placed.order_id })).toEqual({ success })
    expect((await post('api/sale/cart')).products).toMatchObject([{ quantity: '2' }])
    const again = await post('api/sale/order|confirm')
    expect(again.order_id, 'the session edits the order that it has').toBe(placed.order_id)
    const stranger = await ask(`${entry(login)}?route=api/sale/cart`)
    expect(stranger.json).toEqual({
      error: 'Warning: You do not have permission to access the API!',
    })
  })
})

describe('a middleware that can only POST, as Alumio', () => {
  const lists = [
    'api/order',
    'api/order/products',
    'api/order/statuses',
    'api/product',
    'api/customer/list',
    'api/cart/products',
    'api/shipping/methods',
    'api/payment/methods',
  ]

  /** Entries of whatever list or object an answer has. */
  const entriesOf = (json: Readonly<Record<string, unknown>>): number => {
    const { data, products, shipping_methods, payment_methods } = json
    return Object.keys((data ?? products ?? shipping_methods ?? payment_methods) as object).length
  }

  it('comes to an end of every list, with all names in the body', async () => {
    const { login, account } = await aStore(gateway(), '3.0')
    const number = await anOrder(gateway().ctx, account, {
      lines: [{ code: 'product 11', quantity: 1 }],
    })
    const base = `${gateway().url}/opencart/${login}//index.php`
    const { json } = await ask(`${base}?route=api/login`, {
      body: form({ username: 'default', key: key() }),
    })
    const post = async (route: string, fields: Fields) =>
      (await ask(`${base}?route=${route}`, { body: form({ ...fields, token: json.api_token }) }))
        .json
    await post('api/cart/add', { product_id: 40 })
    await post('api/payment/address', address)
    await post('api/shipping/address', address)
    for (const route of lists) {
      const sizes: number[] = []
      for (let page = 1; page <= 10 && sizes.at(-1) !== 0; page += 1) {
        sizes.push(entriesOf(await post(route, { order_id: number, page, limit: 3 })))
      }
      expect(sizes[0], route).toBeGreaterThan(0)
      expect(sizes.at(-1), route).toBe(0)
    }
    const { order } = await post('api/order/info', { order_id: number })
    expect(order.order_id).toBe(String(number))
    expect(await post('api/coupon', { coupon: '2222' })).toEqual({
      success: 'Success: Your coupon discount has been applied!',
    })
    const told = { order_id: number, order_status_id: 2, comment: 'seen' }
    expect(await post('api/order/history', told)).toEqual({ success })
  })

  it('may have a Bearer token, and a host of its own with doubled slashes', async () => {
    const { login } = await aStore(gateway(), '3.0')
    const { hostname, port } = new URL(gateway().url)
    const { request } = await import('node:http')
    const send = (path: string, body: string, headers: Readonly<Record<string, string>> = {}) =>
      new Promise<string>((resolve, reject) => {
        const type = 'application/x-www-form-urlencoded'
        const sending = request({
          host: hostname,
          port,
          path,
          method: 'POST',
          headers: { host: `${login}.shops.test`, 'content-type': type, ...headers },
        })
        sending.on('error', reject).on('response', (response) => {
          let text = ''
          response.setEncoding('utf8').on('data', (piece) => {
            text += piece
          })
          response.on('end', () => resolve(text))
        })
        sending.end(body)
      })
    const entered = await send(
      '//index.php?route=api/login',
      String(form({ username: 'Default', key: key() })),
    )
    const { api_token } = JSON.parse(entered)
    const authorization = `Bearer ${api_token}`
    for (const path of [
      '/?route=api/cart/products',
      '//shop//index.php?route=%2Fapi%2Fcart%2Fproducts%2F',
    ]) {
      expect(JSON.parse(await send(path, '', { authorization })).products).toEqual([])
    }
  })
})
