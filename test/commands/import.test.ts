import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { getAccount } from '../../src/core/accounts.ts'
import {
  findCheckoutProducts,
  listCatalogue,
  listCategories,
  setPrices,
} from '../../src/core/catalogue.ts'
import { credentialsOf } from '../../src/core/credentials.ts'
import { findCustomer } from '../../src/core/customers.ts'
import { findCoupon, findVoucher, pointsOf } from '../../src/core/promotions.ts'
import { shopOf } from '../../src/core/shop.ts'
import { setStock } from '../../src/core/stock.ts'
import type { Account } from '../../src/model/account.ts'
import { anOrder } from '../support/fixtures.ts'
import { useConsole } from './console.ts'

const at = useConsole()

type File = Record<string, unknown>
type Tally = { added: number; changed: number; same: number }
type Report = { parts: Record<string, Tally>; notes: string[]; bad: object[] }

const store = JSON.parse(
  readFileSync(new URL('../fixtures/opencart/store.json', import.meta.url), 'utf8'),
) as File

const importFile = (login: string, file: unknown, more = '') =>
  at().run(`import opencart ${login} -${more}`, { stdin: JSON.stringify(file) })
const importJson = (login: string, file: unknown, more = '') =>
  at().runJson<Report>(`import opencart ${login} - --json${more}`, JSON.stringify(file))

async function anAccountOf(login: string): Promise<Account> {
  await at().run(`account add ${login}`)
  return getAccount(at().ctx, login)
}

/** All that an import writes, to see that nothing was written. */
async function everything(account: Account): Promise<unknown> {
  const { ctx } = at()
  const products = []
  for await (const page of listCatalogue(ctx, account, { enabledOnly: false })) {
    products.push(...page)
  }
  const keys = await credentialsOf(ctx, account, { withRevoked: true })
  return {
    products,
    keys: keys.map(({ id, publicPart, ipList, revokedAt }) => [id, publicPart, ipList, revokedAt]),
    settings: (await getAccount(ctx, account.login)).settings,
    shop: await shopOf(ctx, account),
    categories: await listCategories(ctx, account),
    customer: await findCustomer(ctx, account, 7),
    coupon: await findCoupon(ctx, account, '2222', null),
    voucher: await findVoucher(ctx, account, 'GIFT100'),
  }
}

describe('import of the recorded OpenCart store', () => {
  let account: Account
  let first: Report

  beforeAll(async () => {
    account = await anAccountOf('recorded')
    first = await importJson('recorded', store)
  })

  it('says how many rows of each part it took', () => {
    const added = Object.entries(first.parts).map(([part, tally]) => [part, tally.added])
    expect(Object.fromEntries(added)).toMatchObject({
      products: 7,
      categories: 7,
      customers: 1,
      coupons: 2,
      vouchers: 1,
      currencies: 3,
      countries: 1,
      zones: 1,
      voucher_themes: 3,
      'tax.rates': 2,
      'tax.rules': 2,
      'tax.geo_zones': 1,
    })
    // A new account may have a key for the user `Default` already, which the file's replaces.
    const { added: made = 0, changed = 0, same } = first.parts.api_users ?? {}
    expect([made + changed, same]).toEqual([2, 1])
    expect(first.parts.order_statuses).toEqual({ added: 0, changed: 0, same: 14 })
    expect(first.bad).toEqual([])
    expect(first.notes).toEqual([expect.stringContaining('the time zone "the one of the server"')])
  })

  it('keeps the ids of products and all that a checkout asks of them', async () => {
    const { ctx } = at()
    const found = await findCheckoutProducts(ctx, account, [28, 30, 36, 40, 42, 43, 49])
    expect([...found.keys()].sort()).toEqual([28, 30, 36, 40, 42, 43, 49])
    expect(found.get(42)).toMatchObject({
      code: 'Product 15',
      article: 'Product 15',
      sku: null,
      title: 'Apple Cinema 30"',
      price: 1_000_000n,
      type: 'physical',
      stock: 990,
      categoryIds: [20, 28],
      terms: {
        taxClassId: 9,
        minimum: 2,
        points: 400,
        reward: 100,
        weight: '12.50000000',
        manufacturer: 'Apple',
        specials: [{ priority: 1, price: 900_000n, customerGroupId: 1 }],
      },
    })
    const { terms } = found.get(42) ?? { terms: undefined }
    expect(terms?.options.map(({ id }) => id)).toEqual([
      208, 209, 217, 218, 219, 220, 221, 222, 223,
    ])
    expect(terms?.options[3]?.values[1]).toMatchObject({
      id: 6,
      optionValueId: 31,
      quantity: 146,
      subtract: true,
      price: 200_000n,
      pointsPrefix: '-',
    })
    expect(found.get(36)).toMatchObject({ type: 'digital', title: 'iPod Nano' })
    expect(found.get(49)).toMatchObject({ stock: 0, price: 1_999_900n })
  })

  it('takes over what the shop offers', async () => {
    const shop = await shopOf(at().ctx, account)
    expect(shop).toMatchObject({
      name: 'Your Store',
      countryId: 222,
      zoneId: 3563,
      pricesWithTax: true,
      sellsBeyondStock: false,
      firstStatus: 1,
      voucherMinimum: 10_000n,
      voucherMaximum: 10_000_000n,
      shipping: [
        {
          module: 'flat',
          sortOrder: 1,
          geoZoneId: null,
          quotes: [{ code: 'flat.flat', cost: 50_000n, taxClassId: 9 }],
        },
      ],
      payment: [
        { code: 'cod', minimum: 100n, onlyFree: false, geoZoneId: null },
        { code: 'free_checkout', minimum: null, onlyFree: true },
      ],
      taxRates: [
        { id: 86, type: 'P', rate: 200_000n, geoZoneId: 3, customerGroupIds: [1] },
        { id: 87, type: 'F', rate: 20_000n },
      ],
      taxRules: [
        { taxClassId: 9, taxRateId: 86, basedOn: 'shipping', priority: 1 },
        { taxRateId: 87, priority: 2 },
      ],
      geoZones: [{ id: 3, places: [{ countryId: 222, zoneId: 0 }] }],
      countries: [{ id: 222, iso2: 'GB', postcodeRequired: true }],
      zones: [{ id: 3563, countryId: 222, code: 'LANCS' }],
    })
    expect(shop.currencies.map(({ code, rate }) => [code, rate])).toEqual([
      ['GBP', '0.61250001'],
      ['USD', '1.00000000'],
      ['EUR', '0.78460002'],
    ])
  })

  it('takes over customers, coupons, vouchers and categories', async () => {
    const { ctx } = at()
    expect(await findCustomer(ctx, account, 7)).toMatchObject({ email: 'ada@example.com' })
    expect(await pointsOf(ctx, account, 7)).toBe(300)
    expect(await findCoupon(ctx, account, '2222', 7)).toMatchObject({
      discount: 100_000n,
      uses: 10,
      until: '2035-01-01',
      enabled: true,
      used: 0,
    })
    expect(await findCoupon(ctx, account, '1111', 7)).toMatchObject({ enabled: false, type: 'F' })
    expect(await findVoucher(ctx, account, 'GIFT100')).toMatchObject({ balance: 1_000_000n })
    const categories = await listCategories(ctx, account)
    expect(categories).toContainEqual({ id: 28, parentId: 25, name: 'Monitors' })
    expect(categories).toContainEqual({ id: 20, parentId: null, name: 'Desktops' })
  })

  it('makes keys of the API users that are switched on, and of no other', async () => {
    const keys = (await credentialsOf(at().ctx, account)).filter(
      ({ dialect }) => dialect === 'opencart',
    )
    const imported = keys.filter(({ publicPart }) =>
      ['Default', 'alumio', 'disabled'].includes(publicPart),
    )
    expect(imported.map(({ publicPart, kind, ipList }) => [publicPart, kind, ipList])).toEqual([
      ['Default', 'key', ['127.0.0.1']],
      ['alumio', 'key', ['127.0.0.1']],
    ])
    expect(imported[0]?.secret).toMatch(/^TESTKEYDEFAULT/)
  })

  it('changes nothing when it is repeated', async () => {
    const before = await everything(account)
    const { parts } = await importJson('recorded', store)
    for (const tally of Object.values(parts)) {
      expect(tally).toMatchObject({ added: 0, changed: 0 })
    }
    expect(await everything(account)).toEqual(before)
  })
})

describe('a later import', () => {
  const product = (change: object = {}) => ({
    product_id: 5,
    name: 'Mug',
    model: 'M-5',
    price: '12.90',
    quantity: 10,
    options: [
      {
        product_option_id: 1,
        option_id: 2,
        name: 'Colour',
        type: 'select',
        values: [
          {
            product_option_value_id: 3,
            option_value_id: 4,
            name: 'Red',
            quantity: 6,
            subtract_stock: 1,
          },
        ],
      },
    ],
    ...change,
  })

  it('leaves levels alone that orders have taken from, unless it is told to set them', async () => {
    const { ctx } = at()
    const account = await anAccountOf('levels')
    await importFile('levels', { products: [product()] })
    await anOrder(ctx, account, { lines: [{ code: 'M-5', quantity: 4 }] })
    const found = async () => {
      const one = (await findCheckoutProducts(ctx, account, [5])).get(5)
      return [one?.stock, one?.terms.options[0]?.values[0]?.quantity, one?.title]
    }
    const next = product({ name: 'Mug 2', quantity: 99 })
    await importFile('levels', { products: [next] })
    expect(await found()).toEqual([6, 6, 'Mug 2'])
    await importFile('levels', { products: [next] }, ' --stock')
    expect(await found()).toEqual([99, 6, 'Mug 2'])
  })

  it('keeps the code that an id has, and makes new ones unique', async () => {
    const { ctx } = at()
    const account = await anAccountOf('codes')
    await importFile('codes', {
      products: [
        product({ product_id: 1, sku: 'S' }),
        product({ product_id: 2, sku: 'S' }),
        product({ product_id: 3, sku: '  ', model: '' }),
      ],
    })
    const codes = async () =>
      [...(await findCheckoutProducts(ctx, account, [1, 2, 3])).values()].map(
        ({ code, article }) => [code, article],
      )
    const made = [
      ['S', 'S'],
      ['S-2', 'S'],
      ['product-3', 'product-3'],
    ]
    expect(await codes()).toEqual(made)
    await importFile('codes', { products: [product({ product_id: 1, sku: 'Other' })] })
    expect(await codes()).toEqual([['S', 'Other'], ...made.slice(1)])
  })

  it('brings keys up to date: a new address list, a new key, none', async () => {
    const { ctx } = at()
    const account = await anAccountOf('keys')
    const user = (change: object) => ({ api_users: [{ username: 'erp', status: 1, ...change }] })
    const key = 'A'.repeat(64)
    const other = 'B'.repeat(64)
    const live = async () =>
      (await credentialsOf(ctx, account))
        .filter(({ publicPart }) => publicPart === 'erp')
        .map(({ secret, ipList }) => [secret, ipList])
    const open = await importJson('keys', user({ key, ip: [] }))
    expect(open.parts.api_users).toMatchObject({ added: 1 })
    expect(open.notes).toEqual([expect.stringContaining('its key works from anywhere')])
    await importJson('keys', user({ key, ip: ['192.0.2.0/24'] }))
    expect(await live()).toEqual([[key, ['192.0.2.0/24']]])
    const changed = await importJson('keys', user({ key: other, ip: ['192.0.2.7'] }))
    expect(changed.parts.api_users).toEqual({ added: 0, changed: 1, same: 0 })
    expect(await live()).toEqual([[other, ['192.0.2.7']]])
    await importJson('keys', user({ key: other, ip: ['192.0.2.7'], status: 0 }))
    expect(await live()).toEqual([])
  })

  it('does not bring back a key that was rotated since, and says so', async () => {
    const { ctx, clock } = at()
    const account = await anAccountOf('rotated')
    const file = { api_users: [{ username: 'erp', key: 'A'.repeat(64), ip: ['192.0.2.7'] }] }
    const live = async () =>
      (await credentialsOf(ctx, account))
        .filter(({ publicPart, validUntil }) => publicPart === 'erp' && validUntil === null)
        .map(({ id, secret }) => [id, secret])
    await importJson('rotated', file)
    const [[id] = []] = await live()
    await at().run(`credential rotate rotated ${id} --overlap 0`)
    clock.now += 1000
    const rotated = await live()
    const { parts, notes } = await importJson('rotated', file)
    expect(parts.api_users).toEqual({ added: 0, changed: 0, same: 1 })
    expect(notes).toEqual([expect.stringContaining('"erp" has another key since')])
    expect([rotated.length, await live()]).toEqual([1, rotated])
  })

  it('gives a user who comes back the settings from before', async () => {
    const { ctx } = at()
    const account = await anAccountOf('settings')
    const user = (status: number) => ({
      api_users: [{ username: 'erp', key: 'A'.repeat(64), ip: ['192.0.2.7'], status }],
    })
    const erp = async () =>
      (await credentialsOf(ctx, account)).find(({ publicPart }) => publicPart === 'erp')
    await importJson('settings', user(1))
    await at().run(`credential set settings ${(await erp())?.id} hold=on`)
    await importJson('settings', user(0))
    expect(await erp()).toBeUndefined()
    await importJson('settings', user(1))
    expect((await erp())?.settings).toEqual({ hold: 'on' })
  })

  it("sets an empty account's currency, and leaves that of a book with orders", async () => {
    const { ctx } = at()
    const account = await anAccountOf('money')
    const currency = async () => (await getAccount(ctx, 'money')).settings.currency
    const euros = await importJson('money', { store: { default_currency: 'EUR' } })
    expect([await currency(), euros.notes]).toEqual([
      'EUR',
      ['the currency of the account is EUR now, it was USD'],
    ])
    await importFile('money', { products: [product()] })
    await anOrder(ctx, account, { lines: [{ code: 'M-5', quantity: 1 }] })
    const pounds = await importJson('money', { store: { default_currency: 'GBP' } })
    expect(await currency()).toBe('EUR')
    expect(pounds.notes).toEqual([expect.stringContaining('has orders in EUR and keeps')])
  })

  it('leaves what it does not name as it is', async () => {
    const { ctx } = at()
    const account = await anAccountOf('parts')
    await importFile('parts', store)
    await setPrices(ctx, account, [{ article: 'SAM1', price: 5n }])
    await setStock(ctx, account, { via: 'operator', credentialId: null }, [
      { article: 'SAM1', quantity: 3 },
    ])
    const before = await everything(account)
    expect(
      (await importFile('parts', { what: 'nothing', store: { name: 'Your Store' } })).code,
    ).toBe(0)
    expect(await everything(account)).toEqual(before)
    const { out } = await importFile('parts', { notes: [] })
    expect(out).toBe('The file has no part of a store that is known here.')
  })
})

describe('geo zones', () => {
  const zones = async (login: string, contains: string, method: string) => {
    await anAccountOf(login)
    const { err } = await importFile(login, {
      tax: { geo_zones: [{ geo_zone_id: 3, name: 'Home', contains }] },
      payment_methods: [{ code: 'cod', title: 'Cash', geo_zone: method }],
    })
    const shop = await shopOf(at().ctx, await getAccount(at().ctx, login))
    return [shop.geoZones[0]?.places, shop.payment[0]?.geoZoneId, err]
  }

  it.each([
    ['g1', 'zones of country 222, among them zone 5', '3', [{ countryId: 222, zoneId: 0 }], 3],
    [
      'g2',
      'country 7 and country 8',
      'country 8',
      [7, 8].map((countryId) => ({ countryId, zoneId: 0 })),
      3,
    ],
    ['g3', 'of country 9 only zone 5', 'Home', [{ countryId: 9, zoneId: 5 }], 3],
    ['g4', 'country 9', 'every country', [{ countryId: 9, zoneId: 0 }], null],
  ])('%s: "%s", and a method in "%s"', async (login, contains, method, places, id) => {
    expect(await zones(login, contains, method)).toEqual([places, id, ''])
  })

  it('that are unknown are named', async () => {
    expect((await zones('g5', 'country 9', '4'))[2]).toContain(
      'payment_methods item 1: geo_zone names no geo zone of the file',
    )
  })
})

describe('import of bad rows', () => {
  it.each([
    ['products item 7: price is no amount', 'products', 6, { price: 'free' }],
    ['products item 2: "28" stands in item 1 already', 'products', 1, { product_id: 28 }],
    ['products item 1: name is empty', 'products', 0, { name: ' ' }],
    [
      'categories item 4: the category 18 has the same name',
      'categories',
      3,
      {
        parent_id: 0,
        name: 'Laptops & Notebooks',
      },
    ],
    ['customers item 1: customer_id is missing', 'customers', 0, { customer_id: null }],
    ['coupons item 2: "2222" stands in item 1 already', 'coupons', 1, { code: ' 2222' }],
    ['vouchers item 1: balance is above the amount', 'vouchers', 0, { balance: 101 }],
    ['api_users item 1: ip "localhost" is no address', 'api_users', 0, { ip: ['localhost'] }],
    ['api_users item 2: key is empty', 'api_users', 1, { key: '' }],
    ['api_users item 2: "default" stands in item 1', 'api_users', 1, { username: 'DEFAULT' }],
    ['currencies item 3: rate: ', 'currencies', 2, { value: '0' }],
    [
      'shipping_methods item 1: quotes.0.code: ',
      'shipping_methods',
      0,
      {
        quotes: [{ code: 'flat', title: 'x', cost: 1 }],
      },
    ],
    [
      'order_statuses item 1: order_status_id is no whole',
      'order_statuses',
      0,
      {
        order_status_id: 'x',
      },
    ],
    ['zones item 1: name is no text', 'zones', 0, { name: 'half \ud800' }],
  ])('names it: %s', async (words, part, index, change) => {
    const login = 'bad'
    const account = await anAccountOf(login)
    const before = await everything(account)
    const rows = (store[part] as object[]).map((row, place) =>
      place === index ? { ...row, ...change } : row,
    )
    const { code, out, err } = await importFile(login, { ...store, [part]: rows })
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain(words)
    expect(err).toContain('countersign: nothing was imported: 1 row of the file cannot be used')
    expect(await everything(account)).toEqual(before)
  })

  it('names them in JSON, too', async () => {
    const { code, out } = await importFile('bad', { zones: 5, customers: [{}] }, ' --json')
    expect(code).toBe(1)
    expect(JSON.parse(out)).toEqual({
      parts: {},
      notes: [],
      bad: [
        { part: 'zones', item: 0, reason: 'is no list' },
        { part: 'customers', item: 1, reason: 'customer_id is missing' },
      ].sort((a, b) => (a.part < b.part ? 1 : -1)),
    })
  })

  it.each([
    ['no JSON', '{"store":', 'the file is no JSON'],
    ['a list', '[]', 'the file is no JSON object'],
  ])('refuses %s', async (_what, stdin, reason) => {
    const { code, err } = await at().run('import opencart bad -', { stdin })
    expect([code, err]).toEqual([1, expect.stringContaining(reason)])
  })

  it('never repeats a key that stands in place of an address', async () => {
    const key = `secret-key-${'x'.repeat(40)}`
    const user = { username: 'erp', key, ip: [key] }
    const { err, out } = await importFile('bad', { api_users: [user] }, ' --json')
    expect(err).toContain('ip has an entry that is no address')
    expect(err + out).not.toContain('secret-key')
  })

  it('never repeats a key', async () => {
    const key = `secret-key-${'x'.repeat(40)}\n`
    const { err, out } = await importFile(
      'bad',
      { api_users: [{ username: 'erp', key }] },
      ' --json',
    )
    expect(err).toContain('key holds a control character')
    expect(err + out).not.toContain('secret-key')
  })
})
