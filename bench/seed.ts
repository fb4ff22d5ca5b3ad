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
  const signed = (query: string): string =>
    `${query}&hash=${md5Hex(`${query}::${shop.login}::${shop.secret}`)}`
  return [
    ...numbers.map((n) => signed(`bill_id=${n}&status=paid&date=1362254400`)),
    ...numbers.map((n) => signed(`bill_id=${n}&status=sent&date=1362254400&rpo=RR${n}`)),
  ]
}
