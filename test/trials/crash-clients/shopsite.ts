import { noteTaking } from '../crash-ledger.ts'
import { done, insist, type Load, refused, repeat, send } from '../crash-load.ts'

/** Orders that one download gives at most. */
const most = 50

/**
 * An order manager that remembers the highest number it has seen and asks for what lies beyond.
 * Gives that number; what it was given it has in hand.
 */
export async function download(
  load: Load,
  name: 'released' | 'placed',
  after: number,
): Promise<number> {
  const { user, password } = load.shop[name]
  const headers = {
    authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
  }
  const body = new URLSearchParams({
    clientApp: '1',
    dbname: 'orders',
    version: '14.0',
    startorder: String(after + 1),
    maxorder: String(most),
  }).toString()
  const document = await insist(load, `shopsite ${name}`, async (url) => {
    const address = `${url}/shopsite/${load.shop.login}/db_xml.cgi`
    const { status, text } = await send(load, address, body, headers)
    if (status >= 500) return repeat
    // Code 2: nothing lies beyond.
    const isWhole = /<ResponseCode>[12]</.test(text) && text.endsWith('</ShopSiteOrders>')
    return isWhole ? done(text) : refused(`${status} ${text}`)
  })
  if (document === undefined) return after
  const numbersIn = (tag: string): number[] =>
    [...document.matchAll(new RegExp(`<${tag}>(\\d+)</${tag}>`, 'g'))].map(([, text]) =>
      Number(text),
    )
  for (const number of numbersIn('ShopSiteTransactionID')) noteTaking(load.ledger, name, number)
  return Math.max(after, ...numbersIn('OrderNumber'))
}
