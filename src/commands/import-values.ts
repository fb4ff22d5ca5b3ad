import { z } from 'zod'
import { formatMoney, isWithinMoneyLimit, parseMoney } from '../model/money.ts'
import { highestOrderNumber } from '../model/order.ts'

/** A value as a file of another shop has it: numbers may be texts, switches 0 and 1. */
function value<T>(read: (given: unknown) => T | undefined, otherwise: string) {
  return z.unknown().transform((given, ctx): T => {
    const found = read(given)
    if (found !== undefined) return found
    ctx.addIssue({ code: 'custom', message: given === undefined ? 'is missing' : otherwise })
    return z.NEVER
  })
}

export function whole(least = 0, most = highestOrderNumber) {
  return value((given) => {
    const text = typeof given === 'string' ? given.trim() : given
    const number = typeof text === 'string' && /^-?\d{1,10}$/.test(text) ? Number(text) : text
    if (typeof number !== 'number' || !Number.isInteger(number)) return undefined
    return number >= least && number <= most ? number : undefined
  }, `is no whole number from ${least} to ${most}`)
}

/** An exact amount as a decimal text with four places. */
export const amount = value((given) => {
  const money = isScalar(given) ? parseMoney(String(given)) : undefined
  if (money === undefined || money < 0n || !isWithinMoneyLimit(money)) return undefined
  return formatMoney(money, 4)
}, 'is no amount; write it as 12.50')

export const decimal = value((given) => {
  const text = isScalar(given) ? String(given).trim() : ''
  return /^-?\d{1,11}(\.\d{1,8})?$/.test(text) ? text : undefined
}, 'is no decimal number; write it as 146.40')

export const flag = value((given) => switches.get(String(given)), 'is neither 1 nor 0')

const switches = new Map([
  ...['1', 'true'].map((word) => [word, true] as const),
  ...['0', 'false'].map((word) => [word, false] as const),
])

function textUpTo(longest: number) {
  return value((given) => {
    if (!isScalar(given)) return undefined
    const said = String(given)
    // Postgres keeps neither a NUL nor half a surrogate pair.
    return said.length <= longest && !/[\0\p{Cs}]/u.test(said) ? said : undefined
  }, `is no text of up to ${longest} characters`)
}

const isSaid = (said: string): boolean => said.trim() !== ''

export const text = textUpTo(1000)
export const someText = text.refine(isSaid, 'is empty')

/** What a row may be looked up by: an index takes no long texts. */
export const keyText = textUpTo(255)
export const someKey = keyText.refine(isSaid, 'is empty')

/** A day as `2035-01-01`; null: open. */
export const day = value((given) => {
  if (given === '' || given === '0000-00-00') return null
  const [found] = /^\d{4}-\d{2}-\d{2}/.exec(String(given)) ?? []
  return found !== undefined && !Number.isNaN(Date.parse(found)) ? found : undefined
}, 'is no day; write it as 2035-01-01')

function isScalar(given: unknown): given is string | number {
  return typeof given === 'string' || typeof given === 'number'
}
