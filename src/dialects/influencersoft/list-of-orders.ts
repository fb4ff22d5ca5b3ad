import type { OrderFilter } from '../../core/list-orders.ts'

/** Times between which orders were made; with `paid` set, between which they were paid. */
export function filterByTime(
  { from, to }: { readonly from?: number | undefined; readonly to?: number | undefined },
  paid: boolean,
): OrderFilter {
  return paid
    ? {
        ...(from === undefined ? {} : { paidFrom: from }),
        ...(to === undefined ? {} : { paidTo: to }),
        payment: ['paid'],
      }
    : {
        ...(from === undefined ? {} : { createdFrom: from }),
        ...(to === undefined ? {} : { createdTo: to }),
      }
}

/** Orders with one of these products, given by numeric id or by code (contract §11 #15). */
export function filterByGoods(goods: readonly string[]): OrderFilter {
  if (goods.length === 0) return {}
  const ids = goods.filter((good) => /^\d{1,9}$/.test(good)).map(Number)
  return { productCodes: goods, productIds: ids }
}
