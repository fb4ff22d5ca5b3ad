import { describe, expect, it, test } from 'vitest'
import type { Caller, Sent } from './isolation-callers.ts'
import { differences, leaksIn, overheard, plain } from './isolation-judge.ts'
import type { Merchant } from './isolation-merchants.ts'
import { nobodysValues, type Stance } from './isolation-stances.ts'

function keysOf(login: string): Merchant['keys'] {
  return {
    influencersoft: `${login}-influencersoft`,
    mintsoft: `${login}-mintsoft`,
    opencart: { username: login, key: `${login}-opencart` },
    shopsite: { clientId: login, secretKey: `${login}-secret-key`, code: `${login}-code` },
    basic: { user: login, password: `${login}-password` },
  }
}

/** What the judges look at of a merchant. */
function merchant(login: string, mark: string, amounts: readonly string[]): Merchant {
  const known = {
    login,
    keys: keysOf(login),
    payKey: `${login}-pay-key`,
    marks: [mark, ...amounts],
  }
  return known as unknown as Merchant
}

function caller(login: string): Caller {
  const tokens = { opencart: `${login}-token`, shopsite: `${login}-shopsite-token` }
  return { login, keys: keysOf(login), tokens }
}

const [a, b] = [merchant('alfa', 'qalfaq', []), merchant('bravo', 'qbravoq', ['42424242'])]
const [asA, asB] = [caller('alfa'), caller('bravo')]
const sent: Sent = {
  method: 'POST',
  path: '/x?id=5',
  host: 'h',
  headers: {},
  body: 'key=bravo%2Dtoken',
}
const place = { login: 'alfa', host: 'h', native: false }
const proved: Stance = { name: 'own keys', place, by: asA, values: nobodysValues }
const unproved: Stance = { ...proved, by: undefined }

function judged(body: string, { status = 200, head = '', by = proved } = {}): string[] {
  const answer = { status, body, text: `${status} ${head} ${body}` }
  return leaksIn(answer, sent, 'here', by, [a, b], [asA, asB])
}

describe('what is shown of another account', () => {
  it.each([
    ['a text in the body', '{"title":"qbravoq mug"}', {}, 'qbravoq'],
    ['an amount', '<Total>42424242.00</Total>', {}, '42424242'],
    ['a text in a header', '[]', { head: '{"x-shop":"qbravoq"}' }, 'qbravoq'],
    ['a key', 'bravo-mintsoft', {}, 'bravo-mintsoft'],
    ['a password', 'bravo-password', {}, 'bravo-password'],
    ['a token of ShopSite', 'bravo-shopsite-token', {}, 'bravo-shopsite-token'],
    ['the key of a bill', '/pay/bravo-pay-key', {}, 'bravo-pay-key'],
    ['anything to whom proves nothing', 'qalfaq', { by: unproved }, 'qalfaq'],
    ['an error of the gateway', '{}', { status: 500 }, '500'],
    ['an outage', '{}', { status: 503 }, '503'],
  ])('is found: %s', (_what, body, more, found) => {
    expect(judged(body, more)).toEqual([`here: ${found}`])
  })

  it.each([
    ['the own', '{"title":"qalfaq mug"}'],
    ['a key that the caller himself has said', 'no such bravo-token'],
    ['nothing', ''],
  ])('is not: %s', (_what, body) => {
    expect(judged(body)).toEqual([])
  })
})

describe('answers to a number of the other and to one of nobody', () => {
  const theirs = { ...nobodysValues, order: '100107', product: '9001', code: 'only-bravo' }
  const said = (status: number, body: string): string =>
    plain({ status, body, text: '' }, [theirs, nobodysValues])

  it.each([
    ['a status', said(200, '[]'), said(404, '[]')],
    ['a word', said(200, 'order 100107 is closed'), said(200, 'no order 777777')],
    ['a blank', said(200, '100107 '), said(200, '777777')],
    ['a further number', said(200, '100107 of 100108'), said(200, '777777 of 0')],
  ])('are told apart by %s', (_what, one, other) => {
    expect(one).not.toBe(other)
  })

  it('are one where only what was asked differs, and what is another each time', () => {
    const [one, other] = ['1f2e3d4c5b6a79881f2e3d4c5b', '0a1b2c3d4e5f60718293a4b5c6']
    const [known, unknown] = [
      said(200, `no 9001 of only-bravo in 100107, ${one}`),
      said(200, `no 66666 of only-nobody in 777777, ${other}`),
    ]
    expect(known).toBe(unknown)
  })

  it('are one where both were written into the own account before', () => {
    expect(said(200, '["SKU-nobody","only-bravo"]')).toBe('200 ["<sku>","<code>"]')
  })
})

test('a notice of another account is found, wherever it says so', () => {
  expect(overheard(['/qalfaq-0 {} {"id":1}', '/other {"x":"qbravoq"} {}', ''], b)).toEqual([
    "a notice of bravo's",
  ])
})

test('a row that has changed, come or gone is found, and its table named', () => {
  const before = { orders: '2 rows, aa', products: '1 rows, bb' }
  expect(differences('b', before, { ...before })).toEqual([])
  expect(differences('b', before, { ...before, orders: '2 rows, ab' })).toEqual(['orders of b'])
  expect(differences('b', before, { ...before, products: '0 rows, ' })).toEqual(['products of b'])
  expect(differences('b', before, { ...before, shops: '1 rows, cc' })).toEqual(['shops of b'])
})
