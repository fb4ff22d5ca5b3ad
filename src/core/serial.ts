import { highestOrderNumber } from '../model/order.ts'

/** True for a number that a row can have: what callers make up must not reach the database. */
export function isSerial(id: number): boolean {
  return Number.isInteger(id) && id > 0 && id <= highestOrderNumber
}
