import type { Account } from '../model/account.ts'
import { allowanceOf, countOf, couponOfCustomer, foldCoupon } from '../model/allowance.ts'
import type { Money } from '../model/money.ts'
import {
  type Coupon,
  type CouponTermsDocument,
  couponTermsSchema,
  type Voucher,
} from '../model/promotions.ts'
import { type Tally, tallyOf } from '../model/tally.ts'
import { readCoupon, upsertCoupons } from '../store/coupons.ts'
import { readPoints } from '../store/customers.ts'
import { readVoucher, upsertVouchers } from '../store/vouchers.ts'
import type { Context } from './context.ts'
import { isSerial } from './serial.ts'

/** A coupon by its code, in whatever letters, a disabled one too; null for an unknown one. */
export async function findCoupon(
  ctx: Context,
  account: Account,
  code: string,
  customerId: number | null,
): Promise<Coupon | null> {
  const folded = foldCoupon(code)
  if (folded === '') return null
  const customerKey = customerId === null ? null : couponOfCustomer(code, customerId)
  const row = await ctx.database.inTime(() =>
    readCoupon(ctx.database.sql, account.id, folded, customerKey),
  )
  if (row === undefined) return null
  const terms = couponTermsSchema.parse(row.terms)
  return {
    ...terms,
    code: row.code,
    used: usedOf(terms.uses, row.remaining),
    usedByCustomer: usedOf(terms.usesOfCustomer, row.remainingOfCustomer),
  }
}

/** Without a limit nobody counts. */
function usedOf(limit: number, remaining: Money | null): number {
  return limit === 0 || remaining === null ? 0 : countOf(allowanceOf(limit) - remaining)
}

/**
 * A gift voucher that is worth something, or was until it was used up; null for an unknown or
 * disabled one, and for one whose own order is not paid.
 */
export async function findVoucher(
  ctx: Context,
  account: Account,
  code: string,
): Promise<Voucher | null> {
  const wanted = code.trim()
  if (wanted === '') return null
  const found = await ctx.database.inTime(() => readVoucher(ctx.database.sql, account.id, wanted))
  return found ?? null
}

/** What is left of a customer's reward points; 0 for an unknown customer. */
export async function pointsOf(
  ctx: Context,
  account: Account,
  customerId: number,
): Promise<number> {
  if (!isSerial(customerId)) return 0
  const points = await ctx.database.inTime(() =>
    readPoints(ctx.database.sql, account.id, customerId),
  )
  return countOf(points ?? 0n)
}

/**
 * Adds or changes coupons by code, all or none. `used` counts only where nothing is known of the
 * coupon's use; other limits move what is left, so that what has been used stays used.
 */
export async function saveCoupons(
  ctx: Context,
  account: Account,
  coupons: readonly {
    readonly code: string
    readonly terms: CouponTermsDocument
    readonly used: number
  }[],
): Promise<Tally> {
  if (coupons.length === 0) return tallyOf([])
  const rows = coupons.map((one) => ({
    ...one,
    code: one.code.trim(),
    codeFolded: foldCoupon(one.code),
  }))
  return tallyOf(await upsertCoupons(ctx.database.db, account.id, rows))
}

/**
 * Adds or changes gift vouchers by code, all or none. `balance` counts only where nothing has been
 * used of the voucher yet; another amount moves what is left by the difference.
 */
export async function saveVouchers(
  ctx: Context,
  account: Account,
  vouchers: readonly {
    readonly code: string
    readonly amount: Money
    readonly balance: Money
    readonly data: Readonly<Record<string, string>>
    readonly enabled: boolean
  }[],
): Promise<Tally> {
  if (vouchers.length === 0) return tallyOf([])
  const rows = vouchers.map((one) => ({ ...one, code: one.code.trim() }))
  return tallyOf(await upsertVouchers(ctx.database.db, account.id, rows, ctx.now()))
}
