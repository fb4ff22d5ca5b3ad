import { beforeAll, describe, expect, it } from 'vitest'
import { findOrder } from '../../../src/core/find-order.ts'
import type { Account } from '../../../src/model/account.ts'
import { statusOf } from '../../../src/model/order-statuses.ts'
import { useGateway } from '../../support/gateway.ts'
import { aRecordedStore } from './recorded-store.ts'
import { type Replayed, replay } from './replay.ts'
import { countsInDocs, countsOf } from './replay-counts.ts'

/** Compared exchanges that are not answered as recorded, each with its reason. */
const known: Readonly<Record<string, string>> = {
  'auth 5: api_token in the query':
    'api/order with a token is a list that OpenCart does not have; it refuses in its own words',
}

/** Answered in the older dialects, which one address speaks as well. */
const otherDialects = [
  'auth 0: unsigned: api/order',
  'auth 1: 3.0 login on 4.1: api/login',
  'auth 2: 4.0 login on 4.1: api/account/login',
  'auth 3: 4.0 route: api/sale/cart',
  'auth 4: internal controller is blocked: api/cart',
]

const gateway = useGateway()
let results: readonly Replayed[] = []
let account: Account

beforeAll(async () => {
  const login = 'shop-41'
  const { clock } = gateway()
  results = await replay(gateway(), {
    version: '4.1.0.3',
    basePath: `/opencart/${login}/`,
    now: () => clock.now,
    seed: async ({ ctx }) => {
      account = await aRecordedStore(ctx, login, { version: 'auto' })
    },
  })
})

function ofKind(outcome: Replayed['outcome']): readonly Replayed[] {
  return results.filter((result) => result.outcome === outcome)
}

function nameOf({ entity, index, name }: Replayed): string {
  return `${entity} ${index}: ${name}`
}

function defect(place: string): unknown {
  const found = ofKind('defect').find(({ entity, index }) => `${entity} ${index}` === place)
  return found?.answer?.json
}

describe('the recording of 4.1.0.3', () => {
  it('comes out as the docs say', () => {
    expect(countsOf(results)).toEqual(countsInDocs('4.1.0.3'))
  })

  it('is answered as the original answers, but for what is listed with its reason', () => {
    const shown = ofKind('different').map((one) => [nameOf(one), one.differences])
    expect(ofKind('different').map(nameOf), JSON.stringify(shown, null, 1)).toEqual(
      Object.keys(known),
    )
    const equal = ofKind('equal').length
    expect(equal / (equal + ofKind('different').length)).toBeGreaterThanOrEqual(0.95)
    expect(ofKind('left-out')).toEqual([])
  })

  it('may differ only where an older dialect answers', () => {
    expect(ofKind('may-differ-ok').map(nameOf)).toEqual(otherDialects)
  })

  it('has four answers that are no model, and of which no better one is recorded', () => {
    const places = ofKind('defect').map(({ entity, index }) => `${entity} ${index}`)
    expect(places).toEqual(['cart 13', 'payment 4', 'order 5', 'order 12'])
    expect(ofKind('defect').map(({ answer }) => answer?.status)).toEqual([200, 200, 200, 200])
  })
})

describe('where the original is no model', () => {
  it('a kept cookie adds nothing to a cart', () => {
    expect(defect('cart 13')).toMatchObject({
      success: 'Success: You have modified your shopping cart!',
      products: [{ product_id: '40', quantity: '2', total_text: '$244.40' }],
    })
  })

  it('a missing way to pay is told in a text, with the cart', () => {
    expect(defect('payment 4')).toMatchObject({
      error: 'Warning: Payment method required!',
      products: [{ product_id: '40' }, { product_id: '28' }],
      shipping_required: true,
    })
  })

  it('an unknown order is refused', () => {
    expect(defect('order 5')).toEqual({ error: { warning: 'Warning: Order could not be found!' } })
  })

  it('an order in a signed currency is shown in it, and keeps it', async () => {
    expect(defect('order 12')).toMatchObject({
      order_id: 3,
      commission: '0.00€',
      products: [{ price: 101, price_text: '96.66€', total: 202 }],
      totals: expect.arrayContaining([expect.objectContaining({ value: 254.4, text: '199.60€' })]),
    })
    const order = await findOrder(gateway().ctx, account, 3)
    expect(order).toMatchObject({ currency: 'USD', orderedCurrency: 'EUR', total: 2_544_000n })
  })

  it("an order without a status has the shop's first one", async () => {
    expect(statusOf(await findOrder(gateway().ctx, account, 2))).toBe(1)
  })

  it('an edited order keeps its number and has the new content', async () => {
    const order = await findOrder(gateway().ctx, account, 1)
    expect(order).toMatchObject({ total: 2_544_000n, comment: 'edited', coupon: null })
    expect(order.lines).toMatchObject([{ productId: 40, quantity: 2 }])
    expect(statusOf(order)).toBe(3)
  })
})
