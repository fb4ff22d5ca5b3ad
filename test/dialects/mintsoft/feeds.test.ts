import { describe, expect, it } from 'vitest'
import { changeOrder } from '../../../src/core/change-order.ts'
import { rotate } from '../../../src/core/credentials.ts'
import { heldBack } from '../../../src/dialects/mintsoft/feed.ts'
import type { TestAccount } from '../../support/fixtures.ts'
import { useGateway } from '../../support/gateway.ts'
import { aKey, aReleased, aShop, get, guid, listed } from './client.ts'

const gateway = useGateway()

const incomplete = { line1: '9 Mill Lane', country: 'GB' }

async function confirm(shop: TestAccount, ordernumber: string): Promise<void> {
  const { text } = await get(gateway(), shop, { action: 'confirm', ordernumber })
  expect(text).toBe('')
}

async function gathered<T>(items: AsyncGenerator<T, void, void>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

describe('the list', () => {
  it('is oldest release first, capped, and the rest follows once these are confirmed', async () => {
    const shop = await aShop(gateway(), { most: 2 })
    for (let quantity = 1; quantity <= 3; quantity++) {
      await aReleased(gateway(), shop, { lines: [{ code: 'mug', quantity }] })
    }
    expect(await listed(gateway(), shop)).toEqual(['1001', '1002'])
    expect(await listed(gateway(), shop)).toEqual(['1001', '1002'])
    await confirm(shop, '1001')
    expect(await listed(gateway(), shop)).toEqual(['1002', '1003'])
  })

  it('changes nothing in the book', async () => {
    const shop = await aShop(gateway())
    await aReleased(gateway(), shop)
    const state = async () => {
      const { sql } = gateway().database
      const { id } = shop.account
      return [
        await sql`select * from order_states where account_id = ${id}`,
        await sql`select * from order_events where account_id = ${id}`,
      ]
    }
    const before = await state()
    await listed(gateway(), shop)
    await listed(gateway(), shop)
    expect(await state()).toEqual(before)
  })

  it('holds back an order that Mintsoft could not take, which takes no place of another', async () => {
    const shop = await aShop(gateway(), { most: 1 })
    await aReleased(gateway(), shop, { billing: incomplete })
    await aReleased(gateway(), shop, { lines: [{ code: 'lamp', quantity: 1 }] })
    expect(await listed(gateway(), shop)).toEqual(['1002'])
    expect(gateway().logText()).toContain('"held":1')
    const found = await gathered(
      heldBack(gateway().ctx, shop.account, [
        shop.credential,
        await aKey(gateway(), shop.account, guid(2), { most: 1 }),
        await aKey(gateway(), shop.account, guid(3), { countries: ['IE'] }),
      ]),
    )
    expect(found).toEqual([
      {
        ...{ number: 1001, credentialId: shop.credential.id + 1, reason: 'no PostCode' },
        mend: ['shipping.postcode'],
      },
    ])
    await gateway().database.sql`
      update orders set billing = billing || '{"postcode": "GU34 1AB"}'
      where account_id = ${shop.account.id} and number = 1001`
    expect(await listed(gateway(), shop)).toEqual(['1001'])
  })

  it('never shows an order again that was sent or cancelled', async () => {
    const shop = await aShop(gateway())
    await aReleased(gateway(), shop)
    await aReleased(gateway(), shop, { lines: [{ code: 'lamp', quantity: 1 }] })
    const author = { via: 'operator', credentialId: null }
    const command = { kind: 'cancel' } as const
    await changeOrder(gateway().ctx, shop.account, { number: 1001, command, author })
    await get(gateway(), shop, { action: 'complete', ordernumber: '1002', tracking: '1' })
    expect(await listed(gateway(), shop)).toEqual([])
  })
})

describe('several keys', () => {
  it('of different feeds each have their own', async () => {
    const shop = await aShop(gateway(), { feed: 'south' })
    const north = {
      ...shop,
      credential: await aKey(gateway(), shop.account, guid(2), { feed: 'north' }),
    }
    await aReleased(gateway(), shop)
    await confirm(shop, '1001')
    expect(await listed(gateway(), shop)).toEqual([])
    expect(await listed(gateway(), north)).toEqual(['1001'])
  })

  it('of one feed share what they have confirmed', async () => {
    const shop = await aShop(gateway())
    const other = { ...shop, credential: await aKey(gateway(), shop.account, guid(2)) }
    await aReleased(gateway(), shop)
    await confirm(other, '1001')
    expect(await listed(gateway(), shop)).toEqual([])
  })

  it('see what their filters let through', async () => {
    const shop = await aShop(gateway(), { countries: ['GB'] })
    const irish = {
      ...shop,
      credential: await aKey(gateway(), shop.account, guid(2), { countries: ['IE'] }),
    }
    await aReleased(gateway(), shop)
    const billing = { line1: '1 Quay', city: 'Cork', postcode: 'T12', country: 'Ireland' }
    await aReleased(gateway(), shop, { billing, lines: [{ code: 'lamp', quantity: 1 }] })
    expect(await listed(gateway(), shop)).toEqual(['1001'])
    expect(await listed(gateway(), irish)).toEqual(['1002'])
  })

  it('that all pass an order over leave it among those held back', async () => {
    const shop = await aShop(gateway(), { countries: ['IE'] })
    await aReleased(gateway(), shop)
    const found = await gathered(heldBack(gateway().ctx, shop.account, [shop.credential]))
    expect(found).toEqual([
      { number: 1001, credentialId: null, reason: 'no key has it in its filters' },
    ])
  })

  it('list nothing again when one is rotated out', async () => {
    const shop = await aShop(gateway())
    await aReleased(gateway(), shop)
    await confirm(shop, '1001')
    const { ctx } = gateway()
    const credential = await rotate(ctx, shop.account, shop.credential.id, guid(2), 0)
    ctx.directory.forget()
    gateway().clock.now += 1
    expect(await listed(gateway(), { ...shop, credential })).toEqual([])
    expect((await get(gateway(), shop)).text).toBe('"API KEY INVALID"')
  })
})

it('two polls and a confirm at once lose nothing and repeat nothing', async () => {
  const shop = await aShop(gateway())
  for (let quantity = 1; quantity <= 5; quantity++) {
    await aReleased(gateway(), shop, { lines: [{ code: 'mug', quantity }] })
  }
  const [first, , second] = await Promise.all([
    listed(gateway(), shop),
    confirm(shop, '1003'),
    listed(gateway(), shop),
  ])
  const left = ['1001', '1002', '1004', '1005']
  for (const seen of [first, second]) {
    expect(seen.filter((number) => number !== '1003')).toEqual(left)
  }
  expect(await listed(gateway(), shop)).toEqual(left)
})
