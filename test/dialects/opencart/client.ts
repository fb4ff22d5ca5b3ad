import type { Gateway } from '../../support/gateway.ts'
import { readKeys } from './recording.ts'

/** Names as a form has them: `product[0][product_id]`. */
export type Fields = Readonly<Record<string, string | number>>

/** A middleware that has logged in, with a cart of its own. */
export type Client = {
  readonly token: string
  /** Posts a form to a route, with more in the query where given; gives the parsed answer. */
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what its call gives back
  readonly call: (route: string, fields?: Fields, query?: Fields) => Promise<any>
}

/** Logs in as one of the API users of the recorded store. */
export async function aClient(
  { url }: Gateway,
  login: string,
  username = 'Default',
): Promise<Client> {
  const base = `${url}/opencart/${login}/index.php`
  const key = readKeys().get(username) ?? ''
  const entered = await post(`${base}?route=api/login`, { username, key })
  const token: string = entered.api_token ?? entered.token
  return {
    token,
    call: (route, fields = {}, query = {}) =>
      post(`${base}?route=${route}&${formOf({ ...query, api_token: token })}`, fields),
  }
}

async function post(address: string, fields: Fields) {
  const response = await fetch(address, { method: 'POST', body: formOf(fields) })
  if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`)
  return JSON.parse(await response.text())
}

function formOf(fields: Fields): URLSearchParams {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(fields)) form.append(name, String(value))
  return form
}
