import type { CredentialRecord } from '../core/credentials.ts'
import { isoTime } from '../model/iso-time.ts'
import { shortTime } from './output.ts'

/** A credential without its secret. */
export function credentialJson(record: CredentialRecord): Record<string, unknown> {
  const { id, dialect, kind, publicPart, ipList, settings, test } = record
  return {
    id,
    dialect,
    kind,
    publicPart,
    ipList,
    settings,
    validFrom: isoTime(record.validFrom),
    validUntil: isoTime(record.validUntil),
    lastUsedAt: isoTime(record.lastUsedAt),
    revokedAt: isoTime(record.revokedAt),
    test,
  }
}

export const credentialTitles = [
  'id',
  'dialect',
  'kind',
  'public',
  'for',
  'from addresses',
  'from',
  'until',
  'last use',
]

export function credentialRow(record: CredentialRecord): string[] {
  const { revokedAt, validUntil } = record
  return [
    String(record.id),
    record.dialect,
    record.kind,
    record.publicPart || '-',
    record.test ? 'test' : 'live',
    record.ipList.length === 0 ? 'any' : record.ipList.join(','),
    shortTime(record.validFrom),
    revokedAt === null ? shortTime(validUntil) : `revoked ${shortTime(revokedAt)}`,
    shortTime(record.lastUsedAt),
  ]
}
