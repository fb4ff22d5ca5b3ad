import { describe, expect, it } from 'vitest'
import { payPath, readPayLink } from '../../src/model/pay-link.ts'
import { fillPayUrl, payUrlProblem } from '../../src/model/pay-url.ts'

const payKey = '-abcDEF_123456789xyzA-'

describe('a pay link', () => {
  it.each([
    ['shop', 100_000],
    ['a-1', 1],
    ['--', 2_147_483_647],
    ['shop-7-8', 9],
  ])('of %s order %i is read as it was made', (login, number) => {
    const path = payPath(login, { number, payKey })
    expect(path).toBe(`/bill/${login}-${number}-${payKey}`)
    expect(readPayLink(path.slice('/bill/'.length))).toEqual({ login, number, key: payKey })
  })

  it.each(['k3yk3y', '', 'a/b', `${payKey}x`, payKey.slice(1), `${payKey.slice(1)}.`])(
    'with the key %j of an old system stays as it was given out',
    (old) => {
      expect(payPath('shop', { number: 7, payKey: old })).toBe(`/bill/${old}`)
    },
  )

  it.each([
    payKey,
    `shop-${payKey}`,
    `Shop-7-${payKey}`,
    `s-7-${payKey}`,
    `shop--${payKey}`,
    `shop-12345678901-${payKey}`,
    `shop-7-${payKey}/`,
    `shop-7-${payKey}\n`,
    `\nshop-7-${payKey}`,
    `shop-7-${payKey.slice(1)}=`,
  ])('is not read in %j', (text) => {
    expect(readPayLink(text)).toBeUndefined()
  })
})

const values = {
  number: '100000',
  sum: '1500.00',
  currency: 'USD',
  email: 'a+b&c=d#e@example.com',
  key: payKey,
  login: 'shop',
}

describe('a pay URL', () => {
  it.each([
    ['https://pay.example.com/', 'https://pay.example.com/'],
    ['https://pay.example.com', 'https://pay.example.com'],
    [
      'https://pay.example.com:8443/{login}/{number}?sum={sum}&cur={currency}&to={email}#{key}',
      `https://pay.example.com:8443/shop/100000?sum=1500.00&cur=USD&to=a%2Bb%26c%3Dd%23e%40example.com#${payKey}`,
    ],
    ['http://[2001:db8::1]/?{number}{number}', 'http://[2001:db8::1]/?100000100000'],
    ['https://оплата.example/{number}', 'https://оплата.example/100000'],
  ])('%s leads to its place', (template, filled) => {
    expect(payUrlProblem(template)).toBeUndefined()
    expect(fillPayUrl(template, values)).toBe(filled)
  })

  it.each([
    ['pay.example.com/{number}', 'begins with https://'],
    ['ftp://pay.example.com/', 'begins with https://'],
    ['javascript:alert(1)//{number}', 'begins with https://'],
    ['//pay.example.com/', 'begins with https://'],
    ['https://{login}.example.com/', 'begins with https://'],
    ['https://user:secret@pay.example.com/', 'begins with https://'],
    ['https://', 'begins with https://'],
    ['https://pay.example.com\\@other.example/', 'begins with https://'],
    ['https://pay.example.com/{order}', 'there is no {order}; there are: {number}'],
    ['https://pay.example.com/{constructor}', 'there is no {constructor}'],
    ['https://pay.example.com/{}', 'there is no {}'],
    ['https://pay.example.com/{number', 'loose braces'],
    ['https://pay.example.com/ {number}', 'blanks'],
    ['https://pay.example.com/\r\nSet-Cookie:x', 'blanks'],
    ['https://pay.example.com:99999/', 'no address'],
    [`https://pay.example.com/${'x'.repeat(2000)}`, 'at most 2000'],
  ])('%j is refused: %s', (template, why) => {
    expect(payUrlProblem(template)).toContain(why)
  })
})
