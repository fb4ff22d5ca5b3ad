import type { Context } from '../../src/core/context.ts'
import type { EnteringCredential } from '../../src/core/directory.ts'
import type { Call, CallNote, Dialect } from '../../src/dialects/dialect.ts'
import { dialects } from '../../src/dialects/registry.ts'
import { accountSettingsSchema } from '../../src/model/account.ts'

export const nowMs = Date.UTC(2026, 0, 15, 12)
export const login = 'trial-shop'
export const host = 'gw.example.com'

const keys = {
  influencersoft: 'b3a1f0c92e7d48566a0f1c2d3e4b5a697887f6e5',
  mintsoft: '3f2b8c61-9d4e-4a07-b5c8-1e6f7a9b0c2d',
  opencart: 'k3Yf0rAn0penCartAp1User'.repeat(3),
  shopsite: '4F3A-9C21-B7D0-5E68 MTAwMDF8ZGVtb3wxfGRldmVsb3BlcnN8',
  basic: 'pa:ss word',
} as const
const [secretKey = '', code = ''] = keys.shopsite.split(' ')
const clientId = '7C41E0A9'
const apiUser = 'alumio'

/** Nobody is held back, however often he is wrong. */
export const patience = { isTooMany: () => false, holdBack: () => undefined }

/** A gateway without a book: whoever gets as far as that has been let in. */
const ctx = {
  now: () => nowMs,
  failures: patience,
  newKey: (bytes: number) => Buffer.alloc(bytes, 7).toString('base64url'),
} as unknown as Context
const quiet = { warn: () => undefined, error: () => undefined }

const account = { id: 1, login, disabled: false, settings: accountSettingsSchema.parse({}) }

function credential(dialect: string, kind: string, secret: string, publicPart = '') {
  const common = { id: 1, dialect, kind, publicPart, secret, ipList: [], settings: {} }
  const times = { validFrom: 0, validUntil: null, revokedAt: null, lastUsedAt: null, createdAt: 0 }
  return { ...common, ...times, admits: () => true } as unknown as EnteringCredential
}

const credentials: Readonly<Record<string, readonly EnteringCredential[]>> = {
  influencersoft: [credential('influencersoft', 'key', keys.influencersoft)],
  mintsoft: [credential('mintsoft', 'key', keys.mintsoft)],
  opencart: [credential('opencart', 'key', keys.opencart, apiUser)],
  shopsite: [
    credential('shopsite', 'application', keys.shopsite, clientId),
    { ...credential('shopsite', 'basic', keys.basic, 'backoffice'), id: 2 },
  ],
}

let peers = 0

export type Asked = Partial<
  Pick<Call, 'method' | 'query' | 'body' | 'login' | 'account' | 'credentials'>
> & {
  readonly headers?: Readonly<Record<string, string>>
  readonly host?: string
}

/** A call as the gateway hands it to a dialect; `note` is told what the dialect notes. */
export function callOf(
  dialect: Dialect['name'],
  path: string,
  { headers = {}, host: asked = host, ...rest }: Asked,
  note: (fields: CallNote) => void = () => undefined,
): Call {
  const all = { 'content-type': 'application/x-www-form-urlencoded', host: asked, ...headers }
  const folder = `/${dialect}/${rest.login ?? login}`
  peers += 1
  return {
    ...{ method: 'POST', path, wholePath: `${folder}${path}`, query: '' },
    ...{ body: Buffer.alloc(0), login, account, unavailable: false, crowded: false },
    // Each from somewhere else, so that no refusal is held back for another.
    peerAddress: `10.${(peers >> 16) & 255}.${(peers >> 8) & 255}.${peers & 255}`,
    credentials: credentials[dialect] ?? [],
    baseUrl: `http://${asked}${folder}`,
    header: (name) => (all as Readonly<Record<string, string>>)[name.toLowerCase()],
    note,
    ...rest,
  }
}

/** The dialects' own handlers. */
export type Door = {
  readonly handle: (dialect: string, call: Call) => Promise<Response>
  /** Whether a call is let in: its dialect notes whose it is then, and only then. */
  readonly isLetIn: (dialect: string, path: string, asked: Asked) => Promise<boolean>
}

export function createDoor(ctx: Context): Door {
  const handlers = new Map(dialects.map((one) => [one.name, one.createHandler(ctx, quiet)]))
  const handle = async (dialect: string, call: Call): Promise<Response> => {
    const handler = handlers.get(dialect)
    if (handler === undefined) throw new Error(`there is no dialect ${dialect}`)
    return handler(call)
  }
  const isLetIn = async (dialect: string, path: string, asked: Asked): Promise<boolean> => {
    let isIn = false
    const call = callOf(dialect, path, asked, ({ credentialId, outcome }) => {
      isIn ||= credentialId !== undefined && outcome !== 'address-refused'
    })
    await handle(dialect, call)
    return isIn
  }
  return { handle, isLetIn }
}

/** The door of the gateway without a book. */
export const { handle, isLetIn } = createDoor(ctx)

export const known = {
  ...{ keys, secretKey, code, clientId, apiUser, account, credentials },
  apiPath: '/api/UpdateOrderStatus',
}
