import { beforeAll, describe, expect, it } from 'vitest'
import { useGateway } from '../../support/gateway.ts'
import { type ReplayResults, replayOn } from './replay-gateway.ts'

const gateway = useGateway()
let replayed: ReplayResults

beforeAll(async () => {
  replayed = await replayOn(gateway(), '3.0.3.9', { version: '3.0' })
}, 120_000)

/** Where the gateway answers in another way on purpose, and why. */
const differences: Readonly<Record<string, string>> = {}

/** Where the recording leaves it to the server, and the gateway takes the liberty. */
const liberties = [
  'login 11: GET with credentials in the query',
  'login 12: credentials as JSON body',
  'login 16: trailing spaces around key',
  'auth 30: token in POST body only',
  'auth 32: token as Authorization Bearer only',
  'auth 34: other parameter name (token)',
  'auth 38: route with leading slash',
  'order 8: info: order_id in the POST body instead of the query',
  'order 17: history: order_id in the body',
]

/** Lines of a cart in an answer: `40 x 5`. */
function cartIn(place: string): readonly string[] {
  const { products } = replayed.answerTo(place).json as {
    products: readonly { readonly product_id: string; readonly quantity: string }[]
  }
  return products.map((line) => `${line.product_id} x ${line.quantity}`).toSorted()
}

describe('the recording of OpenCart 3.0.3.9', () => {
  it('is answered as recorded, at least 97 of 100 exchanges', () => {
    expect(replayed.equalShare).toBeGreaterThanOrEqual(0.97)
    expect(replayed.named('left-out')).toEqual([])
    expect(gateway().logText()).not.toContain('"outcome":"bug"')
  })

  it('is answered in another way where that is listed, and nowhere else', () => {
    expect(replayed.named('different')).toEqual(Object.keys(differences))
    expect(replayed.named('may-differ-ok')).toEqual(liberties)
  })

  it('has no defects but those that are looked at here', () => {
    expect(replayed.named('defect')).toEqual([
      'auth 35: unknown api route, valid token',
      'auth 36: entity without method: api/order',
      'auth 37: entity without method: api/cart',
      'auth 43: no route',
      'cart 35: products: after the customer was set to 7',
      'cart 37: products: with reward',
    ])
  })
})

describe('what OpenCart 3.0.3.9 does wrong', () => {
  it.each(['auth 35', 'auth 37', 'auth 43'])('is answered in JSON: %s names no route', (place) => {
    const { status, headers, json } = replayed.answerTo(place)
    expect(status).toBe(404)
    expect(headers['content-type']).toBe('application/json')
    expect(json).toEqual({ error: 'The page you requested cannot be found!' })
  })

  it('is answered in JSON: api/order without a method may be a list of its own', () => {
    const { status, headers, json } = replayed.answerTo('auth 36')
    expect([200, 404]).toContain(status)
    expect(headers['content-type']).toBe('application/json')
    expect(json).toBeTypeOf('object')
  })

  it('is not done to the cart: it stays when the customer is set', () => {
    expect(cartIn('cart 35')).toEqual(['40 x 5'])
    expect(cartIn('cart 37')).toEqual(['28 x 1', '40 x 5'])
  })
})
