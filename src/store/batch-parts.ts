import { eraseParts } from './erase-parts.ts'

/** What a batch may write, each as one statement over the rows of a JSON parameter `$n`. */
export type BatchPart = keyof typeof batchParts

/** The text of a part whose rows are parameter `n`; `draws`: the batch has a part `drawn`. */
export function partText(part: BatchPart, n: number, draws: boolean): string {
  const [drawn, release, data] = draws
    ? [
        'left join wrote_drawn d on d.account_id = k."accountId"',
        'coalesce(k."releaseNumber", d.first + k.draw)',
        `case when k.draw is null then k.data
          else coalesce(k.data, '{}') || jsonb_build_object('release', d.first + k.draw) end`,
      ]
    : ['', 'k."releaseNumber"', 'k.data']
  return batchParts[part]
    .replace('$n', `$${n}`)
    .replace('$drawn', drawn)
    .replace('$release', release)
    .replace('$data', data)
}

/** In the order of their names in the statement; Postgres runs them all on one snapshot. */
const batchParts = {
  drawn: `  update counters c set next = c.next + k.count
  from json_to_recordset($n::text::json) as k("accountId" int, count int)
  where c.account_id = k."accountId" and c.name = 'release'
  returning c.account_id, c.next - k.count as first`,

  counters: `  update counters c set next = k.next
  from json_to_recordset($n::text::json) as k("accountId" int, name text, next bigint)
  where c.account_id = k."accountId" and c.name = k.name collate "C"`,

  orders: `  insert into orders (account_id, number, dialect, customer_id, email_folded, buyer,
    billing, shipping, currency, ordered_currency, ordered_rate, coupon, discount, shipping_method,
    shipping_code, shipping_cost, tax, total, totals, payment_method, payment_code, comment, tag,
    ip, utm, pay_domain, pay_key, fields, created_at)
  select "accountId", number, dialect, "customerId", "emailFolded", buyer, billing, shipping,
    currency, "orderedCurrency", "orderedRate", coupon, discount, "shippingMethod",
    "shippingCode", "shippingCost", tax, total, totals, "paymentMethod", "paymentCode", comment,
    tag, ip, utm, "payDomain", "payKey", fields, "createdAt"
  from json_to_recordset($n::text::json) as k("accountId" int, number int, dialect text,
    "customerId" int, "emailFolded" text, buyer jsonb, billing jsonb, shipping jsonb, currency text,
    "orderedCurrency" text, "orderedRate" numeric, coupon text, discount numeric,
    "shippingMethod" text, "shippingCode" text, "shippingCost" numeric, tax numeric,
    total numeric, totals jsonb, "paymentMethod" text, "paymentCode" text, comment text, tag text, ip text,
    utm jsonb, "payDomain" text, "payKey" text, fields jsonb, "createdAt" timestamptz)`,

  new_states: `  insert into order_states (account_id, number, payment, fulfilment, hidden, handed_over,
    pay_on_delivery, release_number, label, paid_at, sent_at, returned_at, cancelled_at,
    refunded_at, released_at, changed_at, parcels, event_seq)
  select "accountId", number, payment, fulfilment, hidden, "handedOver", "payOnDelivery",
    $release, label, "paidAt", "sentAt", "returnedAt", "cancelledAt", "refundedAt",
    "releasedAt", "changedAt", parcels, "eventSeq"
  from json_to_recordset($n::text::json) as k("accountId" int, number int, payment text,
    fulfilment text, hidden bool, "handedOver" bool, "payOnDelivery" bool, "releaseNumber" int,
    label int, "paidAt" timestamptz, "sentAt" timestamptz, "returnedAt" timestamptz,
    "cancelledAt" timestamptz, "refundedAt" timestamptz, "releasedAt" timestamptz,
    "changedAt" timestamptz, parcels smallint, "eventSeq" int, draw int) $drawn`,

  states: `  update order_states s set payment = k.payment, fulfilment = k.fulfilment, hidden = k.hidden,
    handed_over = k."handedOver", release_number = $release, label = k.label,
    paid_at = k."paidAt", sent_at = k."sentAt", returned_at = k."returnedAt",
    cancelled_at = k."cancelledAt", refunded_at = k."refundedAt", released_at = k."releasedAt",
    changed_at = k."changedAt", parcels = k.parcels, event_seq = k."eventSeq",
    pay_on_delivery = k."payOnDelivery"
  from json_to_recordset($n::text::json) as k("accountId" int, number int, payment text,
    fulfilment text, hidden bool, "handedOver" bool, "payOnDelivery" bool, "releaseNumber" int,
    label int,
    "paidAt" timestamptz, "sentAt" timestamptz, "returnedAt" timestamptz,
    "cancelledAt" timestamptz, "refundedAt" timestamptz, "releasedAt" timestamptz,
    "changedAt" timestamptz, parcels smallint, "eventSeq" int, draw int) $drawn
  where s.account_id = k."accountId" and s.number = k.number`,

  lines: `  insert into order_lines (account_id, number, position, product_id, code, article, title,
    product_type, quantity, unit_price, unit_tax, catalogue_price, options)
  select "accountId", number, position, "productId", code, article, title, "productType",
    quantity, "unitPrice", "unitTax", "cataloguePrice", options
  from json_to_recordset($n::text::json) as k("accountId" int, number int,
    position smallint, "productId" int, code text, article text, title text,
    "productType" text, quantity int, "unitPrice" numeric, "unitTax" numeric,
    "cataloguePrice" numeric, options jsonb)`,

  events: `  insert into order_events (account_id, number, seq, at, kind, via, credential_id, data)
  select "accountId", number, seq, at, kind, via, "credentialId", $data
  from json_to_recordset($n::text::json) as k("accountId" int, number int, seq int,
    at timestamptz, kind text, via text, "credentialId" int, data jsonb, draw int) $drawn`,

  comments: `  insert into order_comments (account_id, number, seq, text)
  select "accountId", number, seq, text
  from json_to_recordset($n::text::json) as k("accountId" int, number int, seq int, text text)`,

  shipments: `  insert into order_shipments (account_id, number, position, service, tracking, link, sent_at, via)
  select "accountId", number, position, service, tracking, link, "sentAt", via
  from json_to_recordset($n::text::json) as k("accountId" int, number int,
    position smallint, service text, tracking text, link text, "sentAt" timestamptz, via text)
  on conflict (account_id, number, position) do update set service = excluded.service,
    tracking = excluded.tracking, link = excluded.link, sent_at = excluded.sent_at`,

  releases: `  insert into releases (account_id, release_number, number, released_at)
  select "accountId", d.first + k.draw, number, "releasedAt"
  from json_to_recordset($n::text::json) as k("accountId" int, draw int, number int,
    "releasedAt" timestamptz) $drawn`,

  awaited: `  insert into awaiting_shipment (account_id, release_number, number)
  select "accountId", $release, number
  from json_to_recordset($n::text::json) as k("accountId" int, number int,
    "releaseNumber" int, draw int) $drawn
  on conflict do nothing`,

  unawaited: `  delete from awaiting_shipment a
  using json_to_recordset($n::text::json) as k("accountId" int, "releaseNumber" int)
  where a.account_id = k."accountId" and a.release_number = k."releaseNumber"`,

  // One update a product, however many orders took it: a statement changes a row once. Sorted,
  // as all locks are; a level stays within its column whatever is ordered.
  stock: `  update stock s
  set quantity = greatest(-2147483648, least(2147483647, s.quantity + m.delta))::int,
    set_by = 'book', changed_at = m.at
  from (
    select w.account_id, w.product_id, sum(w.delta) as delta, max(w.at) as at
    from (
      select k."accountId" as account_id, coalesce(k."productId", l.product_id) as product_id,
        k.delta * coalesce(l.quantity, 1) as delta, k.at
      from json_to_recordset($n::text::json) as k("accountId" int, "productId" int, number int,
        delta bigint, at timestamptz)
      left join order_lines l on l.account_id = k."accountId" and l.number = k.number
    ) w
    where w.product_id is not null
    group by w.account_id, w.product_id
    order by w.account_id, w.product_id
  ) m
  where s.account_id = m.account_id and s.product_id = m.product_id and m.delta <> 0`,

  ...eraseParts,

  // Only the columns that a row names change; what it names as null becomes null.
  edited: `  update orders o set customer_id = n.customer_id, email_folded = n.email_folded,
    buyer = n.buyer, billing = n.billing, shipping = n.shipping,
    ordered_currency = n.ordered_currency, ordered_rate = n.ordered_rate, coupon = n.coupon,
    discount = n.discount, shipping_method = n.shipping_method, shipping_code = n.shipping_code,
    shipping_cost = n.shipping_cost, tax = n.tax, total = n.total, totals = n.totals,
    payment_method = n.payment_method, payment_code = n.payment_code, comment = n.comment,
    tag = n.tag, ip = n.ip, utm = n.utm, pay_domain = n.pay_domain, fields = n.fields
  from (
    select e.*
    from json_to_recordset($n::text::json) as k("accountId" int, number int, columns json)
    join orders b on b.account_id = k."accountId" and b.number = k.number
    cross join lateral json_populate_record(b, k.columns) e
  ) n
  where o.account_id = n.account_id and o.number = n.number`,

  edited_lines: `  insert into order_lines (account_id, number, position, product_id, code, article,
    title, product_type, quantity, unit_price, unit_tax, catalogue_price, options)
  select "accountId", number, position, "productId", code, article, title, "productType",
    quantity, "unitPrice", "unitTax", "cataloguePrice", options
  from json_to_recordset($n::text::json) as k("accountId" int, number int,
    position smallint, "productId" int, code text, article text, title text,
    "productType" text, quantity int, "unitPrice" numeric, "unitTax" numeric,
    "cataloguePrice" numeric, options jsonb)
  on conflict (account_id, number, position) do update set product_id = excluded.product_id,
    code = excluded.code, article = excluded.article, title = excluded.title,
    product_type = excluded.product_type, quantity = excluded.quantity,
    unit_price = excluded.unit_price, unit_tax = excluded.unit_tax,
    catalogue_price = excluded.catalogue_price, options = excluded.options`,

  cut_lines: `  delete from order_lines l
  using json_to_recordset($n::text::json) as k("accountId" int, number int, count int)
  where l.account_id = k."accountId" and l.number = k.number and l.position > k.count`,

  sessions: `  update dialect_sessions s set state = k.state, revision = s.revision + 1,
    expires_at = k."expiresAt"
  from json_to_recordset($n::text::json) as k("accountId" int, dialect text, key bytea,
    state jsonb, "expiresAt" timestamptz)
  where s.account_id = k."accountId" and s.dialect = k.dialect collate "C" and s.key = k.key`,

  // What an order used up moves with its stock: given back when that is, taken again likewise.
  // Of a voucher that an edit sells for another amount (`sold`), what is left moves by the rest.
  allowances: `  update allowances a set remaining = a.remaining + m.delta
  from (
    select w.account_id, w.kind, w.key, sum(w.delta) as delta
    from (
      select k."accountId" as account_id, coalesce(k.kind, u.kind) collate "C" as kind,
        coalesce(k.key, u.key) collate "C" as key,
        k.delta * coalesce(u.amount, 1) - case when k.sold is null then 0 else v.amount end as delta
      from json_to_recordset($n::text::json) as k("accountId" int, kind text, key text,
        number int, sold int, delta numeric)
      left join allowance_uses u on u.account_id = k."accountId" and u.number = k.number
      left join vouchers v on v.account_id = k."accountId" and v.code = k.key collate "C"
        and v.number = k.sold
    ) w
    where w.kind is not null
    group by w.account_id, w.kind, w.key
    order by w.account_id, w.kind, w.key
  ) m
  where a.account_id = m.account_id and a.kind = m.kind and a.key = m.key and m.delta <> 0`,

  uses: `  insert into allowance_uses (account_id, number, kind, key, amount)
  select "accountId", number, kind, key, amount
  from json_to_recordset($n::text::json) as k("accountId" int, number int, kind text, key text,
    amount numeric)
  on conflict (account_id, number, kind, key) do update set amount = excluded.amount`,

  // Callers name codes themselves: the first order to sell one has it, and may edit its amount.
  vouchers: `  insert into vouchers as v (account_id, code, amount, number, data, enabled, created_at)
  select distinct on ("accountId", code) "accountId", code, amount, number, data, true, at
  from json_to_recordset($n::text::json) as k("accountId" int, code text, amount numeric,
    number int, data jsonb, at timestamptz)
  order by "accountId", code, number
  on conflict (account_id, code) do update set amount = excluded.amount
  where v.number = excluded.number and v.amount <> excluded.amount`,

  takings: `  insert into takings as t (account_id, credential_id, number, first_served_at,
    confirmed_at, confirmed_times)
  select "accountId", "credentialId", number, at, at, times
  from json_to_recordset($n::text::json) as k("accountId" int, "credentialId" int, number int,
    at timestamptz, times int)
  on conflict (account_id, credential_id, number) do update
  set confirmed_at = coalesce(t.confirmed_at, excluded.confirmed_at),
    confirmed_times = t.confirmed_times + excluded.confirmed_times`,

  attention: `  insert into attention (account_id, number, seq, reason, raised_at)
  select "accountId", number, seq, reason, "raisedAt"
  from json_to_recordset($n::text::json) as k("accountId" int, number int, seq int,
    reason text, "raisedAt" timestamptz)`,

  deliveries: `  insert into deliveries (account_id, endpoint_id, number, seq, part, type, body, state,
    made_at, due_at)
  select "accountId", "endpointId", number, seq, part, type, body, 'waiting', at, at
  from json_to_recordset($n::text::json) as k("accountId" int, "endpointId" int, number int,
    seq int, part smallint, type text, body text, at timestamptz)`,

  fingerprints: `  insert into order_fingerprints (account_id, digest, number, made_at)
  select "accountId", digest, number, "madeAt"
  from json_to_recordset($n::text::json) as k("accountId" int, digest bytea, number int,
    "madeAt" timestamptz)`,

  timers: `  insert into order_timers (account_id, number, due_at)
  select "accountId", number, "dueAt"
  from json_to_recordset($n::text::json) as k("accountId" int, number int,
    "dueAt" timestamptz)`,

  links: `  insert into order_links (account_id, key, number)
  select "accountId", key, number
  from json_to_recordset($n::text::json) as k("accountId" int, number int, key text)`,

  done_timers: `  delete from order_timers t
  using json_to_recordset($n::text::json) as k("accountId" int, number int)
  where t.account_id = k."accountId" and t.number = k.number`,
} as const
