import { randomFrom } from './crash.ts'
import { type Asked, isLetIn, known } from './signatures-door.ts'
import {
  influencersoftBody,
  isSignedDownload,
  signed41,
  signedDownload,
} from './signatures-proofs.ts'

/** A rightly signed call that is sent as another one: whether the signature keeps it out. */
export type Binding = {
  readonly name: string
  readonly isLetIn: () => Promise<boolean>
  /** True: the protocol's signature does not cover this, as its contract says. */
  readonly uncovered?: true
}

const fields = { bill_id: '100000', status: 'cancel' }
const other = { ...known.account, id: 2, login: 'other-shop' }
const body = influencersoftBody(fields)
const signed = signed41({ order_id: '100000', order_status_id: '3' })
const at41 = (path: string, change: (query: URLSearchParams) => void, more: Asked = {}) => {
  const query = new URLSearchParams(String(signed.query))
  change(query)
  const sent = { query: query.toString(), ...(signed.body ? { body: signed.body } : {}), ...more }
  return isLetIn('opencart', path, sent)
}
const download = signedDownload({ dbname: 'orders', startorder: '1' }, { random: randomFrom(1) })

export const bindings: readonly Binding[] = [
  {
    name: 'InfluencerSoft: another account, the same key',
    isLetIn: () =>
      isLetIn('influencersoft', known.apiPath, { body, account: other, login: other.login }),
  },
  {
    // The replay memory of an account refuses it where it is switched on.
    name: 'InfluencerSoft: another function',
    uncovered: true,
    isLetIn: () => isLetIn('influencersoft', '/api/DeleteOrder', { body }),
  },
  {
    name: 'OpenCart 4.1: another call',
    isLetIn: () => at41('/index.php', (query) => query.set('call', 'confirm')),
  },
  {
    name: 'OpenCart 4.1: another route',
    isLetIn: () => at41('/index.php', (query) => query.set('route', 'api/subscription')),
  },
  {
    name: 'OpenCart 4.1: another store, language or currency',
    isLetIn: async () => {
      const tried = ['store_id', 'language', 'currency'].map((name) =>
        at41('/index.php', (query) => query.set(name, '7')),
      )
      return (await Promise.all(tried)).includes(true)
    },
  },
  {
    name: 'OpenCart 4.1: another account, the same key',
    isLetIn: () => at41('/index.php', () => undefined, { account: other, login: other.login }),
  },
  {
    // A proxy may put a folder before the account's own address, which is what was signed.
    name: 'OpenCart 4.1: another folder of the same account',
    uncovered: true,
    isLetIn: () => at41('/shop/index.php', () => undefined),
  },
  {
    name: 'OpenCart 4.1: another host',
    isLetIn: () => at41('/index.php', () => undefined, { host: 'other.example.com' }),
  },
  {
    name: 'OpenCart 4.1: a later time',
    isLetIn: () => at41('/index.php', (query) => query.set('time', String(1_768_478_401))),
  },
  {
    // Ten lines are signed, and further parameters of the query stand in none of them (§6.1).
    name: 'OpenCart 4.1: one more parameter in the query',
    uncovered: true,
    isLetIn: () => at41('/index.php', (query) => query.set('code', 'coupon')),
  },
  {
    name: 'ShopSite: another account, the same key',
    isLetIn: async () => isSignedDownload(download, other.login),
  },
  {
    name: 'ShopSite: another program',
    isLetIn: async () => isSignedDownload({ ...download, path: Buffer.from('/generate.cgi') }),
  },
  {
    name: 'ShopSite: another folder',
    isLetIn: async () => isSignedDownload({ ...download, path: Buffer.from('/a/db_xml.cgi') }),
  },
  {
    name: 'ShopSite: another host',
    isLetIn: async () => isSignedDownload({ ...download, host: Buffer.from('other.example.com') }),
  },
]
