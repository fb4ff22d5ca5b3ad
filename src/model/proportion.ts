import type { Money } from './money.ts'

/** `amount` x `part` / `whole`, rounded half away from zero to a ten-thousandth; `whole` is not 0. */
export function shareOf(amount: Money, part: bigint, whole: bigint): Money {
  const product = amount * part
  const size = abs(product)
  const by = abs(whole)
  const rounded = (2n * size + by) / (2n * by)
  return product < 0n === whole < 0n ? rounded : -rounded
}

export function atMost(amount: Money, limit: Money): Money {
  return amount < limit ? amount : limit
}

export function atLeastZero(amount: Money): Money {
  return amount > 0n ? amount : 0n
}

export function sumOf(amounts: readonly Money[]): Money {
  return amounts.reduce((sum, amount) => sum + amount, 0n)
}

function abs(amount: bigint): bigint {
  return amount < 0n ? -amount : amount
}
