// Named statements of the Fastify rival: pg prepares each once a connection.

const changed = (axis: string): string => `update order_states
  set ${axis}, changed_at = $2, event_seq = event_seq + 1
  where account_id = 1 and number = $1 returning event_seq`

export const pay = { name: 'pay', text: changed(`payment = 'paid', paid_at = $2`) }
export const send = { name: 'send', text: changed(`fulfilment = 'sent', sent_at = $2`) }

export const addEvent = {
  name: 'add-event',
  text: `insert into order_events (account_id, number, seq, at, kind, via)
    values (1, $1, $2, $3, $4, 'fastify')`,
}

export const findProducts = {
  name: 'find-products',
  text: `select id, code, article, title, price, type from products
    where account_id = 1 and deleted_at is null and code = any($1)`,
}

export const drawNumber = {
  name: 'draw-number',
  text: `update counters set next = next + 1 where account_id = 1 and name = 'order'
    returning next - 1 as number`,
}

export const findEarlier = {
  name: 'find-earlier',
  text: `select number from order_fingerprints
    where account_id = 1 and digest = any($1) and made_at > now() - interval '10 minutes' limit 1`,
}

export const addOrder = {
  name: 'add-order',
  text: `insert into orders (account_id, number, dialect, email_folded, buyer, billing, currency,
      discount, shipping_cost, tax, total, utm, pay_key, fields, created_at)
    values (1, $1, 'influencersoft', $2, $3, $4, 'USD', 0, 0, 0, $5, '{}', $6, '{}', $7)`,
}

export const addState = {
  name: 'add-state',
  text: `insert into order_states (account_id, number, payment, fulfilment, hidden, handed_over,
      pay_on_delivery, changed_at, parcels, event_seq)
    values (1, $1, 'waiting', 'open', false, false, false, $2, 0, 1)`,
}

export const addLines = {
  name: 'add-lines',
  text: `insert into order_lines (account_id, number, position, product_id, code, article, title,
      product_type, quantity, unit_price, unit_tax, catalogue_price, options)
    select 1, $1, position, product, code, article, title, type, 1, price, 0, catalogue, '[]'
    from unnest($2::smallint[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[],
      $8::numeric[], $9::numeric[])
      as l(position, product, code, article, title, type, price, catalogue)`,
}

export const addFingerprints = {
  name: 'add-fingerprints',
  text: `insert into order_fingerprints (account_id, digest, number, made_at)
    select 1, digest, $1, $3 from unnest($2::bytea[]) digest`,
}
