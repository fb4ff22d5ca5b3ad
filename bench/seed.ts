import type postgres from 'postgres'
import { md5Hex } from '../src/wire/digest.ts'

export const shop = { login: 'bench', secret: 'bench-secret-not-one-anybody-uses' }
export const firstNumber = 100_000

/** Fills the only account's book with waiting orders; what stood there before goes. */
export async function seedOrders(sql: postgres.Sql, count: number): Promise<void> {
  await sql.unsafe(`
    truncate order_states, order_events, order_lines, order_shipments, releases, orders cascade;
    insert into orders (account_id, number, dialect, email_folded, buyer, billing, currency,
      discount, shipping_cost, tax, total, utm, pay_key, fields, created_at)
    select a.id, n, 'influencersoft', 'buyer' || n || '@example.com',
      jsonb_build_object('email', 'buyer' || n || '@example.com', 'firstName', 'Ada'),
      '{"line1": "9 Mill Lane", "city": "Alton", "country": "United States"}', 'USD',
      0, 0, 0, 1500, '{}', 'key' || n, '{}', now() - n * interval '1 second'
    from accounts a, generate_series(${firstNumber}, ${firstNumber + count - 1}) n;
    insert into order_states (account_id, number, payment, fulfilment, hidden, handed_over,
      pay_on_delivery, changed_at, parcels, event_seq)
    select account_id, number, 'waiting', 'open', false, false, false, now(), 0, 1 from orders;
    insert into order_events (account_id, number, seq, at, kind, via)
    select account_id, number, 1, now(), 'placed', 'bench' from orders`)
  await sql.unsafe('vacuum analyze')
  await sql.unsafe('checkpoint')
}

/**
 * Signed bodies, each a real change: every order is paid once, in an order without a pattern
 * on the disk, and then sent once.
 */
export function statusBodies(count: number): string[] {
  const numbers = Array.from({ length: count }, (_, at) => firstNumber + ((at * 7919) % count))
  return [
    ...numbers.map((n) => signedQuery(`bill_id=${n}&status=paid&date=1362254400`)),
    ...numbers.map((n) => signedQuery(`bill_id=${n}&status=sent&date=1362254400&rpo=RR${n}`)),
  ]
}

/**
 * Makes of seeded orders ones worth exporting: two lines each, a fuller buyer, two thirds paid
 * and one third sent with a parcel; the higher its number the later an order was made.
 */
export async function fillOrders(sql: postgres.Sql): Promise<void> {
  await sql.unsafe(`
    update orders set created_at = timestamptz '2024-03-01' + number * interval '1 second',
      buyer = buyer || '{"lastName": "Lovelace-Оливер", "phone": "+44 20 7946 0018"}',
      billing = billing || '{"postcode": "GU34 1HH", "region": "Hampshire"}',
      utm = '{"source": "letter", "campaign": "spring/sale", "aff_medium": "partner"}',
      comment = case when number % 4 = 0 then E'Please ring the "upper" bell;\nthank you' end,
      payment_method = 'card', tag = case when number % 3 = 0 then 'spring' end;
    insert into order_lines (account_id, number, position, product_id, code, article, title,
      product_type, quantity, unit_price, unit_tax, catalogue_price, options)
    select account_id, number, p, p, 'code-' || p, 'SKU-' || p, 'A mug with a handle, no. ' || p,
      'physical', 1, 600.50, 0, 650, case p when 2 then '[{"name": "Size", "value": "L"}]' else '[]' end::jsonb
    from orders, generate_series(1, 2) p;
    insert into order_shipments (account_id, number, position, service, tracking, link, sent_at, via)
    select account_id, number, 1, 'post', 'RR' || number, '', created_at + interval '1 day', 'bench'
    from orders where number % 3 = 0;
    update order_states s set payment = 'paid', paid_at = o.created_at + interval '1 hour'
    from orders o where o.number = s.number and s.number % 3 <> 1;
    update order_states s set fulfilment = 'sent', parcels = 1,
      sent_at = o.created_at + interval '1 day'
    from orders o where o.number = s.number and s.number % 3 = 0`)
  await sql.unsafe('vacuum full analyze orders, order_states')
  await sql.unsafe('vacuum analyze')
  await sql.unsafe('checkpoint')
}

/** A signed body; the pairs must need no encoding. */
export function signedQuery(query: string): string {
  return `${query}&hash=${md5Hex(`${query}::${shop.login}::${shop.secret}`)}`
}
