import { hasControls } from '../../wire/charset.ts'
import type { CredentialKind, Dialect } from '../dialect.ts'
import { calls } from './calls.ts'
import { explain } from './explain.ts'
import { createHandler } from './handler.ts'
import { settingsSchema } from './settings.ts'

/** OpenCart's own keys are 256 letters and digits, and never under 64 (contract §2.1). */
const key: CredentialKind = {
  name: 'key',
  title: 'API user and key',
  publicPart: () => 'Default',
  refusePublicPart(name) {
    if (name.length < 3 || name.length > 64) return 'a user name has 3 to 64 characters'
    return hasControls(name) ? 'the user name has control characters' : undefined
  },
  secret: (newKey) => Buffer.from(newKey(64), 'base64url').toString('hex'),
  refuseSecret(secret) {
    if (secret.trim() === '') return 'the key is empty'
    if (secret.length < 16) return 'the key is shorter than 16 characters'
    if (secret.length > 256) return 'the key is longer than 256 characters'
    return hasControls(secret) ? 'the key has control characters, a line end perhaps' : undefined
  },
  byDefault: true,
}

export const opencart: Dialect = {
  name: 'opencart',
  title: 'OpenCart API',
  // The warehouse module sends its whole catalogue in one field.
  bodyLimit: 16_000_000,
  calls,
  credentialKinds: [key],
  settings: settingsSchema,
  matchNative(path, query) {
    if (!query.has('route')) return undefined
    return /(^|\/)(index\.php)?\/*$/i.test(path) ? path : undefined
  },
  createHandler,
  connectionSheet: ({ baseUrl, credentials }) => {
    const user = credentials.reduce<(typeof credentials)[number] | undefined>(
      (latest, one) => (latest === undefined || one.id > latest.id ? one : latest),
      undefined,
    )
    return { url: `${baseUrl}/`, username: user?.publicPart, key: user?.secret }
  },
  explain,
}
