import { listCustomers as readPage } from '../../../core/customers.ts'
import { escapeHtmlDeep } from '../../../wire/html.ts'
import type { Body, SessionCall } from '../route.ts'
import { pageIn } from './paging.ts'

/** `api/customer/list`: the account's customers, by number. */
export async function listCustomers({ ctx, account, request }: SessionCall): Promise<Body> {
  const { page, limit, offset } = pageIn(request)
  const customers = await readPage(ctx, account, { afterId: 0, most: limit, offset })
  const data = customers.map((customer) =>
    escapeHtmlDeep({
      customer_id: String(customer.id),
      customer_group_id: String(customer.groupId),
      firstname: customer.firstName,
      lastname: customer.lastName,
      email: customer.email,
      telephone: customer.telephone,
      status: customer.enabled ? '1' : '0',
    }),
  )
  return { data, page, limit }
}
