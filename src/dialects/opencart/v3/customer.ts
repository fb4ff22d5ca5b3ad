import { findCustomer } from '../../../core/customers.ts'
import { shopOf } from '../../../core/shop.ts'
import { readCustomer } from '../buyer-form.ts'
import { field, fields } from '../request.ts'
import { type Body, inWarning, type Routes, type SessionCall, withCheckout } from '../route.ts'
import { trims } from './trims.ts'

const customerSet = 'You have successfully modified customers'
const noSuchCustomer = 'You must select a customer!'

export const customerRoutes: Routes = new Map([['api/customer', { says: inWarning, run: set }]])

/** Who buys (contract §4.2). The cart stays, which it does not in OpenCart (§9). */
async function set(call: SessionCall): Promise<Body> {
  const { ctx, account, request } = call
  const shop = await shopOf(ctx, account)
  const { errors, customer } = readCustomer(
    (name) => field(request, name),
    fields(request, 'custom_field'),
    shop,
    { telephoneRequired: true, trims: trims(call) },
  )
  if (customer.id > 0) {
    const known = await findCustomer(ctx, account, customer.id)
    if (known === null || !known.enabled) errors.set('warning', noSuchCustomer)
  }
  return withCheckout(call, async (checkout) =>
    errors.size === 0
      ? { checkout: { ...checkout, customer }, answer: { success: customerSet } }
      : { checkout: { ...checkout, customer: null }, answer: { error: errors } },
  )
}
