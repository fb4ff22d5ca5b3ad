import type { Spoken } from './hostile-call.ts'

/** A call that would be right, before anything is made of it. */
export type Template = {
  readonly dialect: Spoken
  readonly path: string
  readonly query: string
  readonly pairs: readonly (readonly [string, string])[]
}

const buyer = { bill_email: 'ada@example.com', bill_first_name: 'Ada', bill_country: 'Russia' }
const good = { 'goods[0][good_name]': 'KR-01', 'goods[0][good_sum]': '12.90' }
const product = { good_name: 'KR-01', good_type: 'physical', good_title: 'Mug', good_sum: '12.90' }
const contact = { lead_email: 'ada@example.com', 'rid[0]': '1', lead_name: 'Ada' }
const days = { begin_date: '01.01.2024', end_date: '31.01.2024', paid: '1' }

const influencersoft = {
  CreateOrder: { ...buyer, ...good, bill_created: '1700000000', bill_timer_kill: '1' },
  createorder: {
    product_names: 'KR-01',
    product_prices: '1.5',
    customer_email: 'ada@example.com',
    order_status: 'paid',
    order_paid_at: '30.01.2020 04:22:16',
  },
  UpdateOrderStatus: { bill_id: '{{order}}', status: 'sent', date: '1700000000', rpo: 'R1' },
  GetOrders: { date_s: '01.01.2024', date_e: '31.01.2024', status: 'paid' },
  GetOrderInfo: { bill_id: '{{order}}' },
  getOrderDetails: { bill_id: '{{order}}' },
  getOrdersWithGoods: days,
  GetBills: { email: 'ada@example.com', pay_status: 'Paid' },
  DeleteOrder: { bill_id: '99' },
  GetAllGoods: {},
  AddGood: product,
  UpdateGood: product,
  DeleteGood: { good_name: 'none' },
  AddLeadToGroup: contact,
}

const mintsoft = {
  list: {},
  confirm: { action: 'confirm', ordernumber: '{{order}}' },
  complete: {
    action: 'complete',
    ordernumber: '{{order}}',
    courierservice: 'Post',
    tracking: 'T1',
    trackinglink: 'https://t.example.com/?a=1&b=2',
  },
  stocksync: { action: 'stocksync', sku: 'MUG-01', stocklevel: '7' },
}

const person = {
  firstname: 'Ada',
  lastname: 'Lovelace',
  email: 'ada@example.com',
  telephone: '5551234',
  'custom_field[1]': 'x',
}
const address = {
  firstname: 'Ada',
  lastname: 'Lovelace',
  address_1: '12 St James Sq',
  postcode: 'SW1Y 4JH',
  city: 'London',
  country_id: '222',
  zone_id: '3563',
}
const gift = {
  from_name: 'Bob',
  from_email: 'bob@example.com',
  to_name: 'Ada',
  to_email: 'ada@example.com',
  amount: '25',
  voucher_theme_id: '7',
}
const status = { order_id: '{{order}}', order_status_id: '2', comment: 'x', notify: '1' }
const cartOf41 = {
  'product[0][product_id]': '40',
  'product[0][quantity]': '2',
  'product[0][option][226]': '15',
  'customer[firstname]': 'Ada',
  'customer[email]': 'ada@example.com',
  'payment_address[country_id]': '222',
  'shipping_method[code]': 'flat.flat',
  'payment_method[code]': 'cod.cod',
}

const opencart = {
  'api/cart/add': { product_id: '40', quantity: '2', 'option[226]': '15' },
  'api/cart/edit': { key: '1', quantity: '3' },
  'api/cart/remove': { key: '1' },
  'api/cart/products': {},
  'api/customer': person,
  'api/payment/address': address,
  'api/shipping/address': address,
  'api/shipping/methods': {},
  'api/shipping/method': { shipping_method: 'flat.flat' },
  'api/payment/methods': {},
  'api/payment/method': { payment_method: 'cod' },
  'api/coupon': { coupon: '2222' },
  'api/voucher': { voucher: 'GIFT' },
  'api/voucher/add': gift,
  'api/reward': { reward: '10' },
  'api/currency': { currency: 'USD' },
  'api/order/add': { order_status_id: '1', comment: 'x', affiliate_id: '1' },
  'api/order/edit': { order_id: '{{order}}' },
  'api/order/delete': { order_id: '99' },
  'api/order/info': { order_id: '{{order}}' },
  'api/order/history': status,
  'api/sale/cart': {},
  'api/sale/cart.add': { product_id: '40', quantity: '2', 'option[226]': '15' },
  'api/sale/customer': person,
  'api/sale/payment_address': address,
  'api/sale/shipping_address': address,
  'api/sale/shipping_method': {},
  'api/sale/shipping_method.save': { shipping_method: 'flat.flat' },
  'api/sale/payment_method.save': { payment_method: 'cod.cod' },
  'api/sale/coupon': { coupon: '2222' },
  'api/sale/voucher.add': gift,
  'api/sale/reward': { reward: '10' },
  'api/sale/order.confirm': {},
  'api/sale/order.load': { order_id: '{{order}}' },
  'api/sale/order.comment': { comment: 'x' },
  'api/sale/order.addHistory': status,
  'api/sale/order.info': { order_id: '{{order}}' },
  'api/localisation/currency': { currency: 'USD' },
  'api/zstore/statuses': {},
  'api/zstore/cats': {},
  'api/zstore/orders': { status_id: '2' },
  'api/zstore/updateorder': { data: '{"{{order}}":"5"}', comments: '{"{{order}}":"x"}' },
  'api/zstore/articles': { cat: '1' },
  'api/zstore/addproducts': { data: '[{"sku":"a","name":"b","quantity":"1","price":"2"}]' },
  'api/zstore/updatequantity': { data: '{"KR-01":2}' },
  'api/zstore/updateprice': { data: '{"KR-01":"12.50"}' },
  'api/zstore/updatenames': { data: '{"KR-01":"Mug"}' },
  'api/zstore/getproducts': { data: '["KR-01"]' },
  'api/zstore/getnames': { data: '["KR-01"]' },
  'api/order': { limit: '5', page: '1', filter_order_id: '{{order}}' },
  'api/order/products': { order_id: '{{order}}' },
  'api/product': { limit: '5', page: '1' },
  'api/product/quantity': { 'product[0][product_id]': '40', 'product[0][quantity]': '3' },
  'api/customer/list': { limit: '5' },
}

/** What 4.1 asks for by `call`; the whole cart comes with each. */
const signedCalls = [
  ...['customer', 'cart', 'product_add', 'payment_address', 'shipping_address', 'confirm'],
  ...['shipping_methods', 'shipping_method', 'payment_methods', 'payment_method', 'extension'],
]

const shopsite = {
  'authorize.cgi': {},
  'db_xml.cgi': {
    dbname: 'orders',
    startorder: '1',
    endorder: '5',
    startdate: '01/01/2024',
    enddate: '12/31/2024',
    version: '7',
  },
  'db_xml.cgi?': { dbname: 'products', fields: '|Name|SKU|', limit: '3' },
  'generate.cgi': {},
  'dbupload.cgi': { dbname: 'orders' },
}

/** Every call that writes, and those that read, each once. */
export const templates: readonly Template[] = [
  ...all('influencersoft', influencersoft, (name) => ({ path: `/api/${name}`, query: '' })),
  ...all('mintsoft', mintsoft, () => ({ path: '', query: '' })),
  ...all('opencart', opencart, (name) => ({ path: '/index.php', query: `route=${name}` })),
  ...signedCalls.map((name) => signed(name, { ...address, ...person, ...cartOf41 })),
  signed('history_add', status),
  ...all('shopsite', shopsite, (name) => ({ path: `/${name.replace('?', '')}`, query: '' })),
]

function all(
  dialect: Spoken,
  calls: Readonly<Record<string, Readonly<Record<string, string>>>>,
  place: (name: string) => Pick<Template, 'path' | 'query'>,
): Template[] {
  return Object.entries(calls).map(([name, pairs]) => {
    return { dialect, ...place(name), pairs: Object.entries(pairs) }
  })
}

function signed(call: string, pairs: Readonly<Record<string, string>>): Template {
  const query = `route=api/order&call=${call}`
  return { dialect: 'opencart', path: '/index.php', query, pairs: Object.entries(pairs) }
}
