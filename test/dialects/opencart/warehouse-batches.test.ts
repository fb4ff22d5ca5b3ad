import { describe, expect, it } from 'vitest'
import { listCatalogue } from '../../../src/core/catalogue.ts'
import type { Account } from '../../../src/model/account.ts'
import { useGateway } from '../../support/gateway.ts'
import { anErpShop, erpClient, placeOrderOf } from './erp-shop.ts'

const gateway = useGateway()
const most = 50_000
const added = 20_000

async function tally(account: Account) {
  const seen = { products: 0, stock: 0, price: 0n }
  for await (const page of listCatalogue(gateway().ctx, account, { enabledOnly: false })) {
    for (const { stock, price } of page) {
      seen.products += 1
      seen.stock += stock ?? 0
      seen.price += price
    }
  }
  return seen
}

const keyed = (value: (at: number) => string | number) =>
  Object.fromEntries(Array.from({ length: most }, (_, at) => [`SKU-${at}`, value(at)]))

describe('a whole catalogue in one call', () => {
  it('is added, stocked and priced, also the second time', { timeout: 120_000 }, async () => {
    const { ctx, url } = gateway()
    const { account } = await anErpShop(ctx)
    const erp = await erpClient(url, account)
    const before = await tally(account)
    const data = Array.from({ length: added }, (_, at) => ({
      name: `Thing & "part" ${at}`,
      sku: `SKU-${at}`,
      quantity: '1.000',
      price: '10.50',
    }))
    for (let times = 0; times < 2; times += 1) {
      expect(await erp.call('addproducts', { data, cat: '20' })).toEqual({ error: '' })
      expect(await tally(account)).toEqual({
        products: before.products + added,
        stock: before.stock + added,
        price: before.price + BigInt(added) * 105_000n,
      })
    }
    const levels = { data: keyed(() => 2) }
    const prices = { data: keyed(() => '3.00') }
    for (let times = 0; times < 2; times += 1) {
      expect(await erp.call('updatequantity', levels)).toEqual({ error: '' })
      expect(await erp.call('updateprice', prices)).toEqual({ error: '' })
    }
    expect(await tally(account)).toEqual({
      products: before.products + added,
      stock: before.stock + 2 * added,
      price: before.price + BigInt(added) * 30_000n,
    })
  })
})

describe('a long list of orders', () => {
  it('comes whole, and moves whole', { timeout: 60_000 }, async () => {
    const { ctx, url, clock } = gateway()
    const { account } = await anErpShop(ctx, { settings: { days: 0 } })
    const erp = await erpClient(url, account)
    const places = Array.from({ length: 700 }, (_, at) => at)
    const numbers = await Promise.all(
      places.map((at) => placeOrderOf(ctx, account, { createdAt: clock.now + at }, 1)),
    )
    const { orders } = await erp.call('orders', { status_id: '1' })
    expect(orders.map((one: { order_id: string }) => Number(one.order_id))).toEqual([
      12,
      ...numbers,
    ])
    const data = Object.fromEntries(numbers.map((number) => [number, '5']))
    expect(await erp.call('updateorder', { data })).toEqual({ error: '' })
    expect((await erp.call('orders', { status_id: '1' })).orders).toHaveLength(1)
    expect((await erp.call('orders', { status_id: '5' })).orders).toHaveLength(numbers.length)
  })
})
