import { describe, expect, it } from 'vitest'
import { useGateway } from '../support/gateway.ts'
import { aBuyer, aShop, aStranger, cyrillic, email, folded, phone, wish } from './a-buyer.ts'

const gateway = useGateway()

describe('an export', () => {
  it('holds all that stands about the person, and nobody else', async () => {
    const shop = await aShop(gateway())
    const orders = await aBuyer(shop)
    await aStranger(shop)
    const words = ['buyer', 'export', shop.login, `  ${folded} `]
    const { code, out, err } = await shop.console.run(words)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const told = JSON.parse(out)
    expect(told).toMatchObject({ account: shop.login, email: folded })
    expect(Object.keys(told).slice(4)).toEqual(Object.keys(told.about))
    expect(told.orders.map(({ number }: { number: number }) => number)).toEqual([
      orders.placed,
      orders.bought,
    ])
    expect(told.orders[0]).toMatchObject({
      buyer: { email, phone },
      comment: wish.bill_comment,
      total: '12.90',
    })
    expect(told.orders[0].messages.length).toBeGreaterThan(0)
    expect(JSON.stringify(told.orders[0].messages)).toContain(`thanks, ${email}`)
    expect(JSON.stringify(told.orders[1].history)).toContain(`${cyrillic} rang`)
    expect(told.customers).toMatchObject([{ id: 7001, pointsLeft: 40 }])
    expect(told.contacts).toMatchObject([{ call: 'AddLeadToGroup' }])
    expect(told.vouchers).toHaveLength(2)
    expect(told.checkouts.length).toBeGreaterThan(0)
    expect(told.refusedCalls).toHaveLength(2)
    expect(out).not.toContain('Carl rang')
    await shop.console.run([...words, '--out', 'her.json'])
    const file = Buffer.from(shop.console.files.get('her.json') ?? '').toString('utf8')
    expect(JSON.parse(file)).toEqual(told)
  })

  it('of nobody is empty', async () => {
    const shop = await aShop(gateway())
    const told = await shop.console.runJson<Record<string, unknown>>(
      `buyer export ${shop.login} nobody@example.com`,
    )
    expect(told).toMatchObject({ orders: [], customers: [], vouchers: [], refusedCalls: [] })
  })
})
