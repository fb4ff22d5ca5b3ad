import { describe, expect, it } from 'vitest'
import { despatchWarnings } from '../../src/commands/both-despatch.ts'
import type { CredentialRecord } from '../../src/core/credentials.ts'
import { dialects } from '../../src/dialects/registry.ts'

function used(
  id: number,
  dialect: string,
  settings: Readonly<Record<string, unknown>> = {},
  change: Partial<CredentialRecord> = {},
): CredentialRecord {
  return {
    accountId: 1,
    id,
    dialect,
    kind: 'key',
    publicPart: '',
    secret: '',
    ipList: [],
    settings,
    validFrom: 0,
    validUntil: null,
    revokedAt: null,
    lastUsedAt: 1,
    createdAt: 0,
    test: false,
    ...change,
  }
}

describe('two credentials that send goods out', () => {
  it.each<[string, readonly CredentialRecord[], number]>([
    ['one alone', [used(1, 'mintsoft')], 0],
    ['two keys of one feed', [used(1, 'mintsoft'), used(2, 'mintsoft')], 0],
    ['two feeds', [used(1, 'mintsoft'), used(2, 'mintsoft', { feed: 'north' })], 1],
    [
      'two feeds for other countries',
      [
        used(1, 'mintsoft', { feed: 'south', countries: ['FR'] }),
        used(2, 'mintsoft', { feed: 'north', countries: ['GB'] }),
      ],
      0,
    ],
    ['one beside accounting', [used(1, 'mintsoft'), used(2, 'opencart')], 0],
    [
      'one that was never used',
      [used(1, 'mintsoft'), used(2, 'mintsoft', { feed: 'north' }, { lastUsedAt: null })],
      0,
    ],
    [
      'one that is revoked',
      [used(1, 'mintsoft'), used(2, 'mintsoft', { feed: 'north' }, { revokedAt: 5 })],
      0,
    ],
  ])('are warned about where they may both get an order: %s', (_what, credentials, count) => {
    expect(despatchWarnings(dialects, credentials)).toHaveLength(count)
  })

  it('are named, with what to do', () => {
    const [text] = despatchWarnings(dialects, [
      used(3, 'mintsoft'),
      used(7, 'mintsoft', { feed: 'north' }),
    ])
    expect(text).toContain('credentials 3 (mintsoft) and 7 (mintsoft)')
    expect(text).toContain('Let their filters exclude each other, or revoke one')
  })
})
