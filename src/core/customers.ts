import type { Account } from '../model/account.ts'
import { foldEmail, type OrderContent } from '../model/order.ts'
import { type Tally, tallyOf } from '../model/tally.ts'
import {
  type Customer,
  findCustomerByEmail as readByEmail,
  findCustomer as readById,
  listCustomers as readPage,
  upsertCustomers,
} from '../store/customers.ts'
import type { Context } from './context.ts'
import { isSerial } from './serial.ts'

export type { Customer } from '../store/customers.ts'

/** One customer by its number, a disabled one too; null for an unknown one. */
export async function findCustomer(
  ctx: Context,
  account: Account,
  id: number,
): Promise<Customer | null> {
  if (!isSerial(id)) return null
  return ctx.database.inTime(() => readById(ctx.database.sql, account.id, id))
}

/** Of several with this address an enabled one, then the lowest number; null: there is none. */
export async function findCustomerByEmail(
  ctx: Context,
  account: Account,
  email: string,
): Promise<Customer | null> {
  const folded = foldEmail(email)
  if (folded === '') return null
  return ctx.database.inTime(() => readByEmail(ctx.database.sql, account.id, folded))
}

/** A guest whose e-mail is that of a customer is that customer. */
export async function withCustomer(
  ctx: Context,
  account: Account,
  content: OrderContent,
): Promise<OrderContent> {
  const { customerId, buyer } = content
  if (customerId !== null || buyer.email === undefined) return content
  const known = await findCustomerByEmail(ctx, account, buyer.email)
  return known === null ? content : { ...content, customerId: known.id }
}

/** A page of customers, by number: `offset` of them passed over. */
export async function listCustomers(
  ctx: Context,
  account: Account,
  page: { readonly afterId: number; readonly most: number; readonly offset?: number },
): Promise<Customer[]> {
  return ctx.database.inTime(() => readPage(ctx.database.sql, account.id, page))
}

/**
 * Adds or changes customers by number, all or none. Points that have been used stay used: other
 * points to begin with move what is left by the difference.
 */
export async function saveCustomers(
  ctx: Context,
  account: Account,
  customers: readonly Customer[],
): Promise<Tally> {
  if (customers.length === 0) return tallyOf([])
  return tallyOf(await upsertCustomers(ctx.database.db, account.id, customers, ctx.now()))
}
