import type { Account } from '../model/account.ts'
import type { ArrivingLine } from '../model/arrival.ts'
import type { OrderLine } from '../model/order.ts'
import type { Product } from '../model/product.ts'
import { findProducts } from '../store/products.ts'
import type { Context } from './context.ts'

/** With more codes than this the memory of them begins anew. */
const mostCodes = 50_000

export type ProductMemory = {
  /** Looks up what is not known yet. */
  learn(lines: readonly ArrivingLine[]): Promise<void>
  lineOf(line: ArrivingLine, position: number): OrderLine
}

/** The products behind the codes of old orders, each looked up once. */
export function rememberProducts({ database }: Context, { id }: Account): ProductMemory {
  const known = new Map<string, Product | null>()
  return {
    async learn(lines) {
      if (known.size > mostCodes) known.clear()
      const codes = [...new Set(lines.map(({ code }) => code))].filter((code) => !known.has(code))
      if (codes.length === 0) return
      const found = await database.inTime(() => findProducts(database.sql, id, { codes }))
      for (const code of codes) known.set(code, null)
      for (const product of found) known.set(product.code, product)
    },
    lineOf(line, position) {
      const product = known.get(line.code)
      return {
        ...line,
        position,
        productId: product?.id ?? null,
        article: product?.article ?? line.code,
        // What nobody knows is not kept from a warehouse that sends goods only.
        productType: product?.type ?? 'physical',
        unitTax: 0n,
        options: [],
      }
    },
  }
}
