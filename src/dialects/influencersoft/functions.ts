import type { ApiFunction } from './api-function.ts'
import { addGoodCall, deleteGood, updateGood } from './change-goods.ts'
import { contactFunctions } from './contacts.ts'
import { createOrder } from './create-order.ts'
import { createOrderV2 } from './create-order-v2.ts'
import { deleteOrder } from './delete-order.ts'
import { getBills } from './get-bills.ts'
import { getAllGoods, getGoods } from './get-goods.ts'
import { getOrderDetails, getOrderInfo } from './get-order-details.ts'
import { getOrders } from './get-orders.ts'
import { getOrdersWithGoods } from './get-orders-with-goods.ts'
import { updateOrderStatus } from './update-order-status.ts'

type Table = ReadonlyMap<string, ApiFunction>

/** Signed calls, by lower-cased name: docs and clients differ in case (contract §1). */
const signedCalls = byName([
  updateOrderStatus,
  createOrder,
  getOrders,
  getOrderInfo,
  getOrderDetails,
  getOrdersWithGoods,
  getBills,
  deleteOrder,
  getAllGoods,
  addGoodCall,
  updateGood,
  deleteGood,
  ...contactFunctions,
])

/** Calls that carry the key (contract §8); the two APIs share names but not parameters. */
const keyCalls = byName([createOrderV2, getGoods, ...contactFunctions])

/** The names of all functions of both APIs, each once. */
export const functionNames: readonly string[] = [
  ...new Set([...signedCalls.values(), ...keyCalls.values()].map(({ name }) => name)),
]

/** Undefined: that API has no such function. */
export function findFunction(api: '1.0' | '2.0', name: string): ApiFunction | undefined {
  return (api === '1.0' ? signedCalls : keyCalls).get(name.toLowerCase())
}

/** Whether either API has a function of this name, in any case. */
export function isFunction(name: string): boolean {
  return findFunction('1.0', name) !== undefined || findFunction('2.0', name) !== undefined
}

/**
 * The function that an address names: `/api/CreateOrder`, with slashes doubled or at the end; the
 * docs' own GetBills sample leaves `/api` out. Undefined for any other address.
 */
export function functionNameIn(path: string): { name: string; underApi: boolean } | undefined {
  const match = /^\/+(api\/+)?([A-Za-z0-9_]+)\/*$/i.exec(path)
  if (match?.[2] === undefined) return undefined
  return { name: match[2], underApi: match[1] !== undefined }
}

function byName(functions: readonly ApiFunction[]): Table {
  return new Map(functions.map((one) => [one.name.toLowerCase(), one]))
}
