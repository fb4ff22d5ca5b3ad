import type { Credential } from '../../model/credential.ts'
import type { Dialect, SheetInput } from '../dialect.ts'
import { application, basic, keysOf } from './credential.ts'
import { explain } from './explain.ts'
import { createHandler } from './handler.ts'
import { calls, programIn } from './programs.ts'
import { settingsSchema } from './settings.ts'

export const shopsite: Dialect = {
  name: 'shopsite',
  title: 'ShopSite order download',
  bodyLimit: 64_000,
  calls,
  legacyHttp: true,
  credentialKinds: [application, basic],
  settings: settingsSchema,
  matchNative: (path) => (programIn(path) === undefined ? undefined : path),
  createHandler,
  connectionSheet,
  explain,
  // A rotated key is the same order manager still.
  neverReports: true,
  bothDespatch: (one, other) => one.publicPart !== other.publicPart,
}

/** The values of ShopSite's own screens; clients ask for them by these names (contract §1). */
function connectionSheet({ baseUrl, credentials }: SheetInput): Record<string, unknown> {
  const app = newest(credentials, 'application')
  const login = newest(credentials, 'basic')
  return {
    ...(app === undefined ? {} : applicationSheet(baseUrl, app)),
    ...(login === undefined
      ? {}
      : {
          legacyUrl: `${baseUrl}/db_xml.cgi`,
          user: login.publicPart,
          password: login.secret,
        }),
  }
}

function applicationSheet(baseUrl: string, { publicPart, secret }: Credential) {
  const { secretKey, code } = keysOf({ secret })
  const url = `${baseUrl}/authorize.cgi`
  const store = /^[a-z]+:\/\/[^/]+/i.exec(baseUrl)?.[0] ?? baseUrl
  const pasted = [publicPart, secretKey, code, url, store].join('^')
  return {
    authorizationUrl: url,
    clientId: publicPart,
    secretKey,
    authorizationCode: code,
    /** What the WordPress plugin takes in one field. */
    wordpress: Buffer.from(pasted).toString('base64'),
  }
}

function newest(credentials: readonly Credential[], kind: string): Credential | undefined {
  return credentials
    .filter((one) => one.kind === kind)
    .reduce<Credential | undefined>(
      (latest, one) => (latest === undefined || one.id > latest.id ? one : latest),
      undefined,
    )
}
