import { beforeAll, describe, expect, it } from 'vitest'
import { useGateway } from '../../support/gateway.ts'
import { countsInDocs, countsOf } from './replay-counts.ts'
import { type ReplayResults, replayOn } from './replay-gateway.ts'

type Recorded = {
  readonly release: '2.3.0.2' | '3.0.3.9'
  /** What the API user of the recording is set to. */
  readonly version: '2.3' | '3.0'
  /** Where the gateway answers in another way on purpose: by name, with the reason. */
  readonly differences: Readonly<Record<string, string>>
  /** Where the recording leaves it to the server, and the gateway takes the liberty. */
  readonly liberties: readonly string[]
  /** Exchanges that no server should copy, by what they are about. */
  readonly noRoute: readonly string[]
  readonly listWithoutMethod: string
}

const sameInBoth = [
  'login 11: GET with credentials in the query',
  'login 12: credentials as JSON body',
  'login 16: trailing spaces around key',
]
const orderIdInBody = [
  'order 8: info: order_id in the POST body instead of the query',
  'order 17: history: order_id in the body',
]

const recordings: readonly Recorded[] = [
  {
    release: '2.3.0.2',
    version: '2.3',
    differences: {},
    liberties: [
      ...sameInBoth,
      'auth 33: token in POST body only',
      'auth 34: token as OCSESSID cookie only',
      'auth 35: token as Authorization Bearer only',
      'auth 37: other parameter name (api_token)',
      'auth 41: route with leading slash',
      ...orderIdInBody,
    ],
    noRoute: [
      'auth 38: unknown api route, valid token',
      'auth 40: entity without method: api/cart',
      'auth 46: no route',
    ],
    listWithoutMethod: 'auth 39: entity without method: api/order',
  },
  {
    release: '3.0.3.9',
    version: '3.0',
    differences: {},
    liberties: [
      ...sameInBoth,
      'auth 30: token in POST body only',
      'auth 32: token as Authorization Bearer only',
      'auth 34: other parameter name (token)',
      'auth 38: route with leading slash',
      ...orderIdInBody,
    ],
    noRoute: [
      'auth 35: unknown api route, valid token',
      'auth 37: entity without method: api/cart',
      'auth 43: no route',
    ],
    listWithoutMethod: 'auth 36: entity without method: api/order',
  },
]

const cartDefects = [
  'cart 35: products: after the customer was set to 7',
  'cart 37: products: with reward',
]

describe.each(recordings)('the recording of OpenCart $release', (recorded) => {
  const gateway = useGateway()
  let replayed: ReplayResults
  beforeAll(async () => {
    replayed = await replayOn(gateway(), recorded.release, { version: recorded.version })
  }, 120_000)
  const answerTo = (named: string) => replayed.answerTo(named.split(':')[0] ?? '')

  it('is answered as recorded, at least 97 of 100 exchanges', () => {
    expect(replayed.equalShare).toBeGreaterThanOrEqual(0.97)
    expect(replayed.named('left-out')).toEqual([])
    expect(gateway().logText()).not.toContain('"outcome":"bug"')
  })

  it('is answered in another way where that is listed, and nowhere else', () => {
    expect(replayed.named('different')).toEqual(Object.keys(recorded.differences))
    expect(replayed.named('may-differ-ok')).toEqual(recorded.liberties)
  })

  it('comes out as the docs say', () => {
    expect(countsOf(replayed.all)).toEqual(countsInDocs(recorded.release))
  })

  it('has no defects but those that are looked at here', () => {
    const { noRoute, listWithoutMethod } = recorded
    const defects = [...noRoute, listWithoutMethod, ...cartDefects].toSorted()
    expect(replayed.named('defect').toSorted()).toEqual(defects)
  })

  it.each(recorded.noRoute)('hears in JSON that there is no such route: %s', (named) => {
    const { status, headers, json } = answerTo(named)
    expect(status).toBe(404)
    expect(headers['content-type']).toBe('application/json')
    expect(json).toEqual({ error: 'The page you requested cannot be found!' })
  })

  it('finds a list of orders at api/order, which OpenCart does not have', () => {
    const { status, json } = answerTo(recorded.listWithoutMethod)
    expect(status).toBe(200)
    expect(json).toMatchObject({ data: expect.any(Array), page: 1 })
  })

  it('keeps its cart when the customer is set', () => {
    const cartIn = (named: string): readonly string[] => {
      const { products } = answerTo(named).json as {
        products: readonly { readonly product_id: string; readonly quantity: string }[]
      }
      return products.map((line) => `${line.product_id} x ${line.quantity}`).toSorted()
    }
    expect(cartDefects.map(cartIn)).toEqual([['40 x 5'], ['28 x 1', '40 x 5']])
  })
})
