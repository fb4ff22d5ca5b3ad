import { z } from 'zod'
import { amountText } from './texts.ts'

/** What a coupon takes off, and when it may be used. */
export const couponTermsSchema = z.object({
  name: z.string(),
  /** P: per cent of the goods; F: an amount of the account's currency. */
  type: z.enum(['P', 'F']),
  discount: amountText,
  /** The goods must come to this, before tax. */
  minimum: amountText.default(0n),
  loginNeeded: z.boolean().default(false),
  freeShipping: z.boolean().default(false),
  /** How often, in all and by one customer; 0: as often as one likes. */
  uses: z.number().int().min(0).default(0),
  usesOfCustomer: z.number().int().min(0).default(0),
  /** Dates as `2035-01-01` in the account's time zone; null: open. The last day does not count. */
  from: z.string().nullable().default(null),
  until: z.string().nullable().default(null),
  enabled: z.boolean().default(true),
  /** Empty: every product. */
  productIds: z.array(z.number().int()).default([]),
  categoryIds: z.array(z.number().int()).default([]),
})

export type CouponTerms = z.output<typeof couponTermsSchema>
export type CouponTermsDocument = z.input<typeof couponTermsSchema>

/** A coupon as a checkout meets it. */
export type Coupon = CouponTerms & {
  readonly code: string
  /** How often it has been used by now. */
  readonly used: number
  readonly usedByCustomer: number
}

/** A gift voucher as a checkout meets it; `balance` is what is left on it. */
export type Voucher = { readonly code: string; readonly balance: bigint }
