import { addAccount, getAccount } from '../../src/core/accounts.ts'
import type { Context } from '../../src/core/context.ts'
import { addCredential } from '../../src/core/credentials.ts'
import {
  type Asked,
  callOf,
  createDoor,
  type Door,
  known,
  login,
  patience,
} from './signatures-door.ts'
import {
  asForm,
  binary,
  exact,
  form,
  type ProofKind,
  partOf,
  signedClaim,
  signedDownload,
} from './signatures-proofs.ts'

/** An API user of each version: how it logs in, and a call that then reads. */
const versions = [
  {
    ...{ name: '2.3', user: 'old', entrance: 'api/login', field: 'token' },
    call: 'api/cart/products',
  },
  {
    ...{ name: '3.0', user: 'Default', entrance: 'api/login', field: 'api_token' },
    call: 'api/cart/products',
  },
  {
    ...{ name: '4.0', user: 'new', entrance: 'api/account/login', field: 'api_token' },
    call: 'api/sale/cart',
  },
]
type Version = (typeof versions)[number]

/** Tokens are looked up in a book: what a caller hears there, and whether he is let in. */
type House = {
  readonly hear: (dialect: string, path: string, asked: Asked) => Promise<Heard>
  readonly isLetIn: Door['isLetIn']
}
type Heard = Readonly<Record<string, string>>

/** Calls that are proved by a token which a login gave, wherever clients send it. */
export async function tokenKinds(ctx: Context): Promise<readonly ProofKind[]> {
  const { account, credentials } = await accountOn(ctx)
  const door = createDoor({ ...ctx, failures: patience })
  const own = (dialect: string, asked: Asked): Asked => {
    return { account, credentials: credentials.filter((one) => one.dialect === dialect), ...asked }
  }
  const house: House = {
    async hear(dialect, path, asked) {
      const answer = await door.handle(dialect, callOf(dialect, path, own(dialect, asked)))
      return JSON.parse(await answer.text())
    },
    isLetIn: (dialect, path, asked) => door.isLetIn(dialect, path, own(dialect, asked)),
  }
  return [...versions.flatMap((version) => opencartKinds(house, version)), shopsiteKind(house)]
}

async function accountOn(ctx: Context) {
  await addAccount(ctx, login)
  const account = await getAccount(ctx, login)
  const { opencart, shopsite } = known.keys
  const add = (dialect: string, kind: string, publicPart: string, secret: string, settings = {}) =>
    addCredential(ctx, account, { dialect, kind, publicPart, secret, settings })
  for (const { name, user } of versions) {
    const settings = name === '4.0' ? {} : { version: name }
    await add('opencart', 'key', user, `${opencart}${user}`, settings)
  }
  await add('shopsite', 'application', known.clientId, shopsite)
  const entrance = await ctx.directory.byLogin(login)
  if (entrance === undefined) throw new Error('the account of the trial is not there')
  return entrance
}

function opencartKinds({ hear, isLetIn }: House, version: Version): ProofKind[] {
  const { name, user, entrance, call, field } = version
  const query = `route=${call}`
  const token = async (): Promise<Buffer> => {
    const body = form({ username: user, key: `${known.keys.opencart}${user}` })
    const heard = await hear('opencart', '/index.php', { query: `route=${entrance}`, body })
    return Buffer.from(heard[field] ?? '')
  }
  const enters = (asked: Asked) => isLetIn('opencart', '/index.php', { query, ...asked })
  const inPair = (place: string, asked: (pair: Buffer) => Asked): ProofKind => ({
    name: `OpenCart ${name}, token in the ${place}`,
    make: async () => ({ [field]: await token() }),
    accepts: (bytes) => enters(asked(asForm(bytes))),
    says: exact,
  })
  const inHeader = (header: string, before: string): ProofKind => ({
    name: `OpenCart ${name}, token in the header ${header}`,
    make: async () => ({ [header]: Buffer.concat([Buffer.from(before), await token()]) }),
    accepts: (bytes) => enters({ headers: { [header]: binary(bytes[header]) } }),
    // A scheme's name is one in any case, and any blank stands behind it.
    says: (bytes) => exact(bytes).replace(/^bearer\s/i, 'Bearer '),
  })
  return [
    inPair('query', (pair) => ({ query: `${query}&${pair}` })),
    inPair('body', (body) => ({ body })),
    inHeader('cookie', 'OCSESSID='),
    inHeader('authorization', 'Bearer '),
  ]
}

/** The download is signed anew for each token: that it is the one that was given out decides. */
function shopsiteKind({ hear, isLetIn }: House): ProofKind {
  return {
    name: 'ShopSite, token of a download',
    async make(random) {
      const heard = await hear('shopsite', '/authorize.cgi', { body: signedClaim(random) })
      return { token: Buffer.from(heard.access_token ?? '') }
    },
    accepts: ({ token }) => {
      const own = { random: Math.random, token: binary(token) }
      const body = partOf(signedDownload({ dbname: 'orders' }, own), 'body')
      return isLetIn('shopsite', '/db_xml.cgi', { body })
    },
    says: exact,
  }
}
