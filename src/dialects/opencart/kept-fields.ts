import { z } from 'zod'
import type { CheckoutPlan } from '../../core/place-checkout.ts'
import type { Order } from '../../model/order.ts'
import type { OpencartFields } from './plan.ts'

const id = z.number().int().catch(0)
const text = z.string().catch('')
const custom = z.record(z.string(), z.unknown()).catch({})
const address = z.object({ country_id: id, zone_id: id, custom_field: custom })
const noAddress = { country_id: 0, zone_id: 0, custom_field: {} }

const schema = z.object({
  store_id: id,
  language_id: id,
  language_code: text,
  customer_group_id: id,
  fax: text,
  custom_field: custom,
  payment: address.catch(noAddress),
  shipping: address.catch(noAddress),
  affiliate_id: id,
  forwarded_ip: text,
  user_agent: text,
  accept_language: text,
}) satisfies z.ZodType<OpencartFields>

/** What an order keeps for this dialect; empty where it came through another one. */
export function keptFields({ fields }: Pick<Order, 'fields'>): OpencartFields {
  const { opencart } = fields
  const said = typeof opencart === 'object' && opencart !== null ? opencart : {}
  return schema.parse(said)
}

/** Whoever edits an order is not who placed it: what came with the order stays with it. */
export function asEdit(plan: CheckoutPlan, order: Pick<Order, 'fields'>): CheckoutPlan {
  const { content } = plan
  return { ...plan, content: { ...content, fields: editedFields(order, content.fields) } }
}

function editedFields(
  order: Pick<Order, 'fields'>,
  fields: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  if (order.fields.opencart === undefined) return fields
  const { forwarded_ip, user_agent, accept_language, store_id } = keptFields(order)
  const edited = { ...keptFields({ fields }), forwarded_ip, user_agent, accept_language, store_id }
  return { ...fields, opencart: edited }
}
