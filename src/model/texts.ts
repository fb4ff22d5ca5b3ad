import { z } from 'zod'
import { parseMoney } from './money.ts'

/** A decimal text, read as an exact amount. */
export const amountText = z.string().transform((text, ctx) => {
  const amount = parseMoney(text)
  if (amount !== undefined) return amount
  ctx.addIssue({ code: 'custom', message: 'not an amount; write it as 12.50' })
  return z.NEVER
})

/** A positive rate with up to eight decimals, kept as text. */
export const rateText = z
  .string()
  .regex(/^\d{1,7}(\.\d{1,8})?$/, 'not a rate; write it as 0.61250000')
  .refine((text) => /[1-9]/.test(text), 'a rate is above zero')
