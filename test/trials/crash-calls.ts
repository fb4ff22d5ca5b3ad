import { dialects } from '../../src/dialects/registry.ts'
import * as contacts from './crash-clients/contacts.ts'
import * as influencersoft from './crash-clients/influencersoft.ts'
import * as mintsoft from './crash-clients/mintsoft.ts'
import * as opencart from './crash-clients/opencart.ts'
import * as opencart23 from './crash-clients/opencart-23.ts'
import * as opencart40 from './crash-clients/opencart-40.ts'
import * as signed from './crash-clients/opencart-signed.ts'
import * as shopsite from './crash-clients/shopsite.ts'
import * as warehouse from './crash-clients/warehouse.ts'

/**
 * What the callers make, by the names under which it is counted: the dialect and the registry's
 * name of the call, and behind a comma what is special of it.
 */
export const made: readonly string[] = [
  ...[contacts.kinds, influencersoft.kinds, mintsoft.kinds, opencart.kinds, opencart23.kinds],
  ...[opencart40.kinds, signed.kinds, shopsite.kinds, warehouse.kinds],
].flat()

const of = (before: string, ...names: readonly string[]): readonly string[] =>
  names.map((name) => `${before}${name}`)

/** Calls that no kill can take anything from, by the reason. */
const writesNothing: Readonly<Record<string, readonly string[]>> = {
  'shows lists': [
    ...of('influencersoft ', 'GetOrders', 'getOrdersWithGoods', 'GetBills', 'GetAllGoods'),
    ...of('influencersoft ', 'getgoods'),
    ...of('opencart api/', 'order', 'order/products', 'order/statuses', 'product'),
    ...of('opencart api/', 'customer/list'),
    ...of('opencart api/zstore/', 'statuses', 'cats', 'articles', 'getproducts', 'getnames'),
    ...of('shopsite ', 'db_xml products', 'db_xml pages'),
  ],
  'shows one order': [
    ...of('influencersoft ', 'GetOrderInfo', 'getOrderDetails'),
    ...of('opencart api/', 'order/info', 'sale/order.info'),
  ],
  'shows what a session holds': [
    ...of('opencart api/', 'cart/products', 'reward/maximum', 'reward/available'),
    ...of('opencart api/sale/', 'cart', 'reward.maximum', 'reward.available'),
  ],
  'prices what the call itself says': [
    ...of('opencart api/order ', 'customer', 'cart', 'product_add', 'payment_address'),
    ...of('opencart api/order ', 'shipping_address', 'shipping_methods', 'shipping_method'),
    ...of('opencart api/order ', 'payment_methods', 'payment_method', 'extension', 'affiliate'),
  ],
  'answers always the same': [
    ...of('influencersoft ', 'GetLeadGroups', 'GetLeadGroupStatuses', 'GetAllGroups'),
    ...of('influencersoft ', 'GetCountSubscribe', 'GetPartnerStats', 'getalllists'),
    ...of('influencersoft ', 'getcoupons', 'getpersonalmanagers'),
    ...of('opencart api/localisation/', 'language', 'store'),
    ...of('shopsite ', 'generate'),
  ],
  'is always refused': of('shopsite ', 'dbupload', 'dbmake'),
}

/** The registry's calls, those of them that are made, and those that write nothing. */
export const registered = dialects.flatMap(({ name, calls }) => of(`${name} `, ...calls))
export const madeCalls = [...new Set(made.map(callOf))]
export const idleCalls = Object.values(writesNothing).flat()

/** The registry's call behind a kind. */
function callOf(kind: string): string {
  return kind.split(', ', 1)[0] ?? ''
}

/** Kinds that are listed and were never acknowledged, and kinds that were and are not listed. */
export function judgeKinds(acknowledged: readonly string[]) {
  return {
    never: made.filter((kind) => !acknowledged.includes(kind)),
    unlisted: acknowledged.filter(
      (kind) => !made.includes(kind) && !idleCalls.includes(callOf(kind)),
    ),
  }
}
