import { describe, expect, it } from 'vitest'
import { findOrder } from '../../../src/core/find-order.ts'
import { heldBack } from '../../../src/dialects/mintsoft/feed.ts'
import { countryOf } from '../../../src/dialects/mintsoft/order-object.ts'
import { readParameters, textOf } from '../../../src/dialects/mintsoft/parameters.ts'
import type { Shipment } from '../../../src/model/order.ts'
import type { TestAccount } from '../../support/fixtures.ts'
import { useGateway } from '../../support/gateway.ts'
import { anOrderOf } from './an-order.ts'
import { aKey, aReleased, aShop, get, guid, listed } from './client.ts'

const gateway = useGateway()

const home = { line1: '9 Mill Lane', city: 'Alton', postcode: 'GU34 1AB', country: 'GB' }

describe('an order whose delivery names a person and no place', () => {
  const shipping = { firstName: 'Ada', lastName: 'Example', phone: '5' }

  it('goes where its billing address is', () => {
    expect(countryOf(anOrderOf({ billing: home, shipping }))).toBe('GB')
  })

  it('is listed by the feed of that country, and neither listed nor held back by another', async () => {
    const british = await aShop(gateway(), { feed: 'north', countries: ['GB'] })
    const { account } = british
    const credential = await aKey(gateway(), account, guid(2), { feed: 'south', countries: ['FR'] })
    const number = await aReleased(gateway(), british, { billing: home, shipping })
    expect(await listed(gateway(), british)).toEqual([String(number)])
    expect(await listed(gateway(), { account, credential })).toEqual([])
    const held = heldBack(gateway().ctx, account, [british.credential, credential])
    expect(await held.next()).toMatchObject({ done: true })
  })
})

describe('a parcel that is reported bit by bit', () => {
  async function parcelsAfter(reports: readonly Record<string, string>[]) {
    const shop: TestAccount = await aShop(gateway())
    const number = await aReleased(gateway(), shop)
    const moments: Shipment[][] = []
    for (const report of reports) {
      const call = { action: 'complete', ordernumber: String(number), ...report }
      expect((await get(gateway(), shop, call)).text).toBe('')
      moments.push([...(await findOrder(gateway().ctx, shop.account, number)).shipments])
    }
    return moments
  }

  it('keeps service, link and time when its number comes without them', async () => {
    const [first, last] = await parcelsAfter([
      { courierservice: 'DPD24', trackinglink: 'https://t.test/a' },
      { tracking: 'AB1' },
    ])
    const sentAt = first?.[0]?.sentAt
    expect(last).toMatchObject([
      { service: 'DPD24', tracking: 'AB1', link: 'https://t.test/a', sentAt },
    ])
  })

  it('takes the service and link that come with its number', async () => {
    const [, last] = await parcelsAfter([
      { courierservice: 'DPD24' },
      { courierservice: 'RM48', tracking: 'AB1', trackinglink: 'https://t.test/b' },
    ])
    expect(last).toMatchObject([{ service: 'RM48', tracking: 'AB1', link: 'https://t.test/b' }])
  })
})

describe('a tracking link', () => {
  it.each([
    [
      'that was not encoded keeps the signs it encoded itself',
      'trackinglink=https://t.test/?k=a%2Bb%3D%3D%26c&l=%D1%8F&m=1%2523',
      'https://t.test/?k=a%2Bb%3D%3D%26c&l=я&m=1%23',
    ],
    [
      'that was encoded takes no parameter behind it into itself',
      'trackinglink=https%3A%2F%2Ft.test%2F%3Fp%3D1&weight=3',
      'https://t.test/?p=1',
    ],
  ])('%s', (_name, query, expected) => {
    const parameters = readParameters(query, new Uint8Array(), undefined)
    expect(textOf(parameters, 'trackinglink')).toBe(expected)
  })
})
