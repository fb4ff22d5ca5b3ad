import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { callSigned } from '../support/signed-call.ts'
import { type HostileCall, type Store, type Tokens, userName } from './hostile-call.ts'
import { render } from './hostile-render.ts'
import { exchange } from './hostile-wire.ts'

/** Runs a command of the command line to its end; gives what it printed, throws if it failed. */
export type Run = (args: readonly string[], input?: string) => Promise<string>

const catalogue = new URL('../fixtures/opencart/store.json', import.meta.url)

/** An account with a key for every dialect, and the catalogue of the recorded store. */
export async function addKeys(run: Run): Promise<Omit<Store, 'order'>> {
  const login = `hostile-${randomBytes(4).toString('hex')}`
  const credential = (dialect: string, kind: string) =>
    run([
      ...['credential', 'add', login, '--dialect', dialect, '--kind', kind],
      ...['--public', userName, '--json'],
    ])
  const { influencersoft, mintsoft, shopsite } = JSON.parse(
    await run(['account', 'add', login, '--json']),
  )
  await run(['import', 'opencart', login, '-'], readFileSync(catalogue, 'utf8'))
  const { opencart } = JSON.parse(await credential('opencart', 'key'))
  const { shopsite: backOffice } = JSON.parse(await credential('shopsite', 'basic'))
  return {
    login,
    secret: influencersoft.secret,
    mintsoftKey: mintsoft.key,
    opencartKey: opencart.key,
    shopsite: {
      clientId: shopsite.clientId,
      secretKey: shopsite.secretKey,
      code: shopsite.authorizationCode,
    },
    password: backOffice.password,
  }
}

/** Two goods and a paid order, so that calls find something. */
export async function fillStore(url: string, keys: Omit<Store, 'order'>): Promise<Store> {
  const call = async (name: string, parameters: Record<string, string>) => {
    const { error_code, error_text, result } = await callSigned(url, keys, name, parameters)
    if (error_code !== 0) throw new Error(`${name}: ${error_code} ${error_text}`)
    return result
  }
  for (const good_name of ['KR-01', 'MUG-01']) {
    await call('AddGood', { good_name, good_type: 'digital', good_title: 'Mug', good_sum: '12.90' })
  }
  const placed = await call('CreateOrder', {
    bill_email: 'grace@example.com',
    'goods[0][good_name]': 'KR-01',
  })
  const order = (placed as { readonly bill_id: number }).bill_id
  await call('UpdateOrderStatus', { bill_id: String(order), status: 'paid', date: '1700000000' })
  return { ...keys, order }
}

const login: HostileCall = {
  dialect: 'opencart',
  proof: 'login',
  method: 'POST',
  path: '/index.php',
  query: 'route=api/login',
  address: 'path',
  http: '1.1',
  headers: [],
  type: '',
  body: '',
  padBytes: 0,
  framing: 'length',
  cuts: [],
}

/** Fresh tokens of OpenCart and ShopSite; throws where there are none. */
export async function logIn(port: number, store: Store): Promise<Tokens> {
  const entrances = [
    login,
    { ...login, dialect: 'shopsite', path: '/authorize.cgi', query: '' },
  ] as const
  const [opencart = '', shopsite = ''] = await Promise.all(
    entrances.map(async (call) => {
      const { pieces } = render(call, store, { opencart: '', shopsite: '' }, Date.now())
      const options = { port, pieces, isHead: false, endsEarly: false, patienceMs: 20_000 }
      const reply = await exchange(options)
      const text = reply.kind === 'answer' ? reply.body.toString() : reply.got
      const token = /"(?:api|access)_token":"([^"]+)"/.exec(text)?.[1]
      if (token === undefined) throw new Error(`no token from ${call.path}: ${text}`)
      return token
    }),
  )
  return { opencart, shopsite }
}
