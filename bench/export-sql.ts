// The gateway's own answers, as json_agg makes them: the same documents, members and values.

const basics = `
  'id', o.number, 'first_name', coalesce(o.buyer->>'firstName', ''),
  'last_name', coalesce(o.buyer->>'lastName', ''),
  'middle_name', coalesce(o.buyer->>'middleName', ''),
  'email', coalesce(o.buyer->>'email', ''), 'phone', coalesce(o.buyer->>'phone', ''),
  'city', coalesce(a.address->>'city', ''), 'country', coalesce(a.address->>'country', ''),
  'address', concat_ws(', ', a.address->>'line1', a.address->>'line2', a.address->>'line3'),
  'region', coalesce(a.address->>'region', ''),
  'postalcode', coalesce(a.address->>'postcode', ''),
  'created', floor(extract(epoch from o.created_at))::bigint,
  'pay_status', case when s.payment in ('cancelled', 'refunded') then 'cancel' else s.payment end,
  'paid', coalesce(floor(extract(epoch from s.paid_at))::bigint, 0),
  'type', '', 'payway', coalesce(o.payment_method, ''), 'comment', coalesce(o.comment, ''),
  'domain', coalesce(o.pay_domain, ''), 'link', '/bill/' || o.pay_key,
  'price', round(o.total, 2)::text,
  'utm', '{"medium": "", "source": "", "campaign": "", "content": "", "term": ""}'
    || (o.utm - 'aff_medium'),
  'sent', coalesce(floor(extract(epoch from coalesce(p.sent_at, s.sent_at)))::bigint, 0),
  'rpo', coalesce(p.tracking, ''),
  'delivery_status', case s.fulfilment when 'open' then '' when 'sent' then 'sent' else 'return' end`

const extras = `,
  'good_count', l.quantity,
  'bill_sum_topay', case s.payment when 'waiting' then round(o.total, 2)::text else '0.00' end,
  'tag', coalesce(o.tag, ''), 'kupon', coalesce(o.coupon, ''), 'coupon', coalesce(o.coupon, ''),
  'is_recurrent', false, 'items', l.items`

const lines = `
  cross join lateral (
    select sum(l.quantity) as quantity, json_agg(json_build_object('id', l.code,
      'title', l.title || coalesce((select ' (' || string_agg(c->>'name' || ': ' || (c->>'value'), ', ')
        || ')' from jsonb_array_elements(l.options) c), ''),
      'sum', round(l.unit_price + l.unit_tax, 2)::text,
      'price', round(l.catalogue_price, 2)::text, 'partners', json_build_array())
      order by l.position) as items
    from order_lines l where l.account_id = o.account_id and l.number = o.number) l`

function documents(members: string, joins: string): string {
  return `
  select json_build_object(${members}) as document, o.created_at, o.number
  from orders o
  join order_states s on s.account_id = o.account_id and s.number = o.number
  cross join lateral (select coalesce(o.shipping, o.billing) as address) a
  left join lateral (
    select p.sent_at, p.tracking from order_shipments p
    where s.parcels > 0 and p.account_id = o.account_id and p.number = o.number
    order by p.sent_at desc, p.position desc limit 1) p on true ${joins}
  where o.account_id = 1 and not s.hidden`
}

export type ListName = 'getOrdersWithGoods' | 'GetOrders'
export const listNames: readonly ListName[] = ['getOrdersWithGoods', 'GetOrders']

/** One statement a function; nothing of the seed needs what it leaves out (refunds, pay domains). */
const rivals: Readonly<Record<ListName, string>> = {
  getOrdersWithGoods: documents(basics + extras, lines),
  GetOrders: documents(basics, ''),
}

/** All of it as one JSON array, as `json_agg` gives it. */
export function asOneArray(name: ListName): string {
  return `select json_agg(document order by created_at, number) from (${rivals[name]}) as answers`
}
