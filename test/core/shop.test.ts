import { beforeAll, describe, expect, it } from 'vitest'
import { hasOrders, saveShop, shopOf } from '../../src/core/shop.ts'
import type { Account } from '../../src/model/account.ts'
import { shopSchema } from '../../src/model/shop.ts'
import { useBook } from '../support/book.ts'
import { anAccount, anOrder } from '../support/fixtures.ts'

const book = useBook()

let account: Account

beforeAll(async () => {
  account = (await anAccount(book().ctx)).account
})

const pounds = { id: 1, code: 'GBP', rate: '0.61250001' }

describe("an account's shop", () => {
  it('is a default install where nothing was said', async () => {
    expect(await shopOf(book().ctx, account)).toEqual(shopSchema.parse({}))
  })

  it('takes parts, one by one, and keeps the others', async () => {
    const { ctx } = book()
    expect(await saveShop(ctx, account, { name: 'Mill', countryId: 222 })).toEqual([
      'name',
      'countryId',
    ])
    expect(await saveShop(ctx, account, { currencies: [pounds] })).toEqual(['currencies'])
    const shop = await shopOf(ctx, account)
    expect(shop).toMatchObject({ name: 'Mill', countryId: 222 })
    expect(shop.currencies).toMatchObject([{ ...pounds, decimals: 2, enabled: true }])
  })

  it('says which parts are not as they were, however they are written', async () => {
    const { ctx } = book()
    await saveShop(ctx, account, { voucherMinimum: '1.5', firstStatus: 2 })
    const again = { voucherMinimum: '1.5000', firstStatus: 2, pricesWithTax: false }
    expect(await saveShop(ctx, account, again)).toEqual(['pricesWithTax'])
    expect(await saveShop(ctx, account, again)).toEqual([])
  })

  it('refuses what cannot be with its place, and changes nothing', async () => {
    const { ctx } = book()
    const before = await shopOf(ctx, account)
    const bad = { name: 'Other', currencies: [pounds, { ...pounds, rate: '0' }] }
    await expect(saveShop(ctx, account, bad)).rejects.toMatchObject({
      code: 'invalid-input',
      message: expect.stringContaining("the shop's currencies.1.rate cannot be used"),
    })
    expect(await shopOf(ctx, account)).toEqual(before)
  })

  it('is seen by everybody as soon as it is saved, even while the clock stands', async () => {
    const { ctx } = book()
    const other = (await anAccount(ctx)).account
    const stopped = { ...ctx, now: () => 1_000 }
    for (const name of ['One', 'Two', 'Three']) {
      await saveShop(stopped, other, { name })
      for (const reader of [ctx, stopped]) {
        expect(await shopOf(reader, other)).toMatchObject({ name })
        expect(await shopOf(reader, other)).toMatchObject({ name })
      }
    }
  })

  it('loses no part that is saved at the same time', async () => {
    const { ctx } = book()
    const other = (await anAccount(ctx)).account
    await Promise.all([
      saveShop(ctx, other, { name: 'Both' }),
      saveShop(ctx, other, { countryId: 7 }),
      saveShop(ctx, other, { zoneId: 9 }),
    ])
    expect(await shopOf(ctx, other)).toMatchObject({ name: 'Both', countryId: 7, zoneId: 9 })
  })

  it('knows whether there has been an order', async () => {
    const { ctx } = book()
    expect(await hasOrders(ctx, account)).toBe(false)
    await anOrder(ctx, account)
    expect(await hasOrders(ctx, account)).toBe(true)
  })
})
