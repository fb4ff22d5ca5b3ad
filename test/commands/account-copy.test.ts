import { describe, expect, it } from 'vitest'
import { changeSettings, getAccount, setNextNumber } from '../../src/core/accounts.ts'
import { addEndpoint } from '../../src/core/endpoints.ts'
import { listGoods, saveGoods } from '../../src/core/goods.ts'
import { saveShop, shopOf } from '../../src/core/shop.ts'
import type { Account } from '../../src/model/account.ts'
import type { Product } from '../../src/model/product.ts'
import { anAccount, anOrder } from '../support/fixtures.ts'
import { useConsole } from './console.ts'

const at = useConsole()

const payUrl = 'https://pay.example.com/?shop=live&n={number}'

/** A shop that has been at work: goods, stock, an order, an endpoint, a host. */
async function aShop(login: string) {
  const { ctx } = at()
  const { account } = await anAccount(ctx, {
    login,
    secret: 'never-to-be-copied',
    settings: { timezone: 'Europe/Moscow', currency: 'EUR', payUrl },
  })
  await saveGoods(ctx, account, [
    { code: 'kept', title: 'Kept', price: 10_000n, stock: 7, categories: ['Toys'] },
    { code: 'spare', fields: { colour: 'red', good_api_url_notif: 'https://a.example/?k=1' } },
  ])
  await saveShop(ctx, account, { name: 'The shop' })
  await anOrder(ctx, account, { lines: [{ code: 'kept', quantity: 1 }] })
  await setNextNumber(ctx, account, 'order', 500_000)
  await addEndpoint(ctx, account, {
    url: 'https://93.184.215.14/',
    format: 'standard',
    types: null,
    secret: 'whsec_bmV2ZXItdG8tYmUtY29waWVkLWVpdGhlcg==',
  })
  await at().run(`account set ${login} host=${login}.example.com`)
  return getAccount(ctx, login)
}

async function goodsOf(account: Account): Promise<Product[]> {
  const goods: Product[] = []
  for await (const page of listGoods(at().ctx, account)) goods.push(...page)
  return goods
}

describe('account copy', () => {
  it('gives the new account goods, stock, shop and settings, and nothing else', async () => {
    const from = await aShop('first')
    const { code, out } = await at().run('account copy first second')
    expect(code).toBe(0)
    const { ctx, database } = at()
    const copy = await getAccount(ctx, 'second')
    expect(copy.settings).toEqual(from.settings)
    const theirs = await goodsOf(from)
    expect(await goodsOf(copy)).toEqual(
      theirs.map((one) => ({
        ...one,
        accountId: copy.id,
        ...(one.code === 'spare' ? { fields: { colour: 'red' } } : {}),
      })),
    )
    expect(theirs.find((one) => one.code === 'kept')).toMatchObject({ stock: 6 })
    expect((await shopOf(ctx, copy)).name).toBe('The shop')
    for (const table of ['orders', 'credentials', 'endpoints', 'account_hosts', 'customers']) {
      const rows = await database.sql`
        select 1 from ${database.sql(table)} where account_id = ${copy.id}`
      expect([table, rows.length]).toEqual([table, 0])
    }
    for (const text of [
      '100000',
      'credential add second --dialect influencersoft',
      'endpoint add',
    ]) {
      expect(out).toContain(text)
    }
    expect(out).not.toMatch(/never-to-be-copied|whsec_|--test/)
  })

  it('goes on with products where the other stopped, and with orders where an account begins', async () => {
    const from = await aShop('counted')
    await at().run('account copy counted counted-2')
    const { ctx } = at()
    const copy = await getAccount(ctx, 'counted-2')
    expect(await anOrder(ctx, copy, { lines: [{ code: 'kept', quantity: 1 }] })).toBe(100_000)
    for (const account of [from, copy]) await saveGoods(ctx, account, [{ code: 'later' }])
    const ids = async (account: Account) =>
      (await goodsOf(account)).find(({ code }) => code === 'later')?.id
    expect(await ids(copy)).toBe(await ids(from))
    const stock = async (account: Account) =>
      (await goodsOf(account)).find(({ code }) => code === 'kept')?.stock
    expect([await stock(from), await stock(copy)]).toEqual([6, 5])
  })

  it('is in test mode with --test, and leaves out where real buyers pay', async () => {
    await aShop('real')
    const { out } = await at().run('account copy real trial --test')
    expect(out).toContain('TEST MODE')
    expect(out).toContain('credential add trial --dialect influencersoft --test')
    expect(out).toContain('account set trial pay-url=')
    const { settings } = await getAccount(at().ctx, 'trial')
    expect([settings.test, settings.payUrl]).toEqual([true, ''])
    expect(await at().runJson('account copy trial live-again --json')).toMatchObject({
      login: 'live-again',
      from: 'trial',
      test: false,
      rows: { products: 5, stock: 1 },
    })
    expect((await getAccount(at().ctx, 'live-again')).settings.test).toBe(false)
  })

  it.each([
    ['taken', 'taken', 'there is an account "taken" already'],
    ['taken', 'Bad', 'a login has'],
    ['taken', 'bill', 'reserved'],
    ['nobody', 'somebody', 'there is no account "nobody"'],
  ])('of %s to %s is refused, and makes nothing', async (from, to, why) => {
    await at().run('account add taken')
    const before = (await at().run('account list')).out
    const { code, out, err } = await at().run(`account copy ${from} ${to} --json`)
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain(why)
    expect((await at().run('account list')).out).toBe(before)
  })

  it('is noted with the new account, and changes nothing of the other', async () => {
    const from = await aShop('noted')
    await changeSettings(at().ctx, from, { contacts: 'record' })
    const before = await at().database
      .sql`select * from account_events where account_id = ${from.id}`
    await at().run('account copy noted noted-2')
    const { sql } = at().database
    expect(await sql`select * from account_events where account_id = ${from.id}`).toEqual(before)
    const copy = await getAccount(at().ctx, 'noted-2')
    const events = await sql`select kind, data from account_events where account_id = ${copy.id}`
    expect([...events]).toEqual([{ kind: 'copied', data: { from: 'noted', test: false } }])
  })
})
