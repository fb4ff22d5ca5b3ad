import { describe, expect, test } from 'vitest'
import { ConfigError, readConfig } from '../../src/config.ts'
import { readKey } from '../../src/read-key.ts'

function refusal(env: Record<string, string>): string {
  try {
    readConfig(env)
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return ''
}

describe('settings', () => {
  test('all have a default', () => {
    expect(readConfig({})).toMatchObject({ port: 8080, host: '127.0.0.1', logLevel: 'info' })
  })

  test('that are blank count as absent', () => {
    expect(readConfig({ PORT: '', PUBLIC_URL: '', DATABASE_URL: '' })).toMatchObject({
      port: 8080,
      publicUrl: undefined,
      databaseUrl: undefined,
    })
  })

  test.each([
    ['PORT', 'eighty'],
    ['PORT', '70000'],
    ['PORT', '80.5'],
    ['LEGACY_HTTP_PORT', 'on'],
    ['DATABASE_URL', 'mysql://localhost/orders'],
    ['DATABASE_URL', 'postgres://u:p@a:5432,b:99999/orders'],
    ['DATABASE_URL', 'postgres://u:p@a,,b/orders'],
    ['DATABASE_URL', 'postgres://u:p@a,b/orders?target_session_attrs=standby'],
    ['PUBLIC_URL', 'orders.example.com'],
    ['PUBLIC_URL', 'ftp://orders.example.com'],
    ['BASE_DOMAINS', 'https://example.com'],
    ['TRUSTED_PROXIES', 'localhost'],
    ['TRUSTED_PROXIES', '10.0.0.0/99'],
    ['METRICS_FROM', 'everybody'],
    ['METRICS_FROM', 'none,127.0.0.1'],
    ['NOTICES_HTTP', 'yes'],
    ['NOTICES_NETWORKS', 'shop.internal'],
    ['NOTICES_NETWORKS', '10.0.0.0/8,fd00::/129'],
    ['LOG_LEVEL', 'loud'],
    ['WORKERS', '0'],
    ['WORKERS', 'auto'],
    ['COMMITTER_DEPTH', '0'],
    ['DATABASE_PREPARE', 'maybe'],
  ])('%s=%s is refused by name', (name, value) => {
    expect(refusal({ [name]: value })).toContain(`${name}=`)
  })

  test('that are bad are named all at once, without the secret ones', () => {
    const said = refusal({ PORT: 'x', LOG_LEVEL: 'y', COUNTERSIGN_KEY: 'hunter2-hunter2' })
    expect(said).toMatch(/PORT=x[\s\S]*COUNTERSIGN_KEY=[\s\S]*LOG_LEVEL=y/)
    expect(said).not.toContain('hunter2')
  })

  test('let notices go to public https URLs, and further where they say so', () => {
    const closed = { allowHttp: false, openRanges: [], unsafeTargets: false }
    expect(readConfig({}).notices).toEqual(closed)
    expect(
      readConfig({ NOTICES_HTTP: 'on', NOTICES_NETWORKS: '10.0.0.0/8, fd12::/48' }).notices,
    ).toEqual({ allowHttp: true, openRanges: ['10.0.0.0/8', 'fd12::/48'], unsafeTargets: false })
    expect(readConfig({ NOTICES_UNSAFE_TARGETS: 'on' }).notices.unsafeTargets).toBe(true)
  })

  test('let this machine read the metrics, or whom they name, or nobody', () => {
    expect(readConfig({}).metricsFrom).toEqual(['127.0.0.1', '::1'])
    expect(readConfig({ METRICS_FROM: '192.0.2.7, 10.0.0.0/8' }).metricsFrom).toEqual([
      '192.0.2.7',
      '10.0.0.0/8',
    ])
    expect(readConfig({ METRICS_FROM: 'none' }).metricsFrom).toEqual([])
  })

  test('give old HTTP a port of its own, or none', () => {
    expect(readConfig({}).legacyHttpPort).toBeUndefined()
    expect(readConfig({ LEGACY_HTTP_PORT: '8081' })).toMatchObject({ legacyHttpPort: 8081 })
    expect(refusal({ PORT: '8081', LEGACY_HTTP_PORT: '8081' })).toContain('LEGACY_HTTP_PORT')
    expect(refusal({ PORT: '0', LEGACY_HTTP_PORT: '0' })).toBe('')
  })

  test('of the command line win over the environment', () => {
    expect(readConfig({ WORKERS: '2', PORT: '8081' }, { WORKERS: '3' })).toMatchObject({
      workers: 3,
      port: 8081,
    })
  })

  test('with a database of your own ask for the key that is yours to keep', () => {
    expect(refusal({ DATABASE_URL: 'postgres://localhost/orders' })).toContain('COUNTERSIGN_KEY')
  })

  test.each([
    ['without the key that replaces it', { COUNTERSIGN_OLD_KEY: '07'.repeat(32) }],
    ['that is none', { COUNTERSIGN_OLD_KEY: 'hunter2', COUNTERSIGN_KEY: '07'.repeat(32) }],
    [
      'that replaces itself',
      {
        COUNTERSIGN_OLD_KEY: Buffer.alloc(32, 7).toString('base64'),
        COUNTERSIGN_KEY: '07'.repeat(32),
      },
    ],
  ])('refuse an old key %s, and do not show it', (_what, settings) => {
    const said = refusal(settings)
    expect(said).toContain('COUNTERSIGN_OLD_KEY')
    expect(said).not.toContain(settings.COUNTERSIGN_OLD_KEY)
  })
})

describe('the key', () => {
  test.each([
    ['07'.repeat(32), 32],
    [Buffer.alloc(32, 7).toString('base64'), 32],
    [`${'07'.repeat(32)}\n`, 32],
    ['07'.repeat(31), undefined],
    ['password', undefined],
    ['', undefined],
  ])('%j reads as %s bytes', (text, bytes) => {
    expect(readKey(text)?.length).toBe(bytes)
  })
})
