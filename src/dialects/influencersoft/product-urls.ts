import type { NoticeType } from '../../model/notice.ts'
import type { ProductEndpoint } from '../../model/product.ts'
import type { Params } from './api-function.ts'
import { notices } from './notices.ts'

const ofNewOrders: readonly NoticeType[] = ['order.placed']

/** What a product's URLs are told (contract §7, §9). */
const typesOf: Readonly<Record<string, readonly NoticeType[]>> = {
  good_api_url_new_order: ofNewOrders,
  good_api_url_notif: notices.types.filter((type) => !ofNewOrders.includes(type)),
}

/** The URLs that a call names; an empty one takes away what the product had. */
export function productUrls(params: Params): ProductEndpoint[] {
  return Object.entries(typesOf).flatMap(([name, types]) => {
    const sent = params[name]
    if (typeof sent !== 'string') return []
    return [{ format: 'influencersoft', types, url: sent.trim() || null }]
  })
}
