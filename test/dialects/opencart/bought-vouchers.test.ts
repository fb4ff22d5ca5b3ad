import { beforeAll, describe, expect, it } from 'vitest'
import { useGateway } from '../../support/gateway.ts'
import { aStore, type Store, totalsOf } from './a-checkout.ts'
import { aClient, type Client, type Fields } from './client.ts'

const gateway = useGateway()
let store: Store

beforeAll(async () => {
  store = await aStore(gateway())
})

const aShopper = () => aClient(gateway(), store.login)
const modified = { success: 'Success: You have modified your shopping cart!' }
const email = 'E-Mail Address does not appear to be valid!'
const amount = 'Amount must be between $1.00 and $1,000.00!'
const voucher = {
  from_name: 'Bob',
  from_email: 'bob@example.com',
  to_name: 'Ada <&>',
  to_email: 'ada@example.com',
  voucher_theme_id: 8,
  message: 'hi',
  amount: 25,
}

function listOf(...vouchers: readonly Fields[]): Fields {
  return Object.fromEntries(
    vouchers.flatMap((one, at) =>
      Object.entries(one).map(([name, value]) => [`voucher[${at}][${name}]`, value]),
    ),
  )
}

async function boughtBy(client: Client) {
  const { vouchers } = await client.call('api/cart/products')
  return vouchers
}

describe('a gift voucher that is bought', () => {
  it('stands in the cart under a number of its own, and adds to the sum without tax', async () => {
    const client = await aShopper()
    expect(await client.call('api/voucher/add', voucher)).toEqual(modified)
    expect(await client.call('api/voucher/add', voucher)).toEqual(modified)
    const [one, other] = await boughtBy(client)
    expect(one).toEqual({
      code: expect.any(Number),
      description: '$25.00 Gift Certificate for Ada &lt;&amp;&gt;',
      from_name: 'Bob',
      from_email: 'bob@example.com',
      to_name: 'Ada &lt;&amp;&gt;',
      to_email: 'ada@example.com',
      voucher_theme_id: '8',
      message: 'hi',
      price: '$25.00',
      amount: 25,
    })
    expect(one.code).not.toBe(other.code)
    expect(one.code).toBeLessThan(2 ** 31)
    expect(await totalsOf(client)).toEqual({ 'Sub-Total': '$50.00', Total: '$50.00' })
    await client.call('api/cart/remove', { key: one.code })
    expect(await boughtBy(client)).toEqual([other])
  })

  it('costs its amount in the currency in use', async () => {
    const client = await aShopper()
    await client.call('api/currency', { currency: 'EUR' })
    await client.call('api/voucher/add', voucher)
    const [bought] = await boughtBy(client)
    expect(bought).toMatchObject({ price: '25.00€', amount: 31.8634 })
  })

  it.each<readonly [fields: Fields, error: Readonly<Record<string, string>>]>([
    [{ from_name: '' }, { from_name: 'Your Name must be between 1 and 64 characters!' }],
    [
      { to_name: 'x'.repeat(65) },
      { to_name: "Recipient's Name must be between 1 and 64 characters!" },
    ],
    [
      { from_email: 'bob', to_email: '' },
      { from_email: email, to_email: email },
    ],
    [{ amount: 5000 }, { amount }],
    [{ amount: '0.99' }, { amount }],
    [{ amount: -25 }, { amount }],
    [{ amount: 'much' }, { amount }],
    [{ amount: '' }, { amount }],
  ])('with %j is refused, and the cart stays', async (fields, error) => {
    const client = await aShopper()
    expect(await client.call('api/voucher/add', { ...voucher, ...fields })).toEqual({ error })
    expect(await boughtBy(client)).toEqual([])
  })
})

describe('a list of gift vouchers', () => {
  it('takes the place of those before, under the codes that came', async () => {
    const client = await aShopper()
    await client.call('api/voucher/add', voucher)
    const list = listOf({ ...voucher, code: 'ABC' }, { ...voucher, code: '7', amount: '30.5' })
    expect(await client.call('api/voucher/add', list)).toEqual(modified)
    expect(await boughtBy(client)).toMatchObject([
      { code: 'ABC', amount: 25 },
      { code: '7', amount: 30.5, price: '$30.50' },
    ])
  })

  it('loses what is incomplete, or would make an order cheaper', async () => {
    const client = await aShopper()
    const { message: _, ...incomplete } = voucher
    const list = listOf(
      { ...incomplete, code: 'A' },
      { ...voucher, code: '' },
      { ...voucher, code: 'B', amount: -100 },
      { ...voucher, code: 'C', amount: 'x' },
      { ...voucher, code: 'D' },
    )
    expect(await client.call('api/voucher/add', list)).toEqual(modified)
    expect(await boughtBy(client)).toMatchObject([{ code: 'D' }])
    expect(await client.call('api/voucher/add', { 'voucher[0]': 'none' })).toEqual(modified)
    expect(await boughtBy(client)).toEqual([])
  })
})
