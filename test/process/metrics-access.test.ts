import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import { metricsReaders } from '../../src/metrics-access.ts'

type Asking = { from: string; host?: string; url?: string } & Record<string, string>

/** Whether a request may read the metrics, under settings as in the environment. */
function mayRead(settings: Record<string, string>, asking: Asking): boolean {
  const { from, url = '/metrics', host = '127.0.0.1:8080', ...headers } = asking
  const incoming = { url, headers: { host, ...headers }, socket: { remoteAddress: from } }
  return metricsReaders(readConfig(settings))(incoming as unknown as IncomingMessage)
}

const proxied = { TRUSTED_PROXIES: '127.0.0.1,10.0.0.0/8' }
const monitor = { METRICS_FROM: '192.0.2.7,2001:db8::/32' }

describe('the metrics are read by', () => {
  it.each<[string, Record<string, string>, Asking]>([
    ['this machine', {}, { from: '127.0.0.1' }],
    ['this machine over IPv6', {}, { from: '::1', host: '[::1]:8080' }],
    ['this machine, as an IPv6 socket shows IPv4', {}, { from: '::ffff:127.0.0.1' }],
    ['this machine as localhost', {}, { from: '127.0.0.1', host: 'LocalHost:8080' }],
    ['this machine beside a trusted proxy', proxied, { from: '127.0.0.1' }],
    ['a listed address, by any name', monitor, { from: '192.0.2.7', host: 'book.internal:8080' }],
    ['a listed network', monitor, { from: '2001:db8::9' }],
    [
      'a listed address behind a trusted proxy',
      { ...proxied, ...monitor },
      { from: '127.0.0.1', host: 'orders.example.com', 'x-forwarded-for': '192.0.2.7' },
    ],
  ])('%s', (_who, settings, asking) => {
    expect(mayRead(settings, asking)).toBe(true)
  })
})

describe('the metrics are not read by', () => {
  it.each<[string, Record<string, string>, Asking]>([
    ['another machine', {}, { from: '192.0.2.7' }],
    ['no address', {}, { from: '' }],
    ['anybody, if nobody may', { METRICS_FROM: 'none' }, { from: '127.0.0.1' }],
    ['this machine, if another may', monitor, { from: '127.0.0.1' }],
    [
      'whoever only says that he is listed',
      monitor,
      { from: '192.0.2.9', 'x-forwarded-for': '192.0.2.7' },
    ],
    ...['x-forwarded-for', 'x-real-ip', 'forwarded', 'via', 'x-forwarded-proto'].map(
      (name): [string, Record<string, string>, Asking] => [
        `clients of a proxy on this machine that nobody told us of, by ${name}`,
        {},
        { from: '127.0.0.1', [name]: '127.0.0.1' },
      ],
    ),
    [
      'clients of such a proxy that keeps silent',
      {},
      { from: '127.0.0.1', host: 'shop.example.com' },
    ],
    [
      'clients of such a proxy that writes the whole address',
      {},
      { from: '127.0.0.1', url: 'http://shop.example.com/metrics' },
    ],
    ['clients of a trusted proxy', proxied, { from: '10.1.1.1', 'x-forwarded-for': '203.0.113.9' }],
    [
      'clients that put this machine in front',
      proxied,
      { from: '127.0.0.1', 'x-forwarded-for': '127.0.0.1, 203.0.113.9' },
    ],
    [
      'clients that a trusted proxy does not name',
      proxied,
      { from: '127.0.0.1', 'x-real-ip': '192.0.2.9' },
    ],
    [
      'clients that a trusted proxy names badly',
      proxied,
      { from: '127.0.0.1', 'x-forwarded-for': 'unknown' },
    ],
  ])('%s', (_who, settings, asking) => {
    expect(mayRead(settings, asking)).toBe(false)
  })
})
