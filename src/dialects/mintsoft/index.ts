import type { Credential } from '../../model/credential.ts'
import { hasControls } from '../../wire/charset.ts'
import type { CredentialKind, Dialect } from '../dialect.ts'
import { explain } from './explain.ts'
import { bothDespatch, heldBack } from './feed.ts'
import { actionNames, createHandler } from './handler.ts'
import { foldKey } from './proof.ts'
import { settingsSchema } from './settings.ts'

/** Mintsoft advises a GUID (contract B.1). */
const key: CredentialKind = {
  name: 'key',
  title: 'API key (GUID)',
  publicPart: () => '',
  secret: (newKey) => toGuid(Buffer.from(newKey(16), 'base64url')),
  refuseSecret(secret) {
    if (foldKey(secret).length < 8) return 'the key is shorter than 8 characters'
    if (secret.length > 128) return 'the key is longer than 128 characters'
    return hasControls(secret) ? 'the key has control characters, a line end perhaps' : undefined
  },
  byDefault: true,
}

export const mintsoft: Dialect = {
  name: 'mintsoft',
  title: 'Mintsoft poller feed',
  bodyLimit: 100_000,
  calls: actionNames,
  credentialKinds: [key],
  settings: settingsSchema,
  matchNative(path) {
    const match = /^\/+mintsoft(\/.*)?$/i.exec(path)
    return match === null ? undefined : (match[1] ?? '/')
  },
  createHandler,
  connectionSheet: ({ baseUrl, credentials }) => ({
    url: baseUrl,
    key: newest(credentials)?.secret,
  }),
  explain,
  heldBack,
  bothDespatch,
}

function newest(credentials: readonly Credential[]): Credential | undefined {
  return credentials.reduce<Credential | undefined>(
    (latest, one) => (latest === undefined || one.id > latest.id ? one : latest),
    undefined,
  )
}

/** In the shape of a GUID, and all of it chance: a version's marks would leave 122 bits. */
function toGuid(random: Buffer): string {
  return random.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
