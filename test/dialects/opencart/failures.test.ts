import { describe, expect, it } from 'vitest'
import type { Call, CallNote } from '../../../src/dialects/dialect.ts'
import { createHandler } from '../../../src/dialects/opencart/handler.ts'
import { useBook } from '../../support/book.ts'
import { aCall } from './a-call.ts'

const book = useBook()
const quiet = { warn: () => undefined, error: () => undefined }
const said = 'Warning: The gateway cannot answer now, repeat the request!'

async function handle(route: string, change: Partial<Call>, context = book().ctx) {
  const notes: CallNote = {}
  const call = {
    ...aCall({ query: `route=${route}&api_token=x` }),
    note: (fields: CallNote) => Object.assign(notes, fields),
    ...change,
  }
  const response = await createHandler(context, quiet)(call)
  return { response, json: JSON.parse(await response.text()), notes }
}

/** An account is all that the handler asks before it asks the book. */
const account = { id: 1, login: 'demo', disabled: false, settings: {} } as never

const inText = { error: said }
const inWarning = { error: { warning: said } }
const shapes = [
  ['api/login', inText],
  ['api/account/login', inText],
  ['api/order/add', inText],
  ['api/cart/products', inWarning],
  ['api/shipping/address', inWarning],
  ['api/sale/cart', inText],
  ['api/sale/order.confirm', inWarning],
  ['api/order', inText],
  ['api/order&call=confirm', inText],
] as const

describe('a gateway that cannot answer now', () => {
  it.each(shapes)('says so to %s in JSON, to be repeated after a while', async (route, body) => {
    const causes = [
      { unavailable: true, account: undefined },
      { crowded: true, account },
    ]
    for (const change of causes) {
      const { response, json, notes } = await handle(route, change)
      expect([response.status, json]).toEqual([503, body])
      expect(response.headers.get('retry-after')).toBe('5')
      expect(response.headers.get('content-type')).toBe('application/json')
      expect(notes.outcome).toBe('busy')
    }
  })

  it('says no more of a bug', async () => {
    const broken = { ...book().ctx, database: undefined } as never
    const { response, json, notes } = await handle('api/cart/products', { account }, broken)
    expect([response.status, json, notes.outcome]).toEqual([503, inWarning, 'bug'])
    expect(response.headers.get('retry-after')).toBe('5')
  })
})

describe('CORS headers', () => {
  const user = (version: string) => ({ settings: { version }, id: 1 }) as never
  const origin = 'https://shop.example'
  const headersOf = async (route: string, version: string, from?: string) => {
    const header = (name: string) => (name === 'origin' ? from : undefined)
    const change = { crowded: true, account, credentials: [user(version)], header }
    return (await handle(route, change)).response.headers
  }

  it.each([
    ['2.3', 'api/cart/products', origin],
    ['3.0', 'api/cart/products', null],
    ['auto', 'api/cart/products', null],
    ['3.0', 'api/sale/cart', '*'],
    ['2.3', 'api/sale/cart', '*'],
    ['3.0', 'api/order&call=cart', '*'],
  ])('of a %s user, called by %s, allow %s', async (version, route, allowed) => {
    const headers = await headersOf(route, version, origin)
    expect(headers.get('access-control-allow-origin')).toBe(allowed)
  })

  it('of 2.3 are there only for a call that names its origin', async () => {
    const headers = await headersOf('api/cart/products', '2.3')
    expect(headers.has('access-control-allow-origin')).toBe(false)
  })
})

describe('an account that is not there', () => {
  const noPermission = 'Warning: You do not have permission to access the API!'
  it.each([
    ['api/login', []],
    ['api/account/login', { error: 'Warning: Incorrect API Key!' }],
    ['api/order/add', { error: noPermission }],
    ['api/cart/products', { error: { warning: noPermission } }],
    ['api/shipping/address', { error: { warning: noPermission } }],
    ['api/zstore/orders', { error: 'No access' }],
  ])('hears at %s what a wrong key or token hears', async (route, body) => {
    const { response, json } = await handle(route, { account: undefined })
    expect([response.status, json]).toEqual([200, body])
  })
})
