import { beforeAll, describe, expect, it } from 'vitest'
import { saveCoupons, saveVouchers } from '../../../src/core/promotions.ts'
import { useGateway } from '../../support/gateway.ts'
import { aFilledCart, aStore, guest, type Store, totalsOf } from './a-checkout.ts'
import { aClient } from './client.ts'

const gateway = useGateway()
let store: Store

beforeAll(async () => {
  store = await aStore(gateway())
  const { ctx } = gateway()
  const terms = { name: 'Test', type: 'P', discount: '10' } as const
  await saveCoupons(ctx, store.account, [
    { code: 'DEAR', terms: { ...terms, minimum: '300' }, used: 0 },
    { code: 'ONLY28', terms: { ...terms, productIds: [28] }, used: 0 },
    { code: 'KNOWN', terms: { ...terms, loginNeeded: true }, used: 0 },
    { code: 'EARLY', terms: { ...terms, from: '2999-01-01' }, used: 0 },
    { code: 'LATE', terms: { ...terms, until: '2001-01-01' }, used: 0 },
    { code: 'OFF', terms: { ...terms, enabled: false }, used: 0 },
    { code: 'GONE', terms: { ...terms, uses: 2 }, used: 2 },
  ])
  const voucher = { amount: 500_000n, data: {}, enabled: true }
  await saveVouchers(ctx, store.account, [
    { ...voucher, code: 'EMPTY', balance: 0n },
    { ...voucher, code: 'OFF', balance: 500_000n, enabled: false },
  ])
})

const aShopper = () => aClient(gateway(), store.login)
const applied = (what: string) => ({ success: `Success: Your ${what} discount has been applied!` })
const noCoupon = {
  error: "Warning: Coupon is either invalid, expired or reached it's usage limit!",
}
const fiftyPoints = 'Reward Points (-50)'
const noVoucher = {
  error: 'Warning: Gift Voucher is either invalid or the balance has been used up!',
}

describe('a coupon', () => {
  it('can be named before there is a cart', async () => {
    const client = await aShopper()
    expect(await client.call('api/coupon', { coupon: '2222' })).toEqual(applied('coupon'))
    expect(await totalsOf(client)).toEqual({ 'Sub-Total': '$0.00', Total: '$0.00' })
    await client.call('api/cart/add', { product_id: 28 })
    expect(await totalsOf(client)).toMatchObject({ 'Coupon (2222)': '$-10.00' })
  })

  it.each(['DEAR', 'ONLY28'])(
    '%s is taken, and counts once the cart holds what it asks for',
    async (coupon) => {
      const client = await aFilledCart(gateway(), store)
      expect(await client.call('api/coupon', { coupon })).toEqual(applied('coupon'))
      expect(await totalsOf(client)).not.toHaveProperty(`Coupon (${coupon})`)
      await client.call('api/cart/add', { product_id: 28 })
      expect(await totalsOf(client)).toHaveProperty(`Coupon (${coupon})`)
    },
  )

  it.each(['', 'NOPE', 'KNOWN', 'EARLY', 'LATE', 'OFF', 'GONE', '1111'])(
    '"%s" is refused, and the one before forgotten',
    async (coupon) => {
      const client = await aFilledCart(gateway(), store)
      await client.call('api/coupon', { coupon: '2222' })
      expect(await client.call('api/coupon', { coupon })).toEqual(noCoupon)
      const totals = Object.keys(await totalsOf(client))
      expect(totals.filter((title) => title.startsWith('Coupon'))).toEqual([])
    },
  )

  it('for known customers is theirs', async () => {
    const client = await aShopper()
    await client.call('api/customer', { ...guest, customer_id: 7 })
    expect(await client.call('api/coupon', { coupon: 'KNOWN' })).toEqual(applied('coupon'))
  })

  it('is found whatever else is posted beside it', async () => {
    const client = await aShopper()
    const fields = { coupon: ' 2222 ', page: 2, limit: 10, foo: 'bar' }
    expect(await client.call('api/coupon', fields)).toEqual(applied('coupon'))
  })
})

describe('a gift voucher', () => {
  it('pays what is left of it at most', async () => {
    const client = await aFilledCart(gateway(), store)
    const voucher = { voucher: 'GIFT100' }
    expect(await client.call('api/voucher', voucher)).toEqual(applied('gift voucher'))
    expect(await totalsOf(client)).toMatchObject({
      'Gift Certificate (GIFT100)': '$-100.00',
      Total: '$146.40',
    })
  })

  it.each(['', 'NOPE', 'EMPTY', 'OFF'])(
    '"%s" is refused, and the one before forgotten',
    async (voucher) => {
      const client = await aFilledCart(gateway(), store)
      await client.call('api/voucher', { voucher: 'GIFT100' })
      expect(await client.call('api/voucher', { voucher })).toEqual(noVoucher)
      expect(await totalsOf(client)).toMatchObject({ Total: '$246.40' })
    },
  )
})

describe('reward points', () => {
  const enter = 'Warning: Please enter the amount of reward points to use!'
  const most = 'Warning: The maximum number of points that can be applied is 200!'

  it.each<readonly [reward: string, error: string]>([
    ['', enter],
    ['0', enter],
    ['abc', enter],
    ['201', most],
    ['301', most],
    ['-301', most],
    ['99999999999999999999', most],
  ])('in a number of "%s" are refused, and those before forgotten', async (reward, error) => {
    const client = await aFilledCart(gateway(), store)
    await client.call('api/customer', { ...guest, customer_id: 7 })
    await client.call('api/cart/add', { product_id: 28 })
    await client.call('api/reward', { reward: 50 })
    expect(await totalsOf(client)).toHaveProperty(fiftyPoints)
    expect(await client.call('api/reward', { reward })).toEqual({ error })
    expect(await totalsOf(client)).not.toHaveProperty(fiftyPoints)
  })

  it.each(['50', '-50', '50.9'])('in a number of "%s" are 50', async (reward) => {
    const client = await aShopper()
    await client.call('api/customer', { ...guest, customer_id: 7 })
    await client.call('api/cart/add', { product_id: 28 })
    expect(await client.call('api/reward', { reward })).toEqual(applied('reward points'))
    expect(await totalsOf(client)).toHaveProperty(fiftyPoints)
  })

  it('are none for a guest', async () => {
    const client = await aShopper()
    await client.call('api/cart/add', { product_id: 28 })
    expect(await client.call('api/reward/maximum')).toEqual({ maximum: 200 })
    expect(await client.call('api/reward/available')).toEqual({ points: null })
    expect(await client.call('api/reward', { reward: 10 })).toEqual({
      error: "Warning: You don't have 10 reward points!",
    })
  })

  it.each<readonly [route: string, fields: Readonly<Record<string, string>>]>([
    ['api/cart/edit', { key: '1', quantity: '2' }],
    ['api/cart/remove', { key: '999' }],
  ])('are forgotten with %s', async (route, fields) => {
    const client = await aShopper()
    await client.call('api/customer', { ...guest, customer_id: 7 })
    await client.call('api/cart/add', { product_id: 28 })
    await client.call('api/reward', { reward: 50 })
    await client.call(route, fields)
    expect(await totalsOf(client)).not.toHaveProperty(fiftyPoints)
  })
})

describe('a currency', () => {
  it.each(['', 'XXX', 'US', 'EURO'])('"%s" is refused, and the one before stays', async (code) => {
    const client = await aFilledCart(gateway(), store)
    expect(await client.call('api/currency', { currency: 'EUR' })).toEqual({
      success: 'Success: Your currency has been changed!',
    })
    expect(await client.call('api/currency', { currency: code })).toEqual({
      error: 'Warning: Currency code is invalid!',
    })
    expect(await totalsOf(client)).toMatchObject({ Total: '193.33€' })
  })
})
