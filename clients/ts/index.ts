import { type ClientOptions, createCaller, resultOf } from './call.ts'
import type { Good, GoodChange, NewGood } from './goods.ts'
import type {
  Bills,
  BillsFilter,
  NewOrder,
  Order,
  OrderDetails,
  OrderInfo,
  OrderNumber,
  OrdersFilter,
  OrdersWithGoodsFilter,
  OrderWithGoods,
  PlacedOrder,
  StatusChange,
} from './orders.ts'
import { placeOrder } from './place-order.ts'
import type { Params } from './query.ts'
import { type Answer, isObject } from './verify.ts'

export type { ClientOptions } from './call.ts'
// biome-ignore lint/performance/noBarrelFile: the one entry of `countersign/client`.
export {
  ApiError,
  CountersignError,
  type Distrust,
  TransportError,
  UnverifiableAnswerError,
} from './errors.ts'
export type * from './goods.ts'
export type * from './orders.ts'
export { buildQuery, type Params, type ParamValue } from './query.ts'
export { type SignedCall, signCall } from './sign.ts'
export { type Answer, type RawAnswer, type Trust, verifyAnswer } from './verify.ts'

/**
 * All methods post one signed call and believe only a proved answer. They throw TransportError,
 * UnverifiableAnswerError, and ApiError for every code but 0 (createOrder: and 601).
 */
export type Client = {
  /** Any function by name, as it is; `result` is not looked at. */
  readonly call: (functionName: string, params?: Params) => Promise<Answer>
  readonly updateOrderStatus: (change: StatusChange) => Promise<void>
  /** A repeated order is no error: `duplicate` is true, `bill_id` the first order's. */
  readonly createOrder: (order: NewOrder) => Promise<PlacedOrder>
  /** Deprecated by the vendor for getOrdersWithGoods, but without its bound of a month. */
  readonly getOrders: (filter?: OrdersFilter) => Promise<readonly Order[]>
  /** Deprecated by the vendor for getOrderDetails. */
  readonly getOrderInfo: (number: OrderNumber) => Promise<OrderInfo>
  readonly getOrderDetails: (
    number: OrderNumber,
    wanted?: { readonly goodInfo?: boolean },
  ) => Promise<OrderDetails>
  readonly getOrdersWithGoods: (
    filter?: OrdersWithGoodsFilter,
  ) => Promise<readonly OrderWithGoods[]>
  /** A buyer's orders. Code 400 where there is none. */
  readonly getBills: (filter: BillsFilter) => Promise<Bills>
  /** Hides the order; the operator can bring it back. */
  readonly deleteOrder: (number: OrderNumber) => Promise<void>
  /** Code 700 where there is none. */
  readonly getAllGoods: () => Promise<readonly Good[]>
  readonly addGood: (good: NewGood) => Promise<void>
  readonly updateGood: (change: GoodChange) => Promise<void>
  readonly deleteGood: (goodName: string) => Promise<void>
}

/** A client of one account. Throws TypeError for an address that is none. */
export function createClient(options: ClientOptions): Client {
  const call = createCaller(options)
  const read = async <T>(
    name: string,
    params: Params,
    isPromised: (result: unknown) => boolean,
  ): Promise<T> => resultOf<T>(name, await call(name, params), isPromised)
  const write = async (name: string, params: Params): Promise<void> => {
    await call(name, params)
  }
  return {
    call,
    updateOrderStatus: (change) => write('UpdateOrderStatus', change),
    createOrder: (order) => placeOrder(call, order),
    getOrders: (filter = {}) => read('GetOrders', filter, Array.isArray),
    getOrderInfo: (number) => read('GetOrderInfo', { bill_id: number }, isObject),
    getOrderDetails: (number, { goodInfo } = {}) =>
      read('getOrderDetails', { bill_id: number, good_info: goodInfo }, isObject),
    getOrdersWithGoods: (filter = {}) => read('getOrdersWithGoods', filter, Array.isArray),
    getBills: (filter) => read('GetBills', filter, isObject),
    deleteOrder: (number) => write('DeleteOrder', { bill_id: number }),
    getAllGoods: () => read('GetAllGoods', {}, Array.isArray),
    addGood: (good) => write('AddGood', good),
    updateGood: (change) => write('UpdateGood', change),
    deleteGood: (goodName) => write('DeleteGood', { good_name: goodName }),
  }
}
