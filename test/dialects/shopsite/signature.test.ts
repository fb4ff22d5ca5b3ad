import { describe, expect, it } from 'vitest'
import { placesOf } from '../../../src/dialects/shopsite/places.ts'
import {
  baseString,
  candidatesOf,
  type Encoding,
  signatureOf,
  signedCandidate,
  type Variant,
} from '../../../src/dialects/shopsite/signature.ts'
import { hmac, secretKey } from './client.ts'

const secret = secretKey
const path = '/cgi-bin/ss/db_xml.cgi'
const place = { host: 'mystore.com', path }

const published = {
  token: 'MTMwMjA5NjAyOHxkZWJiaWV8MnxCYWlsZXl8MjU2fA==',
  timestamp: '1302101084',
  nonce: '503bb763',
  method: 'POST',
}
const v2 = {
  ...published,
  parameters: [
    ['version', '11.0'],
    ['clientApp', '1'],
    ['startorder', '1962'],
    ['dbname', 'orders'],
  ],
} as const
const v3 = {
  ...published,
  parameters: [
    ['clientApp', '1'],
    ['dbname', 'orders'],
    ['enddate', '04/07/2011'],
    ['startdate', '04/06/2011'],
    ['version', '11.0'],
  ],
} as const
const v4 = {
  token: 'MTQ5NDQxOTU1MnxldmFsdWF0ZTUwfDF8U2hpcFdvcmtzfDc3NXw=',
  timestamp: '1494401552',
  nonce: '0A1B2C3D',
  method: 'POST',
  parameters: [
    ['clientApp', '1'],
    ['dbname', 'orders'],
    ['maxorder', '50'],
    ['pay', 'no_cvv'],
    ['startorder', '1236'],
  ],
} as const
const v4Place = {
  host: 'demo.shopsite.com',
  path: '/cgi-bin/ssdemos/stores/evaluate/sc/db_xml.cgi',
}

function variant(encoding: Encoding, port = 443): Variant {
  return { ...place, port, encoding, names: 'sorted' }
}

describe('the contract’s vectors', () => {
  it.each([
    ['V1', 'QjlEMzI5OUI6ODAwMjZiYzc=', 'UZq/4mfOIHveCZz3UPbYoAR9Wz8='],
    ['V5', 'QjlEMzI5OUI6MDAwMDAwMDY=', 'ZVvsA0+yMhyZuqR26PtEI9Oda/0='],
  ])('%s signs client_credentials', (_name, message, expected) => {
    expect(signatureOf(message, secret)).toBe(expected)
  })

  it('V2 has the base string of the contract, to the letter', () => {
    expect(baseString(v2, variant('upper-case hex'))).toBe(
      `${published.token}\n1302101084\n503bb763\n\nPOST\nmystore.com\n443\n${path}\n` +
        'clientApp=1\ndbname=orders\nstartorder=1962\nversion=11.0\n',
    )
  })

  it.each([
    ['V2', v2, variant('upper-case hex'), '6qFERwwoiLnxVal2PsA0AJh4t6A='],
    ['V2b', v2, variant('upper-case hex', 80), 'ILaY3cUeUJAJA7VOlwPlatovWtc='],
    ['V3a', v3, variant('upper-case hex'), 'AyAq/oeQBWw9e2R7lmMPxCHqx/Q='],
    ['V3b', v3, variant('lower-case hex'), 'Y75KPlh/rnMPegKurZ+JPq7hJ9E='],
    ['V3c', v3, variant('no encoding'), 'A6vCUWoyLIdBNeCLVkBKI/6Fu2s='],
    ['V4', v4, { ...variant('upper-case hex'), ...v4Place }, 'keYY6TAyOxrbQI3vIMvcgfeN11s='],
  ])('%s has the signature of the contract', (_name, call, asked, expected) => {
    expect(signatureOf(baseString(call, asked), secret)).toBe(expected)
    const places = { places: [{ host: asked.host, path: asked.path }], ports: [443, 80] }
    const found = signedCandidate(candidatesOf(call, places), expected, secret)
    expect(found?.variant).toMatchObject({ port: asked.port })
    expect(signedCandidate(candidatesOf(call, places), expected, `${secret}x`)).toBeUndefined()
  })
})

describe('what a client may have signed', () => {
  const spaced = {
    ...published,
    parameters: [
      ['b', 'x/y z'],
      ['a', '1'],
    ],
  } as const

  it.each([
    ['blanks as +, lower-case hex', 'a=1\nb=x%2fy+z\n'],
    ['blanks as %20, lower-case hex', 'a=1\nb=x%2fy%20z\n'],
    ['blanks as %20, upper-case hex', 'a=1\nb=x%2Fy%20z\n'],
    ['nothing encoded', 'a=1\nb=x/y z\n'],
    ['names as they were sent', 'b=x%2Fy%20z\na=1\n'],
  ])('%s', (_name, end) => {
    const head = `${published.token}\n1302101084\n503bb763\n\nPOST\nmystore.com\n443\n${path}\n`
    const candidates = candidatesOf(spaced, { places: [place], ports: [443] })
    expect(candidates.map(({ text }) => text)).toContain(head + end)
    expect(signedCandidate(candidates, hmac(head + end), secret)?.text).toBe(head + end)
  })

  it('signs bytes, in whatever charset they came', () => {
    const call = { ...published, parameters: [['x', 'zo\xeb']] } as const
    const [first] = candidatesOf(call, { places: [place], ports: [443] })
    expect(first?.text).toContain('x=zo%EB\n')
    const bare = baseString(call, variant('no encoding'))
    expect(signatureOf(bare, secret)).not.toBe(hmac(bare))
  })

  it('is never more than 24 texts, the published address first', () => {
    const places = [place, { host: 'other.example', path }, { host: 'third.example', path }]
    const candidates = candidatesOf(spaced, { places, ports: [8443, 443, 80] })
    expect(candidates).toHaveLength(24)
    expect(new Set(candidates.map(({ text }) => text)).size).toBe(24)
    expect(new Set(candidates.map(({ variant }) => variant.host))).toEqual(new Set(['mystore.com']))
  })

  it('is every place where few texts differ', () => {
    const places = [place, { host: 'other.example', path }, { host: 'third.example', path }]
    const plain = { ...published, parameters: [['a', '1']] } as const
    const candidates = candidatesOf(plain, { places, ports: [8443, 443, 80] })
    expect(candidates).toHaveLength(9)
  })
})

describe('where a client may have called', () => {
  const places = (baseUrl: string, host: string, wholePath = '/shopsite/demo/db_xml.cgi') =>
    placesOf({
      baseUrl,
      path: '/db_xml.cgi',
      wholePath,
      header: (name) => (name === 'host' ? host : undefined),
    })

  it('is one place where the call came as published', () => {
    expect(places('https://gw.example.com/shopsite/demo', 'GW.example.com:443')).toEqual({
      places: [{ host: 'gw.example.com', path: '/shopsite/demo/db_xml.cgi' }],
      ports: [443, 80],
    })
  })

  it('is the published port first, then those of the vendor’s module', () => {
    const { ports } = places('http://gw.example.com:8080/shopsite/demo', 'gw.example.com:8080')
    expect(ports).toEqual([8080, 443, 80])
    expect(places('http://gw.example.com/shopsite/demo', '').ports).toEqual([80, 443])
  })

  it('is the published place, then the one that was called', () => {
    const found = places(
      'https://gw.example.com/a/shopsite/demo',
      'shop.example',
      '/cgi-bin/db_xml.cgi',
    )
    expect(found.places.slice(0, 2)).toEqual([
      { host: 'gw.example.com', path: '/a/shopsite/demo/db_xml.cgi' },
      { host: 'shop.example', path: '/cgi-bin/db_xml.cgi' },
    ])
    expect(found.places).toHaveLength(4)
  })
})
