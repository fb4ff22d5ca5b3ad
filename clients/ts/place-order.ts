import type { Caller } from './call.ts'
import { ApiError, UnverifiableAnswerError } from './errors.ts'
import type { NewOrder, PlacedOrder } from './orders.ts'
import { isObject } from './verify.ts'

const ALREADY_THERE = 601

/**
 * CreateOrder. A call that is repeated is answered with code 601 and the number of the order that
 * is there already: that is what the caller wanted, so it is `duplicate: true` and no error.
 */
export async function placeOrder(call: Caller, order: NewOrder): Promise<PlacedOrder> {
  try {
    const { result, status } = await call('CreateOrder', order)
    const placed = readPlaced(result, false)
    if (placed === undefined) throw new UnverifiableAnswerError('CreateOrder', 'result', status)
    return placed
  } catch (error) {
    const isDuplicate = error instanceof ApiError && error.code === ALREADY_THERE
    const placed = isDuplicate ? readPlaced(error.result, true) : undefined
    if (placed === undefined) throw error
    return placed
  }
}

function readPlaced(result: unknown, duplicate: boolean): PlacedOrder | undefined {
  if (!isObject(result)) return undefined
  const { bill_id: billId, link } = result
  const isNumber = typeof billId === 'number' || typeof billId === 'string'
  if (!isNumber || !/^[1-9]\d{0,14}$/.test(String(billId))) return undefined
  return { bill_id: Number(billId), link: typeof link === 'string' ? link : undefined, duplicate }
}
