// What every rival does with a call before and after it asks the database.
import { type Money, parseMoney } from '../src/model/money.ts'
import { md5Hex, sha256 } from '../src/wire/digest.ts'
import { shop } from './seed.ts'

export type StatusCall = { readonly number: number; readonly isPaid: boolean }

export type OrderCall = {
  readonly email: string
  readonly buyer: Record<string, string>
  readonly billing: Record<string, string>
  readonly goods: readonly { readonly code: string; readonly sum: Money | undefined }[]
  readonly createdAt: number
  /** SHA-256 of the body, and of buyer, goods and sums: a repeated call is known by either. */
  readonly digests: readonly [Buffer, Buffer]
}

export type PricedLine = {
  readonly position: number
  readonly productId: number
  readonly code: string
  readonly article: string
  readonly title: string
  readonly productType: 'physical' | 'digital'
  readonly price: Money
  readonly cataloguePrice: Money
}

/** The form behind a right signature; undefined where it is wrong. */
export function provedForm(body: string): URLSearchParams | undefined {
  const [query = '', hash] = body.split('&hash=')
  const isRight = md5Hex(`${query}::${shop.login}::${shop.secret}`) === hash
  return isRight ? new URLSearchParams(query) : undefined
}

export function readStatus(form: URLSearchParams): StatusCall {
  return { number: Number(form.get('bill_id')), isPaid: form.get('status') === 'paid' }
}

export function readOrder(form: URLSearchParams, body: string): OrderCall {
  const text = (name: string): string => form.get(name) ?? ''
  const goods: { code: string; sum: Money | undefined }[] = []
  for (let at = 0; form.has(`goods[${at}][good_name]`); at += 1) {
    const sum = parseMoney(text(`goods[${at}][good_sum]`))
    goods.push({ code: text(`goods[${at}][good_name]`), sum: sum === 0n ? undefined : sum })
  }
  const email = text('bill_email').trim()
  const name = { firstName: text('bill_first_name'), lastName: text('bill_surname') }
  const phone = text('bill_phone')
  const wishes = goods.map(({ code, sum }) => `${code} ${sum}`).sort()
  const likeness = JSON.stringify([email.toLowerCase(), wishes])
  return {
    email,
    buyer: { ...name, phone, email },
    billing: {
      ...name,
      phone,
      country: text('bill_country'),
      city: text('bill_city'),
      line1: text('bill_address'),
      postcode: text('bill_postal_code'),
    },
    goods,
    createdAt: Number(text('bill_created')) * 1000,
    digests: [sha256(body), sha256(likeness)],
  }
}

type CatalogueRow = Omit<
  PricedLine,
  'position' | 'productId' | 'productType' | 'cataloguePrice'
> & {
  readonly id: number
  readonly type: PricedLine['productType']
}

/** Lines at the caller's sums or the catalogue's; undefined where a product is unknown. */
export function pricedLines(
  { goods }: OrderCall,
  catalogue: readonly CatalogueRow[],
): PricedLine[] | undefined {
  const lines: PricedLine[] = []
  for (const { code, sum } of goods) {
    const found = catalogue.find((product) => product.code === code)
    if (found === undefined) return undefined
    lines.push({
      position: lines.length + 1,
      productId: found.id,
      code,
      article: found.article,
      title: found.title,
      productType: found.type,
      price: sum ?? found.price,
      cataloguePrice: found.price,
    })
  }
  return lines
}

/** The signed envelope (contract §3). */
export function envelope(code: number, text: string, result: object): object {
  const hash = md5Hex(`${code}::${text}::${shop.secret}`)
  return { error_code: code, error_text: text, result, hash }
}

export const statusChanged = envelope(0, 'Order status changed', [])
export const productMissing = envelope(604, 'Product not exist', [])

export function orderPlaced(number: number, payKey: string): object {
  return envelope(0, 'OK', { bill_id: number, link: `/bill/${payKey}` })
}

export function orderExists(number: number): object {
  return envelope(601, 'Order already exist. His number send in result array.', {
    bill_id: number,
  })
}
