import { connect } from 'node:net'
import { describe, expect, it, test } from 'vitest'
import { findDestination, hostName, readTarget } from '../../src/addresses.ts'
import { dialects } from '../../src/dialects/registry.ts'
import { useGateway } from '../support/gateway.ts'

const gateway = useGateway()

describe('a request line', () => {
  it.each([
    ['/a/b?c=d', 'shop.test', { host: 'shop.test', path: '/a/b', query: 'c=d' }],
    ['/a?b?c', 'shop.test', { host: 'shop.test', path: '/a', query: 'b?c' }],
    ['http://other.test:81/a?b', 'shop.test', { host: 'other.test:81', path: '/a', query: 'b' }],
    ['HTTPS://other.test', 'shop.test', { host: 'other.test', path: '/', query: '' }],
    ['//a//b', '', { host: '', path: '//a//b', query: '' }],
  ])('%s is read', (target, host, expected) => {
    expect(readTarget(target, host)).toEqual(expected)
  })
})

describe('an address', () => {
  const domains = ['brand.test', 'old.test']
  it.each([
    ['localhost', '/influencersoft/shop/api/GetBills', 'shop', '/api/GetBills'],
    ['localhost', '//InfluencerSoft//SHOP/api//GetBills/', 'shop', '/api//GetBills/'],
    ['shop.brand.test', '/api/getbills', 'shop', '/api/getbills'],
    ['SHOP.Old.Test.:8080', '/GetBills', 'shop', '/api/GetBills'],
    ['own.example', '/api/GetBills', undefined, '/api/GetBills'],
    ['brand.test', '/api/GetBills', undefined, '/api/GetBills'],
    ['shopbrand.test', '/api/GetBills', undefined, '/api/GetBills'],
  ])('%s%s leads to %s, %s', (host, path, login, inner) => {
    const found = findDestination(dialects, domains, { host, path, query: '' })
    expect(found).toMatchObject({ login, path: inner })
  })

  it.each(['/', '/nothing/shop/api/GetBills', '/favicon.ico'])('%s leads nowhere', (path) => {
    const address = { host: 'shop.brand.test', path, query: '' }
    expect(findDestination(dialects, domains, address)).toBeUndefined()
  })

  it('has a host without port and final dot, in lower case', () => {
    expect(hostName(' Shop.Brand.Test.:8443 ')).toBe('shop.brand.test')
  })
})

test.each([
  ['HTTP/1.0 without a Host', 'POST /influencersoft/nobody/api/GetBills HTTP/1.0\r\n'],
  [
    'a whole address',
    'POST http://x.test/influencersoft/nobody/api/GetBills HTTP/1.1\r\nHost: y.test\r\nConnection: close\r\n',
  ],
])('a call in %s is answered in the protocol', async (_name, head) => {
  const answer = await exchange(`${head}Content-Length: 0\r\n\r\n`)
  expect(answer).toContain('"error_code":5')
})

function exchange(request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(gateway().port, '127.0.0.1', () => socket.write(request))
    socket.on('data', (piece) => {
      text += piece
    })
    socket.on('end', () => resolve(text))
    socket.on('error', reject)
  })
}
