import { isObject } from './json-path.ts'

const AMOUNT = /^([^\d-]{0,3}-?)\d[\d,]*\.(\d{2}|\d{4})([^\d-]{0,3})$/
const AMOUNT_KEYS: ReadonlySet<string> = new Set(['price', 'total', 'value'])
const TAX = /\b(?:tax|vat)\b/i

/** An amount without its digits: `$-30.20` and `$-1,000.00` look alike; no amount: undefined. */
function shapeOf(text: string): string | undefined {
  const found = AMOUNT.exec(text)
  return found === null ? undefined : `${found[1]}#.${found[2]?.length}${found[3]}`
}

/** Whether both are amounts that only differ in how much. `key` is the name of the value. */
export function isSameButForTheAmount(key: string, recorded: unknown, answered: unknown): boolean {
  if (typeof recorded === 'number') return AMOUNT_KEYS.has(key) && typeof answered === 'number'
  if (typeof recorded !== 'string' || typeof answered !== 'string') return false
  const shape = shapeOf(recorded)
  return shape !== undefined && shape === shapeOf(answered)
}

/** Totals without the lines of tax, which another way of taxing may lack or add to. */
export function withoutTaxes(totals: readonly unknown[]): readonly unknown[] {
  return totals.filter((line) => !isObject(line) || !isTax(line))
}

function isTax({ code, title }: Readonly<Record<string, unknown>>): boolean {
  return code === undefined ? typeof title === 'string' && TAX.test(title) : code === 'tax'
}
