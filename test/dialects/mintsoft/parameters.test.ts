import { describe, expect, it } from 'vitest'
import { readParameters, textOf } from '../../../src/dialects/mintsoft/parameters.ts'

const form = 'application/x-www-form-urlencoded'
const link = 'https://t.test/?p=1'

function read(query: string, body = '', contentType = form) {
  return readParameters(query, Buffer.from(body), contentType)
}

function values(query: string, body = '', contentType = form): Record<string, string> {
  const found = [...read(query, body, contentType).values]
  return Object.fromEntries(found.map(([name, { text }]) => [name, text]))
}

describe('parameters', () => {
  it.each([
    ['in the query', 'APIKEY=k&Action=a', '', { apikey: 'k', action: 'a' }],
    ['in the body', '', 'ApiKey=k&SKU=a%20b', { apikey: 'k', sku: 'a b' }],
    ['in both', 'apikey=k', 'sku=a', { apikey: 'k', sku: 'a' }],
    ['without a value', 'apikey&action=', '', { apikey: '', action: '' }],
    ['with blanks around a name', '+action%20=a', '', { action: 'a' }],
    ['with an encoded name', '%41PIKEY=k', '', { apikey: 'k' }],
    ['in windows-1251', 'courierservice=%CF%EE%F7%F2%E0', '', { courierservice: 'Почта' }],
  ])('are read %s', (_name, query, body, expected) => {
    expect(values(query, body)).toEqual(expected)
  })

  it('are read from multipart, and from a body of no declared type', () => {
    const multipart = '--b\r\nContent-Disposition: form-data; name="APIKEY"\r\n\r\nk\r\n--b--\r\n'
    expect(values('', multipart, 'multipart/form-data; boundary=b')).toEqual({ apikey: 'k' })
    expect(values('', 'apikey=k', '')).toEqual({ apikey: 'k' })
    expect(values('', '{"apikey":"k"}', 'application/json')).toEqual({})
  })

  it.each([
    ['the same value in both', 'apikey=k', 'APIKEY=k', []],
    ['another value in the body', 'apikey=k', 'APIKEY=x', ['apikey']],
    ['another case of the value', 'sku=a', 'sku=A', ['sku']],
    ['two values in the query', 'sku=a&SKU=b', '', ['sku']],
    ['an empty value beside another', 'action=', 'action=confirm', ['action']],
    ['a value as an array', 'action[]=confirm&action[a][b]=c', '', ['action']],
    ['an array of an unknown name', 'x[]=1&x[]=2', '', []],
    ['two values of an unknown name', 'x=1&x=2', '', []],
  ])('find contradictions: %s', (_name, query, body, expected) => {
    expect([...read(query, body).conflicts]).toEqual(expected)
  })

  it('tell of a NUL, and of more pairs than PHP reads', () => {
    expect(read('sku=a%00b').nul).toBe(true)
    expect(read('sku=ab').nul).toBe(false)
    expect(read(`${'a=1&'.repeat(1000)}apikey=k`)).toMatchObject({ problem: /over 1,000 pairs/ })
    expect(read(`${'a=1&'.repeat(1000)}apikey=k`).values.size).toBe(0)
  })

  it('keep the reading of a raw plus sign', () => {
    expect(read('sku=A+B').values.get('sku')).toEqual({ text: 'A B', withPlus: 'A+B' })
    expect(read('sku=A%2BB').values.get('sku')).toEqual({ text: 'A+B', withPlus: 'A+B' })
  })
})

describe('a tracking link', () => {
  it.each([
    ['is encoded', 'trackinglink=https%3A%2F%2Ft.test%2F%3Fp%3D1%26q%3D2&sku=a', `${link}&q=2`],
    ['is not encoded and comes last', `trackinglink=${link}&q=2&r=%D1%8F`, `${link}&q=2&r=я`],
    ['is not encoded and is not last', `trackinglink=${link}&q=2&tracking=7`, link],
    ['has a plus in its tail', `trackinglink=${link}&q=a+b`, `${link}&q=a+b`],
    ['has a plus and no tail', 'trackinglink=a+b', 'a b'],
    [
      'repeats a name that came before',
      `tracking=7&trackinglink=${link}&tracking=7`,
      `${link}&tracking=7`,
    ],
    ['has the key behind it', `apikey=k&trackinglink=${link}&q=2&apikey=k`, link],
    ['has a piece without a value', `trackinglink=${link}&q&&r`, `${link}&q&&r`],
  ])('%s', (_name, query, expected) => {
    expect(textOf(read(query), 'trackinglink')).toBe(expected)
  })

  it('is put together in a body too', () => {
    const parameters = read('apikey=k', `tracking=7&trackinglink=${link}&q=2`)
    expect(textOf(parameters, 'trackinglink')).toBe(`${link}&q=2`)
    expect(textOf(parameters, 'tracking')).toBe('7')
  })
})
