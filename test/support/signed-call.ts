import { md5Hex } from '../../src/wire/digest.ts'
import { buildQuery, type QueryParams } from '../../src/wire/php-query.ts'

export type Shop = { readonly login: string; readonly secret: string }

export type Envelope = {
  readonly error_code: number
  readonly error_text: string
  readonly result: unknown
  readonly hash: string
}

/** A body as the vendor's PHP sample makes it: the parameters, then their hash. */
export function signedBody(shop: Shop, parameters: QueryParams): string {
  const query = buildQuery(parameters)
  const hash = md5Hex(`${query}::${shop.login}::${shop.secret}`)
  return query === '' ? `hash=${hash}` : `${query}&hash=${hash}`
}

/** Calls a function of the InfluencerSoft dialect; throws unless the answer's hash is right. */
export async function callSigned(
  gatewayUrl: string,
  shop: Shop,
  functionName: string,
  parameters: QueryParams = {},
): Promise<Envelope> {
  const response = await fetch(`${gatewayUrl}/influencersoft/${shop.login}/api/${functionName}`, {
    method: 'POST',
    body: signedBody(shop, parameters),
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  const envelope = (await response.json()) as Envelope
  const expected = md5Hex(`${envelope.error_code}::${envelope.error_text}::${shop.secret}`)
  if (envelope.hash !== expected) throw new Error('the answer carries a wrong hash')
  return envelope
}
