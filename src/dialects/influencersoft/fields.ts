import { z } from 'zod'
import type { Instant } from '../../model/order.ts'

/** A text; an absent one is the same as an empty one. */
export const text = z.string().default('')

/** PHP's `true` and `false` arrive as 1 and 0; some callers send the words (contract §11 #14). */
export const flag = text.transform((value, context) => {
  const word = value.trim().toLowerCase()
  if (['', '0', 'false'].includes(word)) return false
  if (['1', 'true'].includes(word)) return true
  context.addIssue('not a flag')
  return z.NEVER
})

/** The end of the year 9999: what lies beyond was given in milliseconds. */
export const lastInstant: Instant = 253_402_300_799_999

/** The beginning of the year 100: earlier ones are read back as of this century or the last. */
export const firstInstant: Instant = -59_011_459_200_000

/** Seconds since 1970 as milliseconds; undefined for nothing and for 0. */
export const unixTime = text.transform((value, context): Instant | undefined => {
  const digits = value.trim()
  if (digits === '') return undefined
  const seconds = /^\d{1,12}$/.test(digits) ? Number(digits) : Number.NaN
  if (!(seconds * 1000 <= lastInstant)) {
    context.addIssue('not seconds since 1970')
    return z.NEVER
  }
  return seconds === 0 ? undefined : seconds * 1000
})

/** An order number, or 0 for what can be none: such an order does not exist. */
export function orderNumberOf(billId: string): number {
  return /^\d{1,15}$/.test(billId.trim()) ? Number(billId.trim()) : 0
}

/** A text or a list of them, without the empty ones. */
export const texts = z
  .union([z.string(), z.array(z.string()), z.record(z.string(), z.string())])
  .default([])
  .transform((value) => (typeof value === 'string' ? [value] : Object.values(value)))
  .transform((values) => values.map((one) => one.trim()).filter((one) => one !== ''))

/** Only what is there and not empty: what a caller does not send stays empty in the book. */
export function present<T extends Record<string, string | undefined>>(
  values: T,
): { [name in keyof T]?: string } {
  const kept: { [name in keyof T]?: string } = {}
  for (const name in values) {
    const value = values[name]
    if (value !== undefined && value !== '') kept[name] = value
  }
  return kept
}
