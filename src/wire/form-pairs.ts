import { decodeForm } from './percent.ts'
import { readVariableName } from './php-variable.ts'

/** One field of a form, name and value decoded to binary strings (one char per byte). */
export type FormField = { name: string; value: string }

/** How many fields PHP would store under a name: as a plain text, and as an array. */
export type NameCount = { plain: number; array: number }

const FOREIGN = /[^A-Za-z0-9%+\-._&=*~!'()[\]]/

/** How many pieces the ampersands make of a raw body, empty ones too, as PHP counts them. */
export function countPieces(raw: string): number {
  if (raw === '') return 0
  let count = 1
  for (let at = raw.indexOf('&'); at >= 0; at = raw.indexOf('&', at + 1)) count++
  return count
}

/** The fields of a raw urlencoded body in the order sent, empty pieces left out. */
export function readFields(raw: string): FormField[] {
  const fields: FormField[] = []
  for (const piece of raw.split('&')) {
    if (piece === '') continue
    const equals = piece.indexOf('=')
    fields.push(
      equals < 0
        ? { name: decodeForm(piece), value: '' }
        : { name: decodeForm(piece.slice(0, equals)), value: decodeForm(piece.slice(equals + 1)) },
    )
  }
  return fields
}

/**
 * Cuts out each pair whose name is written exactly `name`, with one `&` (contract §2.2). `values`
 * are theirs as written, not decoded.
 */
export function cutPairs(raw: string, name: string): { rest: string; values: string[] } {
  const values: string[] = []
  const start = `${name}=`
  const kept = raw.split('&').filter((piece) => {
    if (piece === name) values.push('')
    else if (piece.startsWith(start)) values.push(piece.slice(start.length))
    else return true
    return false
  })
  return { rest: kept.join('&'), values }
}

/** Counts the fields that PHP reads as `name` or as an array under it, however spelt (§2.4). */
export function countName(fields: readonly FormField[], name: string): NameCount {
  const count = { plain: 0, array: 0 }
  for (const field of fields) {
    const read = readVariableName(field.name, Number.POSITIVE_INFINITY)
    if (typeof read === 'string' || read.top !== name) continue
    if (read.keys.length > 0) count.array++
    else count.plain++
  }
  return count
}

/** Whether a raw body holds bytes that no form encoder makes (contract §2.4). */
export function hasForeignBytes(raw: string): boolean {
  return FOREIGN.test(raw)
}
