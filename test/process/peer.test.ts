import { describe, expect, test } from 'vitest'
import { admission } from '../../src/core/directory.ts'
import { peerAddress } from '../../src/peer.ts'

const trusted = admission(['127.0.0.1', '10.0.0.0/8', '::1'])

describe('the address of a caller', () => {
  test.each([
    ['203.0.113.9', undefined, '203.0.113.9'],
    ['203.0.113.9', '192.0.2.1', '203.0.113.9'],
    ['127.0.0.1', '192.0.2.1', '192.0.2.1'],
    ['::ffff:127.0.0.1', '192.0.2.1', '192.0.2.1'],
    ['127.0.0.1', '192.0.2.1, 10.1.2.3', '192.0.2.1'],
    ['127.0.0.1', '198.51.100.7, 192.0.2.1, 10.1.2.3', '192.0.2.1'],
    ['127.0.0.1', undefined, '127.0.0.1'],
    ['127.0.0.1', 'unknown', '127.0.0.1'],
    ['127.0.0.1', '', '127.0.0.1'],
    ['::1', '[2001:db8::7]:4711', '2001:db8::7'],
    ['127.0.0.1', '192.0.2.1:4711', '192.0.2.1'],
    ['127.0.0.1', '192.0.2.1:4711, 10.1.2.3:80', '192.0.2.1'],
    ['127.0.0.1', '[::ffff:192.0.2.1]:4711', '192.0.2.1'],
    ['127.0.0.1', '192.0.2.1:', '127.0.0.1'],
    ['127.0.0.1', '192.0.2.1.5:80', '127.0.0.1'],
  ])('behind %s with X-Forwarded-For %s is %s', (socket, forwarded, expected) => {
    expect(peerAddress(socket, forwarded, trusted)).toBe(expected)
  })
})

describe('a list of addresses', () => {
  test.each([
    [[], '203.0.113.9', true],
    [['203.0.113.9'], '203.0.113.9', true],
    [['203.0.113.9'], '203.0.113.8', false],
    [['203.0.113.0/24'], '203.0.113.200', true],
    [['203.0.113.0/24'], '203.0.114.1', false],
    [['2001:db8::/32'], '2001:db8:1::9', true],
    [['2001:db8::/32'], '203.0.113.9', false],
    [['203.0.113.9'], 'not an address', false],
  ])('%j admits %s: %s', (list, address, expected) => {
    expect(admission(list)(address)).toBe(expected)
  })
})
