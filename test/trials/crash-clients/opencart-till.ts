import { done, insist, type Load, refused, repeat, send, type Verdict } from '../crash-load.ts'

/** A client with a token of its own, which outlives every kill. */
export type Session = { readonly version: '2.3' | '3.0' | '4.0'; readonly token: string }

export type Fields = Readonly<Record<string, string>>

/** A session that one order's calls share: the cart stays with it. */
export type Till = { session: Session | undefined }

/** What OpenCart answers: `success`, or `error`, both of any shape. */
export type Said = { readonly success?: unknown; readonly error?: unknown } & Record<
  string,
  unknown
>

type User = { readonly username: string; readonly key: string }

export const formOf = (fields: Fields): string => new URLSearchParams(fields).toString()

/** 2.3 logs in with the key alone, and hears of a `token`. */
export async function logIn(
  load: Load,
  user: User,
  version: Session['version'],
): Promise<Session | undefined> {
  const route = version === '4.0' ? 'api/account.login' : 'api/login'
  const said = await insist(load, kindOf(route, version), async (url) => {
    const address = `${url}/opencart/${load.shop.login}/index.php?route=${route}`
    const answer = await ask(load, address, version === '2.3' ? { key: user.key } : user)
    return answer === undefined ? repeat : verdictOn(answer)
  })
  if (said === undefined) return undefined
  return { version, token: String(version === '2.3' ? said.token : said.api_token) }
}

/** A call of a route; every refusal is one that this client should not have had. */
export async function call(
  load: Load,
  url: string,
  { version, token }: Session,
  route: string,
  fields: Fields = {},
): Promise<Verdict<Said>> {
  const query = formOf({ route, [version === '2.3' ? 'token' : 'api_token']: token })
  const said = await ask(load, `${url}/opencart/${load.shop.login}/index.php?${query}`, fields)
  return said === undefined ? repeat : verdictOn(said)
}

/** One call until it is answered. */
export function step(
  load: Load,
  session: Session,
  route: string,
  fields: Fields = {},
): Promise<Said | undefined> {
  return insist(load, kindOf(route, session.version), (url) =>
    call(load, url, session, route, fields),
  )
}

/** Calls one after the other; false: one of them came to no end. */
export async function steps(
  load: Load,
  session: Session,
  calls: readonly (readonly [route: string, fields?: Fields])[],
): Promise<boolean> {
  for (const [route, fields] of calls) {
    if ((await step(load, session, route, fields)) === undefined) return false
  }
  return true
}

/** 2.3 and 3.0 share their routes, and are counted apart. */
export function kindOf(route: string, version: Session['version']): string {
  return version === '2.3' ? `opencart ${route}, 2.3` : `opencart ${route}`
}

/** Undefined: there was no answer but "later". */
export async function ask(load: Load, address: string, fields: Fields): Promise<Said | undefined> {
  const { status, text } = await send(load, address, formOf(fields))
  return status >= 500 ? undefined : (JSON.parse(text) as Said)
}

export function verdictOn(said: Said): Verdict<Said> {
  const isFine = said.error === undefined || said.error === '' || said.error === false
  return isFine && !Array.isArray(said) ? done(said) : refused(JSON.stringify(said))
}

export const address = {
  firstname: 'Ada',
  lastname: 'Lovelace',
  address_1: '12 St James Sq',
  postcode: 'SW1Y 4JH',
  city: 'London',
  country_id: '222',
  zone_id: '3563',
}

type CartLine = { readonly cart_id: string; readonly product_id: string }

/** By product: what the cart calls its line. */
export function keysIn({ products }: Said): ReadonlyMap<string, string> {
  return new Map((products as CartLine[]).map((one) => [one.product_id, one.cart_id]))
}
