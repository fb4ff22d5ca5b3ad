import { type Money, moneyScale } from './money.ts'

const one = 10n ** BigInt(moneyScale)

/** Uses and points as allowances keep them: like whole units of money. */
export function allowanceOf(count: number): Money {
  return BigInt(count) * one
}

/** Whole uses or points; a part of one does not count. */
export function countOf(allowance: Money): number {
  return Number(allowance / one)
}

/** The key of a coupon: buyers type its code in whatever letters. */
export function foldCoupon(code: string): string {
  return code.trim().toLowerCase()
}

/** The key under which one customer's uses of a coupon are counted. */
export function couponOfCustomer(code: string, customerId: number): string {
  return `${foldCoupon(code)}/${customerId}`
}
