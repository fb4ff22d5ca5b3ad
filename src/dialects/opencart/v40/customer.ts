import { findCustomer } from '../../../core/customers.ts'
import { shopOf } from '../../../core/shop.ts'
import type { Shop } from '../../../model/shop.ts'
import { readCustomer } from '../buyer-form.ts'
import { fields, intOf } from '../request.ts'
import {
  inText,
  inWarning,
  type Route,
  refusalOf,
  type SessionCall,
  withCheckout,
} from '../route.ts'
import { noPermission } from '../words.ts'
import { said, saidIn } from './said.ts'
import { customerNotFound, customersModified, wrongGroup } from './texts.ts'

/** `api/sale/customer`: who buys; a group that the shop does not have is refused (contract §5). */
export const customer: Route = {
  says: inWarning,
  stranger: inText(noPermission),
  run: async (call) => {
    const { ctx, account, request } = call
    const shop = await shopOf(ctx, account)
    const rules = { telephoneRequired: false, trims: true }
    const custom = fields(request, 'custom_field')
    const { errors, customer: buyer } = readCustomer(saidIn(call.request), custom, shop, rules)
    if (!isGroup(shop, call)) errors.set('warning', wrongGroup)
    if (buyer.id > 0) {
      const known = await findCustomer(ctx, account, buyer.id)
      if (known === null || !known.enabled) errors.set('warning', customerNotFound)
    }
    if (errors.size > 0) throw refusalOf(errors)
    return withCheckout(call, async (checkout) => ({
      checkout: { ...checkout, customer: buyer },
      answer: { success: customersModified },
    }))
  },
}

function isGroup({ customerGroups }: Shop, call: SessionCall): boolean {
  const wanted = intOf(said(call, 'customer_group_id'))
  return wanted === 0 || customerGroups.some(({ id, offered }) => offered && id === wanted)
}
