import { isIP } from 'node:net'
import { describe, expect, it } from 'vitest'
import { isSameAddress, judgeAddress } from '../../src/model/address-ranges.ts'

const publicOnes = [
  '1.0.0.0',
  '1.1.1.1',
  '8.8.8.8',
  '9.255.255.255',
  '11.0.0.0',
  '93.184.216.34',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.0',
  '168.63.129.15',
  '168.63.129.17',
  '169.253.255.255',
  '169.255.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '191.255.255.255',
  '192.0.1.0',
  '192.0.3.0',
  '192.88.98.255',
  '192.88.100.0',
  '192.167.255.255',
  '192.169.0.0',
  '198.17.255.255',
  '198.20.0.0',
  '198.51.99.255',
  '198.51.101.0',
  '203.0.112.255',
  '203.0.114.0',
  '223.255.255.255',
  '2000::1',
  '2001:200::1',
  '2001:db7:ffff::1',
  '2001:db9::1',
  '2001:4860:4860::8888',
  '2003::1',
  '2606:4700::1111',
  '2A00:1450::1',
  '3ffe:ffff::1',
  '3fff:1000::1',
]

const openableOnes: readonly [string, string][] = [
  ['10.0.0.0', 'private'],
  ['10.255.255.255', 'private'],
  ['172.16.0.0', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.0.0', 'private'],
  ['192.168.255.255', 'private'],
  ['fc00::', 'private'],
  ['fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'private'],
  ['100.64.0.0', 'provider'],
  ['100.127.255.255', 'provider'],
  ['198.18.0.0', 'benchmarks'],
  ['198.19.255.255', 'benchmarks'],
  ['2001:2::1', 'benchmarks'],
  ['192.0.2.1', 'examples'],
  ['198.51.100.255', 'examples'],
  ['203.0.113.0', 'examples'],
  ['2001:db8::1', 'examples'],
  ['2001:db8:ffff:ffff::1', 'examples'],
  ['3fff::1', 'examples'],
  ['3fff:fff:ffff::1', 'examples'],
]

const neverOnes: readonly [string, string][] = [
  ['0.0.0.0', 'unspecified'],
  ['0.255.255.255', 'unspecified'],
  ['::', 'unspecified'],
  ['127.0.0.0', 'loopback'],
  ['127.0.0.1', 'loopback'],
  ['127.255.255.255', 'loopback'],
  ['::1', 'loopback'],
  ['0:0:0:0:0:0:0:1', 'loopback'],
  ['169.254.0.0', 'link-local'],
  ['169.254.255.255', 'link-local'],
  ['169.254.170.2', 'link-local'],
  ['fe80::1', 'link-local'],
  ['febf:ffff::1', 'link-local'],
  ['169.254.169.254', 'metadata'],
  ['168.63.129.16', 'metadata'],
  ['100.100.100.200', 'metadata'],
  ['192.0.0.192', 'metadata'],
  ['fd00:ec2::254', 'metadata'],
  ['FD00:0EC2:0:0:0:0:0:23', 'metadata'],
  ['fd20:ce::254', 'metadata'],
  ['fd00:42::42', 'metadata'],
  ['fd00:a9fe:a9fe::1', 'metadata'],
  ['fd00:c1::a9fe:a9fe', 'metadata'],
  ['fd00:100::100:200', 'metadata'],
  ['224.0.0.0', 'multicast'],
  ['239.255.255.255', 'multicast'],
  ['ff02::1', 'multicast'],
  ['ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff', 'multicast'],
  ['255.255.255.255', 'broadcast'],
  ['192.0.0.0', 'reserved'],
  ['192.0.0.255', 'reserved'],
  ['192.88.99.1', 'reserved'],
  ['240.0.0.0', 'reserved'],
  ['255.255.255.254', 'reserved'],
  ['2001:1::1', 'reserved'],
  ['2001:10::1', 'reserved'],
  ['2001:20::1', 'reserved'],
  ['2001:1ff:ffff::1', 'reserved'],
  ['100::1', 'reserved'],
  ['200::1', 'reserved'],
  ['1fff:ffff::1', 'reserved'],
  ['4000::1', 'reserved'],
  ['5f00::1', 'reserved'],
  ['fbff:ffff::1', 'reserved'],
  ['fec0::1', 'reserved'],
  ['64:ff9b:2::808:808', 'reserved'],
  ['', 'no address'],
  ['localhost', 'no address'],
  ['127.1', 'no address'],
  ['0x7f000001', 'no address'],
  ['2130706433', 'no address'],
  ['8.8.8', 'no address'],
  ['8.8.8.8.', 'no address'],
  ['08.8.8.8', 'no address'],
  [' 8.8.8.8', 'no address'],
  ['8.8.8.8/32', 'no address'],
  ['256.1.1.1', 'no address'],
  ['[2606:4700::1111]', 'no address'],
  ['2606:4700::1111::', 'no address'],
  ['2606:4700::1111%eth0', 'no address'],
  ['fe80::1%lo', 'no address'],
]

/** Two hex groups of an IPv4 address, every bit flipped if asked. */
function groups(ipv4: string, flip = 0): string {
  const [a = 0, b = 0, c = 0, d = 0] = ipv4.split('.').map((part) => Number(part) ^ flip)
  return `${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`
}

const forms: readonly [string, (ipv4: string) => string][] = [
  ['mapped', (ipv4) => `::ffff:${ipv4}`],
  ['mapped, in hex', (ipv4) => `::ffff:${groups(ipv4)}`],
  ['mapped, in full', (ipv4) => `0000:0000:0000:0000:0000:FFFF:${groups(ipv4)}`],
  ['translated', (ipv4) => `::ffff:0:${ipv4}`],
  ['compatible', (ipv4) => `::${ipv4}`],
  ['NAT64', (ipv4) => `64:ff9b::${ipv4}`],
  ['local NAT64', (ipv4) => `64:ff9b:1::${groups(ipv4)}`],
  ['6to4', (ipv4) => `2002:${groups(ipv4)}::1`],
  ['Teredo server', (ipv4) => `2001:0:${groups(ipv4)}::${groups('8.8.4.4', 255)}`],
  ['Teredo client', (ipv4) => `2001:0:808:404:0:1:${groups(ipv4, 255)}`],
  ['ISATAP', (ipv4) => `2606:4700::5efe:${groups(ipv4)}`],
  ['ISATAP, globally unique', (ipv4) => `2606:4700::200:5efe:${groups(ipv4)}`],
]

describe('an address', () => {
  it.each(publicOnes)('%s is public', (address) => {
    expect(judgeAddress(address)).toEqual({ reach: 'public' })
  })

  it.each(openableOnes)('%s may be opened: %s', (address, why) => {
    const wanted = { reach: 'openable', why: expect.stringContaining(why) }
    expect(judgeAddress(address)).toEqual(wanted)
  })

  it.each(neverOnes)('%s is never called: %s', (address, why) => {
    expect(judgeAddress(address)).toEqual({ reach: 'never', why: expect.stringContaining(why) })
  })
})

describe.each(forms)('an IPv6 address that stands for an IPv4 one (%s)', (_name, write) => {
  it.each(['8.8.8.8', '1.2.3.4', '223.255.255.254'])('may be opened for %s', (ipv4) => {
    expect(judgeAddress(write(ipv4)).reach).toBe('openable')
  })

  const inner = [...openableOnes, ...neverOnes].map(([address]) => address)
  const ipv4s = inner.filter((address) => isIP(address) === 4)
  it.each(ipv4s)('is never called for %s', (ipv4) => {
    expect(judgeAddress(write(ipv4)).reach).toBe('never')
  })
})

it('reads a local NAT64 address by every layout there is', () => {
  expect(judgeAddress('64:ff9b:1:a9fe:a9:fe00::').reach).toBe('never')
  expect(judgeAddress('64:ff9b:1:a9:fe:a9fe::').reach).toBe('never')
  expect(judgeAddress('64:ff9b:1:0:a9:fea9:fe00:0').reach).toBe('never')
  expect(judgeAddress('64:ff9b:1:808:8:800:7f00:1').reach).toBe('never')
  expect(judgeAddress('64:ff9b:1:808:8:800:808:808').reach).toBe('openable')
  expect(judgeAddress('64:ff9b:1:808:8:800::').reach).toBe('openable')
  expect(judgeAddress('64:ff9b:1::').reach).toBe('never')
})

it('says what an address stands for', () => {
  expect(judgeAddress('2002:7f00:1::')).toEqual({
    reach: 'never',
    why: 'a 6to4 address that stands for 127.0.0.1, a loopback address',
  })
})

it.each([
  ['::1', '0:0:0:0:0:0:0:1', true],
  ['2606:4700::ABCD', '2606:4700:0::abcd', true],
  ['::ffff:1.2.3.4', '::ffff:102:304', true],
  ['1.2.3.4', '1.2.3.4', true],
  ['1.2.3.4', '1.2.3.5', false],
  ['1.2.3.4', '::ffff:1.2.3.4', false],
  ['', '', false],
  ['fe80::1%lo', 'fe80::1%lo', false],
])('%s and %s are one address: %s', (one, other, same) => {
  expect(isSameAddress(one, other)).toBe(same)
})
