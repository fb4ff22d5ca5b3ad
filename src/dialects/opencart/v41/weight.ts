import type { BasketLine } from '../../../model/basket-lines.ts'

const decimals = 8

/** What all pieces of a line weigh, options included, in the product's own unit. */
export function weightOf({ product, options, quantity }: BasketLine): number {
  const base = scaled(product.terms.weight)
  const piece = options.reduce((sum, { terms }) => {
    if (terms === null) return sum
    const weight = scaled(terms.weight)
    if (terms.weightPrefix === '=') return weight
    return terms.weightPrefix === '-' ? sum - weight : sum + weight
  }, base)
  return Number(piece * BigInt(quantity)) / 10 ** decimals
}

/** A decimal text in hundred-millionths, so that 146.4 stays 146.4. */
function scaled(text: string): bigint {
  const negative = text.startsWith('-')
  const [whole = '', fraction = ''] = text.replace('-', '').split('.')
  const size = BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, '0'))
  return negative ? -size : size
}
