import { beforeAll, describe, expect, it } from 'vitest'
import { changeSettings, getAccount } from '../../../src/core/accounts.ts'
import { listCatalogue, saveCategories } from '../../../src/core/catalogue.ts'
import type { Context } from '../../../src/core/context.ts'
import { removeGood, saveGoods } from '../../../src/core/goods.ts'
import { mergeGoods } from '../../../src/core/merge-goods.ts'
import { saveShop } from '../../../src/core/shop.ts'
import type { Account } from '../../../src/model/account.ts'
import { useGateway } from '../../support/gateway.ts'
import { anErpShop, type ErpClient, erpClient, recordedAt } from './erp-shop.ts'

const gateway = useGateway()

beforeAll(() => {
  gateway().clock.now = recordedAt + 90_000
})

async function aShop(): Promise<{ account: Account; erp: ErpClient }> {
  const { account } = await anErpShop(gateway().ctx)
  return { account, erp: await erpClient(gateway().url, account) }
}

async function catalogueOf(account: Account) {
  const all = []
  for await (const page of listCatalogue(gateway().ctx, account, { enabledOnly: false })) {
    all.push(...page)
  }
  return all
}

async function productOf(account: Account, code: string) {
  return (await catalogueOf(account)).find((product) => product.code === code)
}

describe('lists', () => {
  it('are empty lists where the shop has none', async () => {
    const { ctx, url } = gateway()
    const { account } = await anErpShop(ctx)
    await saveShop(ctx, account, { statuses: [] })
    for (const code of ['mug', 'tea']) await removeGood(ctx, account, code)
    const erp = await erpClient(url, account)
    expect(await erp.call('statuses')).toEqual({ error: '', statuses: [] })
    expect(await erp.call('articles')).toEqual({ error: '', articles: [] })
    expect(await erp.call('getproducts')).toEqual({ error: '', products: [] })
    expect(await erp.call('getnames')).toEqual({ error: '', names: [] })
  })

  it('have statuses in any letters by name, escaped', async () => {
    const { account, erp } = await aShop()
    await saveShop(gateway().ctx, account, {
      statuses: [
        { id: 1, name: 'b' },
        { id: 2, name: 'C & D' },
        { id: 3, name: 'A' },
      ],
    })
    const { statuses } = await erp.call('statuses')
    expect(statuses).toEqual({ 3: 'A', 1: 'b', 2: 'C &amp; D' })
  })

  it('have paths of categories, also where two are each other’s parents', async () => {
    const { account, erp } = await aShop()
    await saveCategories(gateway().ctx, account, [
      { id: 30, parentId: 31, name: 'Odd' },
      { id: 31, parentId: 30, name: 'Even' },
      { id: 32, parentId: 26, name: 'A & B' },
    ])
    const { cats } = await erp.call('cats')
    const to = '&nbsp;&nbsp;&gt;&nbsp;&nbsp;'
    expect(cats).toMatchObject({ 30: `Even${to}Odd`, 32: `Desktops${to}PC${to}A &amp; B` })
  })

  it('leave out products that are off sale or have no SKU', async () => {
    const { account, erp } = await aShop()
    await saveGoods(gateway().ctx, account, [
      { code: 'bare', title: 'Bare', model: 'M-1' },
      { code: 'off', title: 'Off', sku: 'OFF-1', enabled: false },
    ])
    const skus = (rows: { sku: string }[]) => rows.map(({ sku }) => sku)
    expect(skus((await erp.call('getproducts')).products)).toEqual(['KR-01', 'CHAI-250'])
    expect(skus((await erp.call('getnames')).names)).toEqual(['KR-01', 'CHAI-250'])
    const { articles } = await erp.call('articles')
    expect(articles).toEqual(['CHAI-250', 'KR-01', 'M-1', 'OFF-1'])
  })

  it('tell weights in OpenCart’s classes', async () => {
    const { account, erp } = await aShop()
    const units = ['kg', 'g', 'LB', 'oz', 'stone']
    await saveGoods(
      gateway().ctx,
      account,
      units.map((weightUnit) => ({
        code: weightUnit,
        sku: weightUnit,
        terms: { weight: '1.5', weightUnit },
      })),
    )
    const { products } = await erp.call('getproducts')
    const classes = products.slice(2).map((row: Record<string, string>) => row.weight_class_id)
    expect(classes).toEqual(['1', '2', '5', '6', '0'])
    expect(products[2].weight).toBe('1.50000000')
  })
})

describe('addproducts', () => {
  const row = { name: 'Tea & "milk"', sku: 'T-9', quantity: '3.000', price: '10,50' }

  it('makes no second product of the same', async () => {
    const { account, erp } = await aShop()
    for (let times = 0; times < 2; times += 1) {
      expect(await erp.call('addproducts', { data: [row], cat: '26' })).toEqual({ error: '' })
    }
    const found = (await catalogueOf(account)).filter(({ sku }) => sku === 'T-9')
    expect(found).toHaveLength(1)
    expect(found[0]).toMatchObject({
      code: 'T-9',
      model: 'T-9',
      title: 'Tea & "milk"',
      price: 105_000n,
      stock: 3,
      enabled: false,
      categoryIds: [26],
    })
  })

  it('makes one product of two calls at once', async () => {
    const { account, erp } = await aShop()
    await Promise.all([1, 2, 3].map(() => erp.call('addproducts', { data: [row], cat: '0' })))
    const found = (await catalogueOf(account)).filter(({ article }) => article === 'T-9')
    expect(found).toHaveLength(1)
  })

  it('makes one product where another call adds it between a look and a write', async () => {
    const { account } = await aShop()
    const { ctx } = gateway()
    const good = { article: 'T-9', title: 'Tea', fields: {} }
    const merge = (through: Context) =>
      mergeGoods(through, account, { via: 'opencart', credentialId: null }, [good], {
        categoryIds: [],
      })
    let looks = 0
    const inTime: Context['database']['inTime'] = async (...work) => {
      const seen = await ctx.database.inTime(...work)
      looks += 1
      if (looks === 1) await merge(ctx)
      return seen
    }
    await merge({ ...ctx, database: Object.create(ctx.database, { inTime: { value: inTime } }) })
    const found = (await catalogueOf(account)).filter(({ article }) => article === 'T-9')
    expect([looks > 1, found.map(({ code }) => code)]).toEqual([true, ['T-9']])
  })

  it('changes a product that is there, and neither puts it on sale nor takes it off', async () => {
    const { account, erp } = await aShop()
    const data = [{ name: 'Mug', sku: 'kr-01', price: 5 }]
    await erp.call('addproducts', { data, cat: '20' })
    expect(await catalogueOf(account)).toHaveLength(2)
    expect(await productOf(account, 'mug')).toMatchObject({
      title: 'Mug',
      sku: 'KR-01',
      price: 50_000n,
      stock: 7,
      enabled: true,
      categoryIds: [20, 26],
    })
  })

  it('keeps what it does not know, and gives it back', async () => {
    const { account, erp } = await aShop()
    const extra = {
      volume: '3',
      sizes: { a: 1 },
      price_old: null,
      __proto__x: 'y',
      text: 'a\u0000b',
    }
    await erp.call('addproducts', { data: [{ ...row, ...extra, description: 'Long & good' }] })
    const product = await productOf(account, 'T-9')
    expect(product?.fields).toMatchObject({ description: 'Long & good' })
    await saveGoods(gateway().ctx, account, [{ code: 'T-9', enabled: true }])
    const { products } = await erp.call('getproducts')
    expect(products.at(-1)).toMatchObject({
      sku: 'T-9',
      name: 'Tea & &quot;milk&quot;',
      price: '10.5000',
      ...extra,
      text: 'a\uFFFDb',
    })
  })

  it('takes nothing from a product whose code is another’s article', async () => {
    const { account, erp } = await aShop()
    const data = [
      { ...row, sku: 'mug' },
      { ...row, sku: 'new-mug' },
    ]
    for (let times = 0; times < 2; times += 1) await erp.call('addproducts', { data })
    expect(await productOf(account, 'mug')).toMatchObject({ title: 'Кружка', sku: 'KR-01' })
    const codes = (await catalogueOf(account)).map(({ sku, code }) => [sku, code])
    expect(codes.slice(2)).toEqual([
      ['mug', 'new-new-mug'],
      ['new-mug', 'new-mug'],
    ])
  })

  it('brings back a deleted product under its old number, off sale', async () => {
    const { account, erp } = await aShop()
    await erp.call('addproducts', { data: [row] })
    const before = await productOf(account, 'T-9')
    await saveGoods(gateway().ctx, account, [{ code: 'T-9', enabled: true }])
    await removeGood(gateway().ctx, account, 'T-9')
    await erp.call('addproducts', { data: [row] })
    expect(await productOf(account, 'T-9')).toMatchObject({ id: before?.id, enabled: false })
  })

  it('puts a product into no category that there is not', async () => {
    const { account, erp } = await aShop()
    expect(await erp.call('addproducts', { data: [row], cat: '999' })).toEqual({ error: '' })
    expect((await productOf(account, 'T-9'))?.categoryIds).toEqual([])
  })

  it.each([
    ['a row without a sku', [row, { name: 'x' }], '0'],
    ['a bad price', [row, { ...row, sku: 'T-10', price: '-1' }], '0'],
    ['a bad category', [row], 'desk'],
    ['a sku beyond all measure', [row, { ...row, sku: 'x'.repeat(256) }], '0'],
    ['no list', 'x', '0'],
  ])('refuses %s, and adds nothing', async (_name, data, cat) => {
    const { account, erp } = await aShop()
    expect((await erp.call('addproducts', { data, cat })).error).not.toBe('')
    expect(await catalogueOf(account)).toHaveLength(2)
  })
})

describe('quantities, prices and names', () => {
  it('are all refused where one is bad', async () => {
    const { account, erp } = await aShop()
    const calls = [
      ['updatequantity', { 'KR-01': 1, 'CHAI-250': 'many' }],
      ['updateprice', { 'KR-01': '1.00', 'CHAI-250': '-1' }],
      ['updatenames', { 'KR-01': 'Cup', 'CHAI-250': '' }],
    ] as const
    for (const [method, data] of calls) {
      const { error } = await erp.call(method, { data })
      expect(error).toContain('CHAI-250')
      expect((await erp.call(method, { other: '1' })).error).toContain('data')
      expect((await erp.call(method)).error).toContain('data')
    }
    const mug = await productOf(account, 'mug')
    expect(mug).toMatchObject({ stock: 7, price: 1_500_000n, title: 'Кружка' })
  })

  it('pass over unknown articles, and fit every product of an article', async () => {
    const { account, erp } = await aShop()
    await saveGoods(gateway().ctx, account, [{ code: 'mug-2', sku: 'KR-01', title: 'Second' }])
    await erp.call('updatequantity', { data: { 'KR-01': -3, none: 1 } })
    await erp.call('updateprice', { data: { 'KR-01': '1,5', none: 1 } })
    await erp.call('updatenames', { data: { 'KR-01': 'Cup', none: 'x' } })
    expect(await productOf(account, 'mug')).toMatchObject({
      stock: -3,
      price: 15_000n,
      title: 'Cup',
    })
    expect(await productOf(account, 'mug-2')).toMatchObject({
      stock: -3,
      price: 15_000n,
      title: 'Second',
    })
    expect(gateway().logText()).toContain('quantities of articles that the shop does not have')
  })

  it('leave names as they are that are read and sent back', async () => {
    const { account, erp } = await aShop()
    const title = '6" cup & <b>'
    await erp.call('updatenames', { data: { 'KR-01': title } })
    for (let times = 0; times < 2; times += 1) {
      const { names } = await erp.call('getnames')
      const rows: { sku: string; name: string }[] = names
      expect(rows).toContainEqual({ sku: 'KR-01', name: '6&quot; cup & <b>' })
      await erp.call('updatenames', {
        data: Object.fromEntries(rows.map(({ sku, name }) => [sku, name])),
      })
      await erp.call('addproducts', { data: rows })
      expect(await productOf(account, 'mug')).toMatchObject({ title })
      expect(await productOf(account, 'tea')).toMatchObject({ title: 'Чай "Earl"' })
    }
  })

  it('succeed, and set no level, where the account takes its stock elsewhere', async () => {
    const { ctx, url, logText } = gateway()
    const { account: made } = await anErpShop(ctx)
    await changeSettings(ctx, made, { stockSource: 'mintsoft' })
    const account = await getAccount(ctx, made.login)
    const erp = await erpClient(url, account)
    expect(await erp.call('updatequantity', { data: { 'KR-01': 77 } })).toEqual({ error: '' })
    const data = [
      { name: 'Cup', sku: 'KR-01', quantity: 78 },
      { name: 'New', sku: 'N-1', quantity: 79 },
    ]
    expect(await erp.call('addproducts', { data })).toEqual({ error: '' })
    expect(await productOf(account, 'mug')).toMatchObject({ stock: 7, title: 'Cup' })
    expect(await productOf(account, 'N-1')).toMatchObject({ stock: null })
    expect(logText()).toContain('stock is taken from another dialect')
  })
})

describe('a body that nobody encoded', () => {
  it('is noted in the log when it is read as it stands', async () => {
    const { account, erp } = await aShop()
    await saveGoods(gateway().ctx, account, [{ code: 'cd', sku: 'C&D' }])
    const address = `${gateway().url}/opencart/${account.login}/index.php`
    const answer = await fetch(
      `${address}?route=api/zstore/updatequantity&api_token=${erp.token}`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'data={"C&D":3,"KR-01":4}&',
      },
    )
    expect(await answer.text()).toBe('{"error":""}')
    expect(await productOf(account, 'cd')).toMatchObject({ stock: 3 })
    expect(gateway().logText()).toContain('the body is not form-encoded')
  })

  it('may say %00 and mean it', async () => {
    const { account, erp } = await aShop()
    const address = `${gateway().url}/opencart/${account.login}/index.php`
    const renamed = async (body: string) => {
      const query = `route=api/zstore/updatenames&api_token=${erp.token}`
      const headers = { 'content-type': 'application/x-www-form-urlencoded' }
      const answer = await fetch(`${address}?${query}`, { method: 'POST', headers, body })
      return JSON.parse(await answer.text())
    }
    expect(await renamed('data={"KR-01":"Cup 100%00"}&')).toEqual({ error: '' })
    expect(await productOf(account, 'mug')).toMatchObject({ title: 'Cup 100%00' })
    for (const nul of [
      'data={"KR-01":"\0"}',
      'data={"KR-01":"\\u0000"}',
      'data=%7B%22KR-01%22:%22%00%22%7D',
    ]) {
      expect((await renamed(nul)).error).not.toBe('')
    }
    expect(await productOf(account, 'mug')).toMatchObject({ title: 'Cup 100%00' })
  })

  it('is told to come in parts where it is too large, and changes nothing', async () => {
    const { account, erp } = await aShop()
    const data = { 'KR-01': 1, pad: `${'0'.repeat(16_000_000)}1` }
    const { error } = await erp.call('updatequantity', { data })
    expect(error).toContain('larger than 16 MB')
    expect(await productOf(account, 'mug')).toMatchObject({ stock: 7 })
  })
})
