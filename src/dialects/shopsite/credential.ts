import { hasControls } from '../../wire/charset.ts'
import type { CredentialKind } from '../dialect.ts'

export type ApplicationKeys = {
  /** `XXXX-XXXX-XXXX-XXXX`: what everything is signed with, dashes included. */
  readonly secretKey: string
  /** The "Authorization Code", which is permanent. */
  readonly code: string
}

const SECRET = /^[A-Z0-9]{4}(-[A-Z0-9]{4}){3}$/
/** 32 characters; the vendor's older pages show shorter ones (contract §2.3). */
const CODE = /^[A-Za-z0-9+/=_-]{20,64}$/
const capitals = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
/** The bytes that fall evenly on the 36 of them. */
const evenBytes = 252

/** A stranger's call is compared with this, so that time does not tell who is known. */
export const stranger = { secret: `${'0000-'.repeat(3)}0000 ${'x'.repeat(32)}` }

/** An application's two keys; its stored secret is both, with a blank between. */
export function keysOf({ secret }: { readonly secret: string }): ApplicationKeys {
  const at = secret.indexOf(' ')
  return { secretKey: secret.slice(0, at), code: secret.slice(at + 1) }
}

/** A Secret Key as clients spoil it. */
export function bare(secretKey: string): string {
  return secretKey.replaceAll('-', '')
}

/** What ShopSite's screen "Applications" makes (contract §1). */
export const application: CredentialKind = {
  name: 'application',
  title: 'Application: Client ID, Secret Key and Authorization Code',
  publicPart: (_login, newKey) => Buffer.from(newKey(4), 'base64url').toString('hex').toUpperCase(),
  refusePublicPart: (clientId) =>
    /^[A-Za-z0-9]{8}$/.test(clientId) ? undefined : 'a Client ID has 8 letters and digits',
  secret: (newKey) => `${newSecretKey(newKey)} ${newKey(24)}`,
  refuseSecret(secret) {
    const [secretKey = '', code, ...more] = secret.split(' ')
    if (code === undefined || more.length > 0) {
      return 'give the Secret Key and the Authorization Code with one blank between them'
    }
    if (!SECRET.test(secretKey))
      return 'a Secret Key is written XXXX-XXXX-XXXX-XXXX, in A-Z and 0-9'
    return CODE.test(code) ? undefined : 'an Authorization Code has 32 characters of base64'
  },
  byDefault: true,
}

/** A back-office login, for clients older than ShopSite 11 (contract §3.4). */
export const basic: CredentialKind = {
  name: 'basic',
  title: 'Back-office login: user and password',
  publicPart: (login) => login,
  refusePublicPart(user) {
    if (user === '' || user.length > 64) return 'a user name has 1 to 64 characters'
    if (user.includes(':')) return 'a user name cannot have a colon'
    return hasControls(user) ? 'the user name has control characters' : undefined
  },
  secret: (newKey) => newKey(18),
  refuseSecret(secret) {
    if (secret.length < 8) return 'the password is shorter than 8 characters'
    if (secret.length > 128) return 'the password is longer than 128 characters'
    return hasControls(secret) ? 'the password has control characters' : undefined
  },
  byDefault: false,
}

function newSecretKey(newKey: (bytes: number) => string): string {
  let text = ''
  while (text.length < 16) {
    for (const byte of Buffer.from(newKey(32), 'base64url')) {
      if (byte < evenBytes && text.length < 16) text += capitals.charAt(byte % capitals.length)
    }
  }
  return text.replace(/(.{4})(?=.)/g, '$1-')
}
