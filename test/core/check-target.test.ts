import { describe, expect, it } from 'vitest'
import {
  allowedAddress,
  boundedResolve,
  checkTarget,
  type Resolve,
  systemResolve,
  type TargetPolicy,
  TargetRefused,
  TargetUnresolved,
} from '../../src/core/check-target.ts'

const strict: TargetPolicy = { allowHttp: false, openRanges: [], unsafeTargets: false }
const withHttp: TargetPolicy = { ...strict, allowHttp: true }
const opened = (...openRanges: string[]): TargetPolicy => ({ ...withHttp, openRanges })
const unsafe: TargetPolicy = { ...withHttp, unsafeTargets: true }

const book: Readonly<Record<string, readonly string[]>> = {
  'shop.test': ['93.184.216.34', '2606:2800:220:1::1'],
  'xn--80aswg.test': ['93.184.216.34'],
  'inside.test': ['10.1.2.3'],
  'mixed.test': ['93.184.216.34', '10.1.2.3'],
  'local.test': ['::1'],
  'twice.test': ['1.1.1.1', '1.0.0.1', '1.1.1.1'],
  'odd.test': ['not an address'],
  'none.test': [],
}
const resolve: Resolve = async (host) => {
  const found = book[host]
  if (found !== undefined) return found
  throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' })
}

async function refusal(url: string, policy: TargetPolicy): Promise<string> {
  const error = await checkTarget(url, policy, resolve).catch((reason: unknown) => reason)
  if (error instanceof TargetRefused) return error.message
  return `not refused: ${String(error)}`
}

describe('a URL that notices may go to', () => {
  it.each<[string, TargetPolicy, string, readonly string[]]>([
    ['https://shop.test/hook', strict, 'https://shop.test/hook', book['shop.test'] ?? []],
    ['HTTPS://SHOP.TEST:443', strict, 'https://shop.test/', book['shop.test'] ?? []],
    [
      'https://shop.test:8443/a?b=c',
      strict,
      'https://shop.test:8443/a?b=c',
      ['93.184.216.34', '2606:2800:220:1::1'],
    ],
    ['https://сайт.test/', strict, 'https://xn--80aswg.test/', ['93.184.216.34']],
    ['http://shop.test/', withHttp, 'http://shop.test/', ['93.184.216.34', '2606:2800:220:1::1']],
    [
      'https://shop.test:80/',
      strict,
      'https://shop.test:80/',
      ['93.184.216.34', '2606:2800:220:1::1'],
    ],
    ['https://93.184.216.34/', strict, 'https://93.184.216.34/', ['93.184.216.34']],
    ['https://0x5db8d822/', strict, 'https://93.184.216.34/', ['93.184.216.34']],
    ['https://[2606:4700:0::1111]/', strict, 'https://[2606:4700::1111]/', ['2606:4700::1111']],
    ['https://twice.test/', strict, 'https://twice.test/', ['1.1.1.1', '1.0.0.1']],
    ['http://inside.test:1024/', opened('10.0.0.0/8'), 'http://inside.test:1024/', ['10.1.2.3']],
    ['http://mixed.test/', opened('10.1.2.3'), 'http://mixed.test/', ['93.184.216.34', '10.1.2.3']],
    ['http://local.test:65535/', unsafe, 'http://local.test:65535/', ['::1']],
  ])('%s', async (text, policy, href, addresses) => {
    const target = await checkTarget(text, policy, resolve)
    expect({ href: target.url.href, addresses: target.addresses }).toEqual({ href, addresses })
  })

  it('may be 2,000 characters long, and a host name 253', async () => {
    const path = 'a'.repeat(2000 - 'https://shop.test/'.length)
    const { url } = await checkTarget(`https://shop.test/${path}`, strict, resolve)
    expect(url.href).toHaveLength(2000)
    const host = `${`${'a'.repeat(63)}.`.repeat(3)}${'b'.repeat(61)}`
    const { addresses } = await checkTarget(`https://${host}/`, strict, async () => ['1.1.1.1'])
    expect([host.length, addresses]).toEqual([253, ['1.1.1.1']])
  })
})

describe('a URL that notices must not go to', () => {
  it.each<[string, TargetPolicy, string]>([
    ['', strict, 'write it like https://'],
    ['shop.test/hook', strict, 'write it like https://'],
    ['https://', strict, 'write it like https://'],
    ['https://a b.test/', strict, 'write it like https://'],
    ['https://256.1.1.1/', strict, 'write it like https://'],
    ['https://[::1%25lo]/', unsafe, 'write it like https://'],
    ['http://shop.test/', strict, 'set NOTICES_HTTP=on'],
    ['ftp://shop.test/', unsafe, 'ftp: is no way'],
    ['file:///etc/passwd', unsafe, 'file: is no way'],
    ['javascript:alert(1)', unsafe, 'javascript: is no way'],
    ['ws://shop.test/', unsafe, 'ws: is no way'],
    ['unix:/run/pg.sock', unsafe, 'unix: is no way'],
    ['https://anna@shop.test/', unsafe, 'a user name or a password'],
    ['https://:pa55@shop.test/', unsafe, 'a user name or a password'],
    [`https://shop.test/${'a'.repeat(2000)}`, unsafe, 'longer than 2000'],
    [`https://shop.test/${'я'.repeat(400)}`, unsafe, 'longer than 2000'],
    [`https://${'a'.repeat(64)}.test/`, unsafe, 'no host name'],
    [`https://${'abc.'.repeat(64)}test/`, unsafe, 'no host name'],
    ['https://shop.test./', unsafe, 'without a full stop at the end'],
    ['https://shop..test/', unsafe, 'no host name'],
    ["https://shop'.test/", unsafe, 'no host name'],
    ['https://shop.test:0/', unsafe, 'port 0 '],
    ['https://shop.test:22/', unsafe, 'port 22 '],
    ['https://shop.test:25/', unsafe, 'port 25 '],
    ['https://shop.test:1023/', unsafe, 'port 1023 '],
    ['https://shop.test:2049/', unsafe, 'port 2049 '],
    ['https://shop.test:6667/', unsafe, 'port 6667 '],
    ['https://shop.test:10080/', unsafe, 'port 10080 '],
    [
      'https://inside.test/',
      strict,
      'inside.test leads to 10.1.2.3, which is a private address; if notices may go there, add 10.1.2.3/32 to NOTICES_NETWORKS',
    ],
    ['https://inside.test/', opened('10.1.3.0/24'), 'add 10.1.2.3/32 to NOTICES_NETWORKS'],
    ['https://mixed.test/', strict, 'leads to 10.1.2.3'],
    [
      'https://[fd12::7]/',
      strict,
      'fd12::7 is a private address; if notices may go there, add fd12::7/128',
    ],
    ['https://local.test/', strict, 'leads to ::1, which is a loopback address, and no notice'],
    ['https://127.1/', strict, '127.0.0.1 is a loopback address'],
    ['https://odd.test/', unsafe, 'leads to not an address, which is no address'],
  ])('%s', async (url, policy, words) => {
    expect(await refusal(url, policy)).toContain(words)
  })

  it('keeps a password that stood in the URL out of its message', async () => {
    expect(await refusal('https://anna:hunter2@shop.test/', strict)).not.toMatch(/anna|hunter2/)
  })

  it.each([
    ['missing.test', 'missing.test does not resolve (ENOTFOUND); check the name'],
    ['none.test', 'none.test resolves to no address; check the name'],
  ])('is told from a name that does not resolve: %s', async (host, words) => {
    const error = await checkTarget(`https://${host}/`, unsafe, resolve).catch((reason) => reason)
    expect(error).toBeInstanceOf(TargetUnresolved)
    expect(error.message).toContain(words)
  })

  it('is refused before its name is asked for', async () => {
    const asked: string[] = []
    const note: Resolve = async (host) => {
      asked.push(host)
      return ['1.1.1.1']
    }
    for (const url of ['http://shop.test/', 'https://a:b@shop.test/', 'https://shop.test:25/']) {
      await expect(checkTarget(url, strict, note)).rejects.toThrow(TargetRefused)
    }
    expect(asked).toEqual([])
  })
})

describe('an address', () => {
  const never = ['127.0.0.1', '0.0.0.0', '169.254.169.254', '::1', '::', 'fe80::1', 'ff02::1']
  const everything = opened('0.0.0.0/0', '::/0', '127.0.0.0/8', '127.0.0.1', '::1', 'fe80::/10')
  it.each([
    ...never,
    '224.0.0.1',
    '255.255.255.255',
    '168.63.129.16',
    '100.100.100.200',
    'fd00:ec2::254',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '64:ff9b::a9fe:a9fe',
    '2002:a00:1::',
  ])('%s stays closed to every list', (address) => {
    expect(allowedAddress(address, everything)).toBe(false)
  })

  it.each([...never, '10.0.0.1', '::ffff:127.0.0.1', '169.254.169.254'])(
    '%s is open to tests',
    (address) => {
      expect(allowedAddress(address, unsafe)).toBe(true)
    },
  )

  it.each(['', 'localhost', 'fe80::1%lo', '127.1'])('"%s" is none, for tests neither', (text) => {
    expect(allowedAddress(text, unsafe)).toBe(false)
  })

  it.each<[string, string, boolean]>([
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.3', '10.1.2.0/24', true],
    ['10.1.3.3', '10.1.2.0/24', false],
    ['10.1.2.3', '0.0.0.0/0', true],
    ['10.1.2.3', '::/0', false],
    ['10.1.2.3', '::ffff:0:0/96', false],
    ['10.1.2.3', '::ffff:10.1.2.3', false],
    ['::ffff:8.8.8.8', '8.8.8.0/24', false],
    ['::ffff:8.8.8.8', '::ffff:0:0/96', true],
    ['64:ff9b::808:808', '64:ff9b::/96', true],
    ['fd12:3456::1', 'fd12:3456::/32', true],
    ['fd12:3457::1', 'fd12:3456::/32', false],
    ['fd12:3456::1', '0.0.0.0/0', false],
    ['100.64.0.1', '100.64.0.0/10', true],
  ])('%s is opened by %s: %s', (address, range, isOpen) => {
    expect(allowedAddress(address, opened(range))).toBe(isOpen)
  })
})

describe('the resolver', () => {
  it('knows the names of this machine', async () => {
    const addresses = await systemResolve('localhost')
    expect(addresses.length).toBeGreaterThan(0)
    for (const address of addresses) expect(['127.0.0.1', '::1']).toContain(address)
  })

  it('gives up on a name server that is silent, and says which name', async () => {
    const silent = boundedResolve(() => new Promise(() => {}), { deadlineMs: 20, most: 1 })
    await expect(checkTarget('https://slow.test/', strict, silent)).rejects.toThrow(
      'slow.test does not resolve (ETIMEOUT)',
    )
  })

  it('asks for one name once at a time, and for few names at once', async () => {
    const asked: string[] = []
    const answers: ((addresses: string[]) => void)[] = []
    const slow: Resolve = (host) => {
      asked.push(host)
      return new Promise((answer) => answers.push(answer))
    }
    const bounded = boundedResolve(slow, { deadlineMs: 30_000, most: 2 })
    const [a, alsoA, b, c] = ['a', 'a', 'b', 'c'].map((host) => bounded(host))
    expect(asked).toEqual(['a', 'b'])
    answers[0]?.(['1.1.1.1'])
    expect(await Promise.all([a, alsoA])).toEqual([['1.1.1.1'], ['1.1.1.1']])
    expect(asked).toEqual(['a', 'b', 'c'])
    answers[1]?.(['2.2.2.2'])
    answers[2]?.(['3.3.3.3'])
    expect(await Promise.all([b, c])).toEqual([['2.2.2.2'], ['3.3.3.3']])
    const again = bounded('a')
    answers[3]?.(['4.4.4.4'])
    expect(await again).toEqual(['4.4.4.4'])
  })

  it('passes a failure on, and goes on after it', async () => {
    const answers = [Promise.reject(new Error('down')), Promise.resolve(['1.1.1.1'])]
    const bounded = boundedResolve(() => answers.shift() ?? Promise.resolve([]), {
      deadlineMs: 30_000,
      most: 1,
    })
    await expect(bounded('a')).rejects.toThrow('down')
    expect(await bounded('a')).toEqual(['1.1.1.1'])
  })
})
