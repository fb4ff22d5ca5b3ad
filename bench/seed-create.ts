import type postgres from 'postgres'
import { buildQuery } from '../src/wire/php-query.ts'
import { firstNumber, seedOrders, signedQuery } from './seed.ts'

/**
 * A book of `orders` orders, two products, and the next number behind the last order. The newest
 * tenth has its fingerprints still: the look-up of repeats is planned for a shop at work.
 */
export async function seedForCreates(sql: postgres.Sql, orders: number): Promise<void> {
  await sql.unsafe(`
    truncate order_fingerprints, order_timers;
    delete from products;
    insert into products (account_id, id, code, article, article_folded, title, price, type,
      created_at, changed_at)
    select a.id, p.id, p.code, p.code, p.code, p.title, p.price, p.type, now(), now()
    from accounts a, (values (1, 'course', 'A course in twelve letters', 1500.00, 'digital'),
      (2, 'mug', 'A mug with a handle', 39.50, 'physical')) p (id, code, title, price, type);
    update counters set next = ${firstNumber + orders} where name = 'order'`)
  await seedOrders(sql, orders)
  await sql.unsafe(`
    insert into order_fingerprints (account_id, digest, number, made_at)
    select account_id, sha256(convert_to(kind || number, 'UTF8')), number, now()
    from orders, unnest(array['call', 'likeness']) kind
    where number >= ${firstNumber + Math.floor(orders * 0.9)}`)
  await sql.unsafe('vacuum analyze order_fingerprints')
}

/** Signed bodies of new orders with two goods, each of another buyer. */
export function createBodies(count: number): string[] {
  return Array.from({ length: count }, (_, at) =>
    signedQuery(
      buildQuery({
        goods: [
          { good_name: 'course', good_sum: '1500' },
          { good_name: 'mug', good_sum: '35.90' },
        ],
        bill_email: `reader${at}@example.com`,
        bill_first_name: 'Ada',
        bill_surname: 'Example',
        bill_phone: '+44 20 7946 0018',
        bill_country: 'United Kingdom',
        bill_city: 'Alton',
        bill_address: '9 Mill Lane',
        bill_postal_code: 'GU34 1HH',
        bill_created: 1_362_254_400 + at,
      }),
    ),
  )
}

const buyer = `jsonb_build_object('email', 'reader' || n || '@example.com', 'firstName', 'Ada',
  'lastName', 'Example', 'phone', '+44 20 7946 0018')`
const billing = `'{"firstName": "Ada", "lastName": "Example", "phone": "+44 20 7946 0018",
  "country": "United Kingdom", "city": "Alton", "line1": "9 Mill Lane", "postcode": "GU34 1HH"}'`

/** Bare inserts of an order, its state, two lines and its event for each number of `n`. */
const inserts = `o as (
  insert into orders (account_id, number, dialect, email_folded, buyer, billing, currency,
    discount, shipping_cost, tax, total, utm, pay_key, fields, created_at)
  select 1, n, 'influencersoft', 'reader' || n || '@example.com', ${buyer}, ${billing}, 'USD',
    0, 0, 0, 1535.90, '{}', md5(n::text), '{}', now() from drawn),
s as (
  insert into order_states (account_id, number, payment, fulfilment, hidden, handed_over,
    pay_on_delivery, changed_at, parcels, event_seq)
  select 1, n, 'waiting', 'open', false, false, false, now(), 0, 1 from drawn),
l as (
  insert into order_lines (account_id, number, position, product_id, code, article, title,
    product_type, quantity, unit_price, unit_tax, catalogue_price, options)
  select 1, n, p.id, p.id, p.code, p.code, p.title, p.type, 1, p.price, 0, p.price, '[]'
  from drawn, (values (1, 'course', 'A course in twelve letters', 1500.00, 'digital'),
    (2, 'mug', 'A mug with a handle', 35.90, 'physical')) p (id, code, title, price, type))
insert into order_events (account_id, number, seq, at, kind, via)
select 1, n, 1, now(), 'placed', 'pgbench' from drawn;
`

const drawing = (many: number): string =>
  `update counters set next = next + ${many} where account_id = 1 and name = 'order'`

/** Scripts for pgbench; each writes whole orders, without proof, look-up of repeats or answer. */
export const createScripts = {
  /** As the gateway must: numbers become visible in order. */
  counter: `with drawn as (${drawing(1)} returning (next - 1)::int as n), ${inserts}`,
  /** Each client counts for itself: no lock in common, and no order in the numbers. */
  lockFree: `\\set c :c + 1
\\set n 10000000 + :client_id * 10000000 + :c
with drawn as (select :n::int as n), ${inserts}`,
  /** 64 orders a statement. */
  grouped: `with block as (${drawing(64)} returning next - 64 as first),
drawn as (select (first + i)::int as n from block, generate_series(0, 63) i), ${inserts}`,
} as const
