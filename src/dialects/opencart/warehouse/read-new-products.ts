import type { Money } from '../../../model/money.ts'
import { nameOf, priceOf, quantityOf, quoted, textOf } from './batch-values.ts'
import type { Problem } from './read-batch.ts'

/** A row of `addproducts`. What was not sent, or empty, is absent. */
export type NewProduct = {
  readonly sku: string
  readonly name: string
  readonly quantity?: number
  readonly price?: Money
  readonly description?: string
  /** Whatever else stood in the row. */
  readonly extra: Readonly<Record<string, unknown>>
}

const named: ReadonlySet<string> = new Set(['sku', 'name', 'quantity', 'price', 'description'])

/**
 * `addproducts`: a list of rows, all or none. Of a sku that comes twice the last row counts, since
 * the call adds or changes by sku (A.10). An object of rows is read as PHP would walk it.
 */
export function readNewProducts(value: unknown): NewProduct[] | Problem {
  if (typeof value !== 'object' || value === null) {
    const instead = 'send a JSON list of products, each with name, sku, quantity and price'
    return { problem: `The field data holds ${quoted(value)}; ${instead}.` }
  }
  const products = new Map<string, NewProduct>()
  let row = 0
  for (const sent of Object.values(value)) {
    const read = readRow(++row, sent)
    if ('problem' in read) return read
    products.set(read.sku, read)
  }
  return [...products.values()]
}

function readRow(row: number, sent: unknown): NewProduct | Problem {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) {
    return {
      problem: `Row ${row} is ${quoted(sent)}; send an object with name, sku, quantity and price.`,
    }
  }
  const fields = new Map<string, unknown>(Object.entries(sent))
  const sku = textOf(fields.get('sku') ?? '')
  if (sku === undefined) {
    return {
      problem: `Row ${row} has the sku ${quoted(fields.get('sku'))}; send it as a text in quotes.`,
    }
  }
  if (sku === '') {
    return { problem: `Row ${row} has no sku; give the product a code and send the batch again.` }
  }
  const place = `Row ${row} (sku ${quoted(sku)})`
  const wrong = (name: string, instead: string) => ({
    problem: `${place} has the ${name} ${quoted(fields.get(name))}; send ${instead}.`,
  })
  const name = nameOf(fields.get('name') ?? '')
  if (name === undefined) return wrong('name', 'a text')
  if (name === '')
    return { problem: `${place} has no name; name the product and send the batch again.` }
  const quantity = optional(fields.get('quantity'), quantityOf)
  if (quantity === undefined) return wrong('quantity', 'a number such as 12')
  const price = optional(fields.get('price'), priceOf)
  if (price === undefined) return wrong('price', 'an amount that is not negative, such as 12.50')
  const description = optional(fields.get('description'), textOf)
  if (description === undefined) return wrong('description', 'a text')
  return {
    sku,
    name,
    ...(quantity === 'absent' ? {} : { quantity }),
    ...(price === 'absent' ? {} : { price }),
    ...(description === 'absent' ? {} : { description: String(description) }),
    extra: Object.fromEntries([...fields].filter(([key]) => !named.has(key))),
  }
}

/** What a value says, `absent` for one that says nothing; undefined for what cannot be read. */
function optional<Value>(
  value: unknown,
  read: (value: unknown) => Value | undefined,
): Value | 'absent' | undefined {
  return value === undefined || value === null || value === '' ? 'absent' : read(value)
}
