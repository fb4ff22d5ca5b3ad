import { describe, expect, it } from 'vitest'
import { readFilter } from '../../../src/dialects/shopsite/order-filter.ts'
import { noteOn } from '../../../src/dialects/shopsite/orders-document.ts'
import { readParameters } from '../../../src/dialects/shopsite/parameters.ts'
import { accountSettingsSchema } from '../../../src/model/account.ts'
import { newOrderState } from '../../../src/model/order.ts'
import { anOrder } from '../../support/fixtures.ts'
import { useGateway } from '../../support/gateway.ts'
import { sendRawCall } from '../opencart/raw-call.ts'
import {
  aReleased,
  aStore,
  aToken,
  numbersIn,
  pathOf,
  plainDownload,
  post,
  proofOf,
  publicUrl,
  responseCode,
  signedDownload,
} from './client.ts'

const gateway = useGateway({ settings: { PUBLIC_URL: publicUrl, BASE_DOMAINS: 'example.test' } })

function filterOf(query: string, timezone = 'UTC') {
  const settings = accountSettingsSchema.parse({ timezone })
  return readFilter(readParameters(query, new Uint8Array()), { settings })
}

const day = (text: string) => Date.parse(text)

describe('what a call asks for', () => {
  it.each([
    ['', {}],
    ['startorder=1962', { from: 1962 }],
    ['startorder=5&endorder=7&maxorder=2', { from: 5, to: 7, most: 2 }],
    ['startorder=&enddate=&maxorder=1', { most: 1 }],
    ['startorder=-9&endorder=99999999999', { from: 0, to: 2_147_483_647 }],
    ['startorder=%2B5', { from: 5 }],
    ['action=list&secure=1&clientApp=1&pay=yes', {}],
    ['startdate=3/7/2026', { createdFrom: day('2026-03-07T00:00:00Z') }],
    ['startdate=03%2F07%2F2026', { createdFrom: day('2026-03-07T00:00:00Z') }],
    [
      'startdate=3/9/2026&enddate=3/9/2026',
      {
        createdFrom: day('2026-03-09T00:00:00Z'),
        createdTo: day('2026-03-09T23:59:59.999Z'),
      },
    ],
    ['enddate=12/31/2025', { createdTo: day('2025-12-31T23:59:59.999Z') }],
    ['startdate=1/1/0001', { createdFrom: 0 }],
    ['enddate=12/31/9999', { createdTo: day('3000-01-01T00:00:00Z') }],
  ])('%s', (query, filter) => {
    expect(filterOf(query)).toEqual({ kind: 'filter', filter })
  })

  it('is days of the account’s clock, also where one has 23 hours', () => {
    expect(filterOf('startdate=3/8/2026&enddate=3/8/2026', 'America/New_York')).toEqual({
      kind: 'filter',
      filter: {
        createdFrom: day('2026-03-08T05:00:00Z'),
        createdTo: day('2026-03-09T03:59:59.999Z'),
      },
    })
  })

  it.each([
    'startorder=7&endorder=5',
    'startdate=3/9/2026&enddate=3/7/2026',
    'startorder=9999999999999',
  ])('nothing can match %s', (query) => {
    expect(filterOf(query)).toEqual({ kind: 'none' })
  })

  it.each([
    ['startdate=2026-03-07', 'startdate is not written mm/dd/yyyy'],
    ['enddate=2/30/2026', 'enddate is a day that there is not'],
    ['enddate=13/1/2026', 'enddate is a day that there is not'],
    ['startorder=A12', 'startorder is no whole number'],
    ['endorder=1.5', 'endorder is no whole number'],
    ['maxorder=0', 'maxorder is less than 1'],
  ])('%s is a problem', (query, problem) => {
    expect(filterOf(query)).toEqual({ kind: 'problem', problem })
  })
})

describe('query and body', () => {
  it('are one set of parameters, in the order received; the body’s count', () => {
    const { values } = readParameters(
      'startorder=1&maxorder=2',
      Buffer.from('pay=yes&startorder=5'),
    )
    expect([...values]).toEqual([
      ['startorder', '5'],
      ['maxorder', '2'],
      ['pay', 'yes'],
    ])
  })

  it('have bare pluses turned back in the four base64 fields alone', () => {
    const { values } = readParameters(
      '',
      Buffer.from('signature=a+b&token=c+d&code=+&client_credentials=+&x=a+b'),
    )
    expect([...values.values()]).toEqual(['a+b', 'c+d', '+', '+', 'a b'])
  })

  it('are signed together, as in the vendor’s example', async () => {
    const store = await aStore(gateway())
    for (let count = 0; count < 3; count += 1) await aReleased(gateway(), store)
    const body = { clientApp: '1', dbname: 'orders', version: '11.0' }
    const token = await aToken(gateway(), store)
    const path = pathOf(store)
    const proof = proofOf({ ...body, startorder: '2' }, { token, path })
    const { text } = await post(gateway(), `${path}?startorder=2`, { ...body, ...proof })
    expect(numbersIn(text)).toEqual([2, 3])
    const slipped = await post(gateway(), `${path}?startorder=2`, {
      ...body,
      ...proofOf(body, { token, path }),
    })
    expect(slipped.json).toMatchObject({ error: 'invalid_request' })
  })

  it('are refused beyond 200 parameters', async () => {
    const store = await aStore(gateway())
    const { status, json } = await plainDownload(gateway(), store, 'a&'.repeat(201))
    expect([status, json.error]).toEqual([200, 'invalid_request'])
  })
})

describe('an orders download', () => {
  it('has code 2 and the word success for an empty store', async () => {
    const store = await aStore(gateway())
    const { status, headers, text } = await signedDownload(gateway(), store, { maxorder: '1' })
    expect(status).toBe(200)
    expect(text).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<ShopSiteOrders>\n<Response>' +
        '<ResponseCode>2</ResponseCode><ResponseDescription>success</ResponseDescription>' +
        '</Response>\n</ShopSiteOrders>',
    )
    expect(headers.get('content-type')).toBe('application/x-www-form-urlencoded')
    expect(headers.get('content-length')).toBe(String(text.length))
    expect(headers.get('connection')).toBe('close')
  })

  it('shows released orders under their release numbers, with the book’s number beside', async () => {
    const store = await aStore(gateway())
    await anOrder(gateway().ctx, store.account)
    const number = await aReleased(gateway(), store)
    const { text } = await plainDownload(gateway(), store)
    expect(responseCode(text)).toBe('1')
    expect(numbersIn(text)).toEqual([1])
    expect(text).toContain(`<ShopSiteTransactionID>${number}</ShopSiteTransactionID>`)
    expect(text).toContain(`Shop order number: ${number}.`)
  })

  it('shows every order at once where the setting says placed, and says which is unpaid', async () => {
    const store = await aStore(gateway(), { settings: { orders: 'placed' } })
    const waiting = await anOrder(gateway().ctx, store.account)
    const { text } = await plainDownload(gateway(), store)
    expect(numbersIn(text)).toEqual([waiting])
    expect(text).toContain('<OrderInstructions>NOT PAID YET.')
  })

  it('has no NameParts in 6.3, and the newest shape where no version is named', async () => {
    const store = await aStore(gateway())
    await aReleased(gateway(), store)
    const newest = await plainDownload(gateway(), store)
    const oldest = await plainDownload(gateway(), store, 'version=6.3')
    expect(newest.text).toContain('<NameParts>')
    expect(oldest.text).not.toContain('<NameParts>')
    const old = await aStore(gateway(), { settings: { version: '6.3' } })
    await aReleased(gateway(), old)
    expect((await plainDownload(gateway(), old)).text).not.toContain('<NameParts>')
    expect((await plainDownload(gateway(), old, 'version=14.0')).text).toContain('<NameParts>')
  })

  it('gives a client that pages by 50 its 120 orders once each, then nothing', async () => {
    const store = await aStore(gateway())
    for (let count = 0; count < 120; count += 1) await aReleased(gateway(), store)
    const sizes: number[] = []
    const seen: number[] = []
    for (let start = 0; sizes.at(-1) !== 0; start = Math.max(...seen) + 1) {
      const fields = {
        clientApp: '1',
        dbname: 'orders',
        maxorder: '50',
        pay: 'no_cvv',
        startorder: `${start}`,
      }
      const numbers = numbersIn((await signedDownload(gateway(), store, fields)).text)
      sizes.push(numbers.length)
      seen.push(...numbers)
    }
    expect(sizes).toEqual([50, 50, 20, 0])
    expect(seen).toEqual(Array.from({ length: 120 }, (_, at) => at + 1))
    const whole = await plainDownload(gateway(), store)
    expect(numbersIn(whole.text)).toEqual(seen)
    expect(whole.text).toMatch(/^<\?xml [\x20-\x7e\n]*<\/ShopSiteOrders>$/)
  })

  it('streams a long document whole', async () => {
    const store = await aStore(gateway())
    const buyer = {
      email: 'ada@example.com',
      firstName: 'A'.repeat(200),
      lastName: 'é'.repeat(200),
    }
    for (let count = 0; count < 210; count += 1) await aReleased(gateway(), store, { buyer })
    const { headers, text } = await plainDownload(gateway(), store)
    expect(text.length).toBeGreaterThan(256 * 1024)
    expect(headers.get('content-length')).toBeNull()
    expect(numbersIn(text)).toHaveLength(210)
    expect(text).toMatch(/^<\?xml [\x20-\x7e\n]*<\/ShopSiteOrders>$/)
  })

  it('takes numbers and days beyond all orders', async () => {
    const store = await aStore(gateway())
    await aReleased(gateway(), store)
    const ends = 'startdate=1/1/0001&enddate=12/31/9999'
    const all = `startorder=-99999999999&endorder=99999999999&maxorder=99999999999&${ends}`
    expect(numbersIn((await plainDownload(gateway(), store, all)).text)).toEqual([1])
    const none = await plainDownload(gateway(), store, 'startorder=2147483647')
    expect([none.status, responseCode(none.text)]).toEqual([200, '2'])
    const beyond = await plainDownload(gateway(), store, 'startorder=99999999999')
    expect([beyond.status, responseCode(beyond.text)]).toEqual([200, '2'])
  })

  it('answers a bad date in a document with code 3, and takes nothing', async () => {
    const store = await aStore(gateway())
    await aReleased(gateway(), store)
    const { status, text } = await plainDownload(gateway(), store, 'startdate=2026-03-07')
    expect([status, responseCode(text)]).toEqual([200, '3'])
    expect(text).toContain(
      '<ResponseDescription>startdate is not written mm/dd/yyyy</ResponseDescription>',
    )
    expect(text).not.toContain('<Order>')
  })

  it('is on the account’s own host too, whose address is signed there', async () => {
    const store = await aStore(gateway())
    await aReleased(gateway(), store)
    const path = '/cgi-bin/ss/db_xml.cgi'
    const token = await aToken(gateway(), store)
    const host = `${store.account.login}.example.test`
    const proof = proofOf({ dbname: 'orders' }, { token, path, host, port: 80 })
    const body = Buffer.from(new URLSearchParams({ dbname: 'orders', ...proof }).toString())
    const head = Buffer.from(
      `POST ${path} HTTP/1.1\r\nHost: ${host.toUpperCase()}:80\r\nContent-Length: ${body.length}\r\n\r\n`,
    )
    const { status, text } = await sendRawCall(gateway().port, head, body)
    expect([status, numbersIn(text)]).toEqual([200, [1]])
  })
})

describe('other databases', () => {
  it('has the products, read-only', async () => {
    const store = await aStore(gateway())
    const { text } = await signedDownload(gateway(), store, { clientApp: '1', dbname: 'products' })
    expect(text).toMatch(
      /^<\?xml [\x20-\x7e\n]*<ShopSiteProducts>[\x20-\x7e\n]*<\/ShopSiteProducts>$/,
    )
    expect(responseCode(text)).toBe('1')
    expect(text.match(/<Product>/g)).toHaveLength(3)
    const one = await plainDownload(gateway(), store, 'dbname=products&fields=|SKU|&limit=1')
    expect(one.text.match(/<Product>/g)).toHaveLength(1)
    expect(one.text).not.toContain('<Name>')
    const none = await plainDownload(gateway(), store, 'dbname=products&limit=0')
    expect(responseCode(none.text)).toBe('2')
  })

  it('has no pages', async () => {
    const store = await aStore(gateway())
    const { text } = await plainDownload(gateway(), store, 'dbname=pages')
    expect(text).toContain('<ShopSitePages>')
    expect(responseCode(text)).toBe('2')
  })

  it('has no other', async () => {
    const store = await aStore(gateway())
    const { text } = await plainDownload(gateway(), store, 'dbname=customers')
    expect(responseCode(text)).toBe('3')
  })
})

describe('what is said of an order before the buyer’s words', () => {
  const order = (change: object) =>
    ({
      ...newOrderState(0),
      number: 100_012,
      paymentCode: null,
      paymentMethod: null,
      ...change,
    }) as never
  it.each([
    ['released', { payment: 'paid' }, 'Shop order number: 100012.'],
    [
      'released',
      { payment: 'waiting', paymentCode: 'cod' },
      'Shop order number: 100012. To be paid on delivery.',
    ],
    ['placed', { payment: 'paid' }, undefined],
    ['placed', { payment: 'waiting' }, 'NOT PAID YET.'],
    ['placed', { payment: 'cancelled' }, 'CANCELLED.'],
    ['placed', { payment: 'refunded' }, 'REFUNDED.'],
    ['placed', { payment: 'paid', fulfilment: 'sent' }, 'SENT ALREADY.'],
    ['placed', { payment: 'waiting', fulfilment: 'sent' }, 'NOT PAID YET. SENT ALREADY.'],
    [
      'released',
      { payment: 'paid', fulfilment: 'returned' },
      'Shop order number: 100012. RETURNED.',
    ],
  ] as const)('%s %o', (orders, change, note) => {
    expect(noteOn(order(change), { orders }, ['cod'])).toBe(note)
  })
})
