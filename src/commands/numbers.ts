import { mistake } from './command-line.ts'

/** A whole number from 1 on, as an id or an order number is. */
export function parseId(text: string): number {
  if (/^\d{1,10}$/.test(text) && Number(text) > 0) return Number(text)
  throw mistake(`"${text}" is no number`)
}
