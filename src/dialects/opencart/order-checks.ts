import type { Basket } from '../../model/basket.ts'
import type { Checkout } from '../../model/checkout.ts'
import { escapeHtml } from '../../wire/html.ts'

/** What keeps a checkout from becoming an order, by the name that 4.x gives it. */
export type OrderProblem =
  | {
      readonly part:
        | 'customer'
        | 'payment_address'
        | 'payment_method'
        | 'shipping_address'
        | 'shipping_method'
        | 'product'
        | 'stock'
    }
  | { readonly part: 'minimum'; readonly name: string; readonly minimum: number }

/** A method that was named in the call itself, and that this session was not offered. */
export type RefusedMethod = 'payment_method' | 'shipping_method'

/** All problems, in the order in which 2.3 and 3.0 look for them (contract §4.7). */
export function orderProblems(
  checkout: Checkout,
  basket: Basket,
  refused: readonly RefusedMethod[] = [],
): readonly OrderProblem[] {
  const lacks = (part: RefusedMethod, chosen: object | null): boolean =>
    chosen === null || refused.includes(part)
  const ships = basket.shippingRequired
  const problems: (OrderProblem | false)[] = [
    checkout.customer === null && { part: 'customer' },
    checkout.paymentAddress === null && { part: 'payment_address' },
    lacks('payment_method', checkout.paymentMethod) && { part: 'payment_method' },
    ships && checkout.shippingAddress === null && { part: 'shipping_address' },
    ships && lacks('shipping_method', checkout.shippingMethod) && { part: 'shipping_method' },
    basket.lines.length + basket.vouchers.length === 0 && { part: 'product' },
    !basket.inStock && { part: 'stock' },
    ...basket.belowMinimum.map((one) => ({ part: 'minimum', ...one }) as const),
  ]
  return problems.filter((problem) => problem !== false)
}

/** What 2.3 and 3.0 say: the last failing check; undefined if all is well. */
export function lastProblemText(problems: readonly OrderProblem[]): string | undefined {
  const last = problems.at(-1)
  return last && textOf(last, texts3)
}

/**
 * What 4.0 and 4.1 say: every failing part. A payment address is asked for only where a shop says
 * so, and a default install does not (recordings: confirm).
 */
export function problemTexts(problems: readonly OrderProblem[]): ReadonlyMap<string, string> {
  return new Map(
    problems
      .filter(({ part }) => part !== 'payment_address')
      .map((problem) => [problem.part, textOf(problem, texts4)]),
  )
}

export const stockText =
  'Products marked with *** are not available in the desired quantity or not in stock!'
export const noPaymentText = 'Warning: No Payment options are available!'
export const noShippingText = 'Warning: No Shipping options are available!'

const texts3 = {
  customer: 'Warning: Customer details needs to be set!',
  payment_address: 'Warning: Payment address required!',
  payment_method: 'Warning: Payment method required!',
  shipping_address: 'Warning: Shipping address required!',
  shipping_method: 'Warning: Shipping method required!',
  product: `Warning: ${stockText}`,
  stock: `Warning: ${stockText}`,
} as const

const texts4 = {
  ...texts3,
  customer: 'Warning: Customer details required!',
  product: 'Warning: Products required!',
} as const

function textOf(problem: OrderProblem, texts: Record<keyof typeof texts3, string>): string {
  if (problem.part !== 'minimum') return texts[problem.part]
  const { name, minimum } = problem
  return `Warning: Minimum order amount for ${escapeHtml(name)} is ${minimum}!`
}
