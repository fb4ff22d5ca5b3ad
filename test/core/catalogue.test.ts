import { beforeAll, describe, expect, it } from 'vitest'
import {
  findCheckoutProducts,
  listArticles,
  listCatalogue,
  listCategories,
  saveCategories,
  setPrices,
  setTitles,
} from '../../src/core/catalogue.ts'
import { listGoods, removeGood, saveGoods } from '../../src/core/goods.ts'
import type { Account } from '../../src/model/account.ts'
import type { ProductChange } from '../../src/model/product.ts'
import { useBook } from '../support/book.ts'
import { anAccount } from '../support/fixtures.ts'

const book = useBook()

const goods: readonly ProductChange[] = [
  { code: 'mug', id: 40, sku: 'MUG-01', title: 'Mug', stock: 5 },
  { code: 'pen', id: 41, sku: 'Pen-1', title: 'Pen', enabled: false },
  { code: 'first', id: 50, sku: 'SAME', title: 'First' },
  { code: 'second', id: 51, sku: 'SAME', title: 'Second' },
  { code: 'upper', id: 60, sku: 'TWIN', title: 'Upper' },
  { code: 'lower', id: 61, sku: 'twin', title: 'Lower' },
  { code: 'gone', id: 70, sku: 'GONE', title: 'Gone' },
]

let account: Account

beforeAll(async () => {
  account = await aShop()
})

async function aShop(): Promise<Account> {
  const made = (await anAccount(book().ctx, { goods })).account
  await removeGood(book().ctx, made, 'gone')
  return made
}

async function shown(of: Account, column: 'price' | 'title'): Promise<Record<string, unknown>> {
  const rows: [string, unknown][] = []
  for await (const page of listGoods(book().ctx, of)) {
    rows.push(...page.map((one) => [one.code, one[column]] as [string, unknown]))
  }
  return Object.fromEntries(rows)
}

describe('terms and categories of a product', () => {
  const terms = { taxClassId: 9, specials: [{ priority: 1, price: '80.0000', customerGroupId: 1 }] }

  it('come with the product that a checkout meets, in full', async () => {
    const { ctx } = book()
    await saveCategories(ctx, account, [
      { id: 20, parentId: null, name: 'Desktops' },
      { id: 28, parentId: 25, name: 'Monitors' },
    ])
    const change = { code: 'mug', terms, categoryIds: [28, 99, 20, 28] }
    expect(await saveGoods(ctx, account, [change])).toEqual(['changed'])
    expect(await saveGoods(ctx, account, [change])).toEqual(['same'])
    const found = await findCheckoutProducts(ctx, account, [40, 41, 70, 999, -1, 40])
    expect([...found.keys()].sort()).toEqual([40, 41])
    expect(found.get(40)).toMatchObject({
      code: 'mug',
      stock: 5,
      enabled: true,
      categoryIds: [20, 28],
      terms: { taxClassId: 9, minimum: 1, specials: [{ price: 800_000n }], options: [] },
    })
    expect(found.get(41)).toMatchObject({ enabled: false, categoryIds: [], stock: null })
  })

  it('stay where a change does not name them, and go where it does', async () => {
    const { ctx } = book()
    await saveGoods(ctx, account, [{ code: 'mug', title: 'Mug, large' }])
    const first = (await findCheckoutProducts(ctx, account, [40])).get(40)
    expect(first).toMatchObject({ categoryIds: [20, 28], terms: { taxClassId: 9 } })
    await saveGoods(ctx, account, [
      { code: 'mug', categoryIds: [20], terms: {} },
      { code: 'mug', categoryIds: [20, 28] },
      { code: 'mug', categoryIds: [] },
    ])
    const last = (await findCheckoutProducts(ctx, account, [40])).get(40)
    expect(last).toMatchObject({ categoryIds: [], terms: { taxClassId: 0, specials: [] } })
  })

  it('list with the catalogue, by id, of enabled products or of all', async () => {
    const ids = async (enabledOnly: boolean) => {
      const found: number[] = []
      for await (const page of listCatalogue(book().ctx, account, { enabledOnly })) {
        found.push(...page.map(({ id }) => id))
      }
      return found
    }
    expect(await ids(false)).toEqual([40, 41, 50, 51, 60, 61])
    expect(await ids(true)).toEqual([40, 50, 51, 60, 61])
    expect(await listArticles(book().ctx, account)).toEqual([
      'MUG-01',
      'Pen-1',
      'SAME',
      'TWIN',
      'twin',
    ])
  })
})

describe('categories', () => {
  const one = (id: number, name: string, parentId: number | null = null) => ({ id, name, parentId })

  it('are added, changed and left alone by id, and may swap names', async () => {
    const { ctx } = book()
    const shop = await aShop()
    const save = (...list: ReturnType<typeof one>[]) => saveCategories(ctx, shop, list)
    expect(await save(one(1, 'A'), one(2, 'B'), one(3, 'A', 1))).toMatchObject({ added: 3 })
    expect(await save(one(1, 'B'), one(2, 'A'), one(3, 'A', 1))).toEqual({
      added: 0,
      changed: 2,
      same: 1,
    })
    expect(await listCategories(ctx, shop)).toEqual([one(1, 'B'), one(2, 'A'), one(3, 'A', 1)])
  })

  it('with one name below one parent are refused by number, and none is saved', async () => {
    const { ctx } = book()
    const shop = await aShop()
    await saveCategories(ctx, shop, [one(1, 'A')])
    await expect(saveCategories(ctx, shop, [one(5, 'New'), one(6, 'A')])).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining('the category 6 cannot be saved: the category 1 has'),
    })
    await expect(saveCategories(ctx, shop, [one(7, 'C'), one(8, 'C')])).rejects.toThrow('8')
    expect(await listCategories(ctx, shop)).toEqual([one(1, 'A')])
  })
})

describe('prices and titles by article', () => {
  it('reach the exact article, else the only one in other letters, and count the unknown', async () => {
    const { ctx } = book()
    const before = await shown(account, 'price')
    const set = (prices: Record<string, bigint>) =>
      setPrices(
        ctx,
        account,
        Object.entries(prices).map(([article, price]) => ({ article, price })),
      )
    expect(await set({ 'mug-01': 70n, ' SAME ': 80n, twin: 90n, Twin: 1n, GONE: 2n, x: 3n })).toBe(
      3,
    )
    const after = { ...before, mug: 70n, first: 80n, second: 80n, lower: 90n }
    expect(await shown(account, 'price')).toEqual(after)
    expect(await set({ 'Pen-1': 5n, 'PEN-1': 6n, 'pen-1': 7n })).toBe(0)
    expect(await shown(account, 'price')).toEqual({ ...after, pen: 7n })
    expect(await setPrices(ctx, account, [])).toBe(0)
  })

  it.each([-1n, 100_000_000_000n * 10_000n])('set none where one is %d', async (price) => {
    const before = await shown(account, 'price')
    const prices = [
      { article: 'MUG-01', price: 99n },
      { article: 'Pen-1', price },
    ]
    await expect(setPrices(book().ctx, account, prices)).rejects.toMatchObject({
      code: 'invalid-input',
    })
    expect(await shown(account, 'price')).toEqual(before)
  })

  it('name the first product of an article only, whatever the text', async () => {
    const { ctx } = book()
    const before = await shown(account, 'title')
    const titles = [
      { article: 'SAME', title: 'wrong' },
      { article: 'MUG-01', title: 'Half \ud800 and \\u0000 "x"\n' },
      { article: 'SAME', title: 'Right' },
      { article: 'nothing', title: 'None' },
    ]
    expect(await setTitles(ctx, account, titles)).toBe(1)
    expect(await shown(account, 'title')).toEqual({
      ...before,
      first: 'Right',
      mug: 'Half \ufffd and \\u0000 "x"\n',
    })
  })

  it("never reach another account's product", async () => {
    const other = await aShop()
    await setPrices(book().ctx, account, [{ article: 'MUG-01', price: 12_345n }])
    expect((await shown(other, 'price')).mug).toBe(0n)
  })
})

describe('a catalogue of 50,000 products', () => {
  const count = 50_000
  const many = Array.from({ length: count }, (_, index) => ({
    code: `p${index}`,
    sku: `SKU-${index}`,
    price: 1n,
    stock: index,
    categoryIds: [1],
  }))

  it('is saved in one call, and priced in one call', async () => {
    const { ctx } = book()
    const shop = (await anAccount(ctx, { goods: [] })).account
    await saveCategories(ctx, shop, [{ id: 1, parentId: null, name: 'All' }])
    const outcomes = await saveGoods(ctx, shop, many)
    expect(outcomes.filter((outcome) => outcome === 'added')).toHaveLength(count)
    const again = await saveGoods(ctx, shop, many)
    expect(again.filter((outcome) => outcome === 'same')).toHaveLength(count)
    const prices = many.map(({ sku }, index) => ({ article: sku, price: BigInt(index) }))
    expect(await setPrices(ctx, shop, prices)).toBe(0)
    const [row] = await book().database.sql`
      select count(*)::int as right from products
      where account_id = ${shop.id} and price * 10000 = substr(sku, 5)::int`
    expect(row?.right).toBe(count)
  }, 120_000)
})
