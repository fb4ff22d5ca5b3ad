import { beforeAll, describe, expect, it } from 'vitest'
import { listGoods } from '../../src/core/goods.ts'
import { setStock } from '../../src/core/stock.ts'
import type { Account } from '../../src/model/account.ts'
import { useBook } from '../support/book.ts'
import { anAccount, anOrder } from '../support/fixtures.ts'

const book = useBook()
const warehouse = { via: 'mintsoft', credentialId: 1 }

const goods = [
  { code: 'mug', sku: 'MUG-01', stock: 5 },
  { code: 'pen', sku: 'Pen-1' },
  { code: 'upper', sku: 'TWIN' },
  { code: 'lower', sku: 'twin' },
  { code: 'cup', model: 'CUP-M', stock: 0 },
  { code: 'plain' },
]

let account: Account

beforeAll(async () => {
  account = (await anAccount(book().ctx, { goods })).account
})

async function levels(of: Account): Promise<Record<string, number | null>> {
  const found: [string, number | null][] = []
  for await (const page of listGoods(book().ctx, of)) {
    found.push(...page.map(({ code, stock }) => [code, stock] as [string, number | null]))
  }
  return Object.fromEntries(found)
}

const set = (of: Account, wanted: Readonly<Record<string, number>>, author = warehouse) =>
  setStock(
    book().ctx,
    of,
    author,
    Object.entries(wanted).map(([article, quantity]) => ({ article, quantity })),
  )

describe('setting stock by article', () => {
  it.each([
    ['the exact SKU', 'MUG-01', 'mug'],
    ['the SKU in other letters, if only one product has it', 'mug-01', 'mug'],
    ['the SKU with blanks around it', ' MUG-01 ', 'mug'],
    ['the exact SKU, although another differs only in letters', 'twin', 'lower'],
    ['the model where there is no SKU', 'cup-m', 'cup'],
    ['the code where there is neither', 'plain', 'plain'],
  ])('finds %s and no other product', async (_name, article, code) => {
    const before = await levels(account)
    const quantity = Math.max(0, before[code] ?? 0) + 17
    expect(await set(account, { [article]: quantity })).toEqual(['set'])
    expect(await levels(account)).toEqual({ ...before, [code]: quantity })
  })

  it.each([
    ['ambiguous', 'Twin'],
    ['unknown', 'MUG-02'],
    ['unknown', 'mug'],
    ['unknown', ''],
    ['unknown', 'MUG-01%'],
  ])('tells %s of the article "%s", and sets nothing', async (outcome, article) => {
    const before = await levels(account)
    expect(await set(account, { [article]: 99 })).toEqual([outcome])
    expect(await levels(account)).toEqual(before)
  })

  it('lets the last of several levels of a product count', async () => {
    expect(await set(account, { 'Pen-1': 3, 'PEN-1': 4, 'pen-1': 2 })).toEqual([
      'set',
      'set',
      'set',
    ])
    expect(await levels(account)).toMatchObject({ pen: 2 })
    const twice = [6, 8].map((quantity) => ({ article: 'Pen-1', quantity }))
    await setStock(book().ctx, account, warehouse, twice)
    expect(await levels(account)).toMatchObject({ pen: 8 })
  })

  it('takes many at once, each with its own outcome, in their order', async () => {
    const wanted = { 'MUG-01': 70, nothing: 1, 'pen-1': 71, TwIn: 2, TWIN: 72, 'CUP-M': -4 }
    const outcomes = ['set', 'unknown', 'set', 'ambiguous', 'set', 'set']
    expect(await set(account, wanted)).toEqual(outcomes)
    expect(await levels(account)).toMatchObject({ mug: 70, pen: 71, upper: 72, cup: -4 })
    expect(await setStock(book().ctx, account, warehouse, [])).toEqual([])
  })

  it('does no harm when it is repeated', async () => {
    for (let turn = 0; turn < 2; turn += 1) {
      expect(await set(account, { 'MUG-01': 12 })).toEqual(['set'])
      expect(await levels(account)).toMatchObject({ mug: 12 })
    }
  })

  it("never reaches another account's product", async () => {
    const other = (await anAccount(book().ctx, { goods })).account
    await set(account, { 'MUG-01': 44 })
    expect(await levels(other)).toMatchObject({ mug: 5 })
  })

  it('makes a product keep stock, which orders take from then on', async () => {
    const shop = (await anAccount(book().ctx, { goods })).account
    const order = { lines: [{ code: 'pen', quantity: 2 }] }
    await anOrder(book().ctx, shop, order)
    expect(await levels(shop)).toMatchObject({ pen: null })
    await set(shop, { 'Pen-1': 9 })
    await anOrder(book().ctx, shop, order)
    expect(await levels(shop)).toMatchObject({ pen: 7 })
  })

  it('loses no order that is placed meanwhile', async () => {
    const shop = (await anAccount(book().ctx, { goods })).account
    const order = { lines: ['mug', 'cup'].map((code) => ({ code, quantity: 1 })) }
    const place = () =>
      Promise.all(Array.from({ length: 20 }, () => anOrder(book().ctx, shop, order)))
    const sync = async () => {
      for (let level = 0; level < 20; level += 1) await set(shop, { 'MUG-01': 100, 'CUP-M': 100 })
    }
    await Promise.all([place(), sync()])
    const { mug, cup } = await levels(shop)
    // Whatever came last, both are written together.
    expect(mug).toBe(cup)
    await set(shop, { 'MUG-01': 100, 'CUP-M': 100 })
    await place()
    expect(await levels(shop)).toMatchObject({ mug: 80, cup: 80 })
  })
})

describe('an account with a source of its own for stock', () => {
  it.each([
    ['any', 'mintsoft', 'set'],
    ['mintsoft', 'mintsoft', 'set'],
    ['opencart', 'mintsoft', 'not-applied'],
    ['opencart', 'operator', 'set'],
  ])('%s: a level from %s is %s', async (stockSource, via, outcome) => {
    const shop = (await anAccount(book().ctx, { goods, settings: { stockSource } })).account
    const found = await set(shop, { 'MUG-01': 30, nothing: 1 }, { via, credentialId: 1 })
    expect(found[0]).toBe(outcome)
    expect(await levels(shop)).toMatchObject({ mug: outcome === 'set' ? 30 : 5 })
  })
})
