import {
  bodyDigest,
  expectedSignature,
  signedText,
} from '../../src/dialects/opencart/v41/signature.ts'
import { hmacSha1Base64, md5Hex } from '../../src/wire/digest.ts'
import { parsePhpForm } from '../../src/wire/php-form.ts'
import { buildQuery } from '../../src/wire/php-query.ts'
import type { Merchant } from './isolation-merchants.ts'

/** Names and numbers that a call is filled with. */
export type Values = Readonly<
  Record<'order' | 'product' | 'code' | 'sku' | 'customer' | 'email' | 'coupon' | 'voucher', string>
>

/** Whose keys and tokens prove a call. */
export type Caller = {
  readonly login: string
  readonly keys: Merchant['keys']
  readonly tokens: { readonly opencart: string; readonly shopsite: string }
}

/** Where a call goes: the account's path on any host, or the protocol's own path on its host. */
export type Place = { readonly login: string; readonly host: string; readonly native: boolean }

export type Try = {
  readonly call: string
  readonly place: Place
  /** Undefined: it proves nothing. */
  readonly by: Caller | undefined
  /** Whose token comes along as well, everywhere but in the first place. */
  readonly beside: Caller | undefined
  readonly values: Values
  readonly nowMs: number
}

export type Sent = {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly host: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

type Fields = Readonly<Record<string, string>>

const form = { 'content-type': 'application/x-www-form-urlencoded' }
const formOf = (fields: Fields): string => new URLSearchParams(fields).toString()

/** By dialect: every way to make one call with given values and keys. */
export const callers: Readonly<Record<string, (one: Try) => readonly Sent[]>> = {
  influencersoft({ call, place, by, values }) {
    const path = place.native ? `/api/${call}` : `/influencersoft/${place.login}/api/${call}`
    const query = buildQuery(influencersoftFields(values))
    const signed = (login: string, secret: string): string =>
      `${query}&hash=${md5Hex(`${query}::${login}::${secret}`)}`
    const key = by?.keys.influencersoft
    const bodies =
      key === undefined
        ? [query, signed(place.login, ''), `${query}&rpsKey=`]
        : [...new Set([signed(place.login, key), signed(by?.login ?? '', key)])].concat(
            `${buildQuery({ rpsKey: key })}&${query}`,
          )
    return bodies.map((body) => ({ method: 'POST', path, host: place.host, headers: form, body }))
  },

  mintsoft({ call, place, by, values }) {
    const path = place.native ? '/mintsoft' : `/mintsoft/${place.login}`
    const key = by === undefined ? {} : { APIKEY: by.keys.mintsoft }
    const query = formOf({ ...key, action: call === 'list' ? '' : call, ...mintsoftFields(values) })
    const { host } = place
    return [
      { method: 'GET', path: `${path}?${query}`, host, headers: {}, body: '' },
      { method: 'POST', path, host, headers: form, body: query },
    ]
  },

  opencart(one) {
    if (one.call.startsWith('api/order ')) return signedAt41(one)
    if (/login$/.test(one.call)) return openCart(one, loginFields(one.by))
    if (!one.call.startsWith('api/zstore/')) return openCart(one, opencartFields(one.values))
    return batches(one.values).flatMap((data) =>
      openCart(one, {
        data,
        comments: `{"${one.values.order}":"seen"}`,
        status_id: '1',
        cat: '20',
      }),
    )
  },

  shopsite(one) {
    const { call, place, by, beside, values } = one
    const [program = '', dbname = 'orders'] = call.split(' ')
    const path = place.native
      ? `/cgi-bin/${program}.cgi`
      : `/shopsite/${place.login}/${program}.cgi`
    const { host } = place
    const fields = { ...shopsiteFields(values), dbname }
    const post = (sent: Fields, headers = {}): Sent => {
      return { method: 'POST', path, host, headers: { ...form, ...headers }, body: formOf(sent) }
    }
    if (program === 'authorize') return [post({ ...fields, ...tokenRequest(by) })]
    const token = (beside ?? by)?.tokens.shopsite
    const login = by === undefined ? {} : basicHeader(by)
    const proof = proofOf(fields, { token, path, host, key: by?.keys.shopsite.secretKey ?? '' })
    return [post({ ...fields, ...proof }, beside === undefined ? {} : login), post(fields, login)]
  },
}

/** All tokens that OpenCart's clients have sent in any place, the caller's own in the query. */
function openCart({ call, place, by, beside }: Try, fields: Fields): Sent[] {
  const folder = place.native ? '/index.php' : `/opencart/${place.login}/index.php`
  const token = by?.tokens.opencart
  const other = beside?.tokens.opencart
  const query = {
    route: call,
    ...(token === undefined ? {} : { api_token: token }),
    ...(fields.order_id === undefined ? {} : { order_id: fields.order_id }),
  }
  const extra = other === undefined ? {} : { token: other, api_token: other }
  const headers =
    other === undefined
      ? form
      : { ...form, cookie: `OCSESSID=${other}`, authorization: `Bearer ${other}` }
  const path = `${folder}?${formOf(query)}`
  return [
    { method: 'POST', path, host: place.host, headers, body: formOf({ ...fields, ...extra }) },
  ]
}

function signedAt41({ call, place, by, values, nowMs }: Try): Sent[] {
  const route = 'api/order'
  const name = call.slice(route.length + 1)
  const directory = place.native ? '/' : `/opencart/${place.login}/`
  const body = formOf({ ...opencartFields(values), ...wholeCheckout(values) })
  const tree = parsePhpForm(Buffer.from(body))
  if (!tree.ok) throw new Error(tree.reason)
  const said = {
    ...{ route, call: name, username: by?.keys.opencart.username ?? 'Default' },
    ...{ language: 'en-gb', currency: 'USD', time: Math.floor(nowMs / 1000) },
  }
  const text = signedText({
    ...{ ...said, host: place.host, directory, storeId: 0, bodyMd5: bodyDigest(tree.tree) },
  })
  const signature = expectedSignature(text, by?.keys.opencart.key ?? '')
  const query = { ...said, time: String(said.time), store_id: '0', signature, code: 'coupon' }
  const path = `${directory}index.php?${formOf(query)}`
  return [{ method: 'POST', path, host: place.host, headers: form, body }]
}

function influencersoftFields(values: Values) {
  const { order, product, code, customer, email, coupon } = values
  return {
    ...{ bill_id: order, status: 'sent', date: '1362254400', rpo: `RR${order}`, good_info: '1' },
    ...{ email, bill_email: email, bill_kupon: coupon, bill_first_name: 'A', bill_surname: 'B' },
    ...{ bill_country: 'C', bill_city: 'D', bill_address: 'E', pay_status: '' },
    goods: [{ good_name: code, good_sum: '' }],
    ...{ good_name: code, good_title: 'said', good_type: '0', good_sum: '1.00', good_id: product },
    ...{ lead_email: email, lead_id: customer, rid: customer },
    ...{ customer_email: email, product_names: code, product_prices: '', coupon },
  }
}

function mintsoftFields({ order, sku }: Values): Fields {
  return {
    ...{ ordernumber: order, courierservice: 'DPD', tracking: `T${order}`, sku, stocklevel: '7' },
    trackinglink: 'https://track.example/1',
  }
}

function shopsiteFields({ order }: Values): Fields {
  return { clientApp: '1', version: '14.0', startorder: order, endorder: order, maxorder: '5' }
}

function loginFields(by: Caller | undefined): Fields {
  return by === undefined ? { username: 'Default', key: '' } : { ...by.keys.opencart }
}

function opencartFields(values: Values): Fields {
  const { order, product, sku, customer, email, coupon, voucher } = values
  return {
    ...{ order_id: order, order_status_id: '3', comment: 'said', notify: '1', selected: order },
    ...{ customer_id: customer, customer_group_id: '1', firstname: 'Eve', lastname: 'Other' },
    ...{ email, telephone: '5550100', affiliate_id: customer, key: '1', reward: '1' },
    ...{ product_id: product, sku, quantity: '1', coupon, voucher, currency: 'USD', code: 'USD' },
    ...address(''),
    ...{ shipping_method: 'flat.flat', payment_method: 'cod', filter_email: email },
    ...{ filter_customer_id: customer, filter_order_id: order },
    ...{ from_name: 'Eve', from_email: email, to_name: 'Eve', to_email: email },
    ...{ voucher_theme_id: '8', message: 'said', amount: '10' },
  }
}

function address(before: string): Fields {
  const plain = {
    ...{ firstname: 'Eve', lastname: 'Other', address_1: '1 Lane', city: 'London' },
    ...{ postcode: 'SW1Y 4JH', country_id: '222', zone_id: '3563', company: '' },
  }
  return Object.fromEntries(Object.entries(plain).map(([name, value]) => [before + name, value]))
}

/** What 4.1 sends with every call: the whole checkout. */
function wholeCheckout({ product }: Values): Fields {
  return {
    ...address('payment_'),
    ...address('shipping_'),
    ...{ 'product[0][product_id]': product, 'product[0][quantity]': '1' },
    'shipping_method[name]': 'Flat Shipping Rate',
    'shipping_method[code]': 'flat.flat',
    'shipping_method[cost]': '5.00',
    'payment_method[name]': 'Cash On Delivery',
    'payment_method[code]': 'cod.cod',
  }
}

/** The shapes that the warehouse module's batches have. */
function batches({ order, sku, product }: Values): string[] {
  return [
    JSON.stringify({ [order]: '5' }),
    JSON.stringify({ [sku]: '5', [product]: '5' }),
    JSON.stringify([{ sku, name: 'said', quantity: 5, price: '1.00' }]),
  ]
}

function tokenRequest(by: Caller | undefined): Fields {
  const { clientId, secretKey, code } = by?.keys.shopsite ?? {
    ...{ clientId: 'NOBO0001', secretKey: '', code: 'x' },
  }
  const credentials = Buffer.from(`${clientId}:10000004`).toString('base64')
  return {
    ...{ grant_type: 'authorization_code', code, client_credentials: credentials },
    signature: hmacSha1Base64(secretKey, credentials),
  }
}

let nonces = 0

function proofOf(
  fields: Fields,
  sent: { readonly token: string | undefined; path: string; host: string; key: string },
): Fields {
  nonces += 1
  const { token = 'no-token', path, host, key } = sent
  const [timestamp, nonce] = ['1773057620', `N${nonces}`]
  const pairs = Object.entries(fields)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  const lines = [
    token,
    timestamp,
    nonce,
    '',
    'POST',
    host.replace(/:\d+$/, ''),
    443,
    path,
    ...pairs,
  ]
  const signature = hmacSha1Base64(key, lines.map((line) => `${line}\n`).join(''))
  return { signature, token, timestamp, nonce }
}

function basicHeader({ keys: { basic } }: Caller): Fields {
  const text = Buffer.from(`${basic.user}:${basic.password}`).toString('base64')
  return { authorization: `Basic ${text}` }
}
