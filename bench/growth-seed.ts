import type postgres from 'postgres'
import { firstNumber, signedQuery } from './seed.ts'

const ordersAtOnce = 1_000_000

/**
 * A book of orders that have a line and were sent with one parcel, but not paid: each can be paid
 * once, and its parcel's number can be corrected as often as wanted. Higher numbers are newer.
 */
export async function seedBook(sql: postgres.Sql, count: number): Promise<void> {
  await sql.unsafe(`truncate order_states, order_events, order_lines, order_shipments,
    order_fingerprints, releases, attention, orders cascade`)
  for (let from = 0; from < count; from += ordersAtOnce) {
    const first = firstNumber + from
    const last = firstNumber + Math.min(from + ordersAtOnce, count) - 1
    await sql.begin(async (tx) => {
      // The foreign keys hold by construction: looking each row up would take most of the time.
      const [user] = await tx`select usesuper from pg_user where usename = current_user`
      if (user?.usesuper) await tx.unsafe('set local session_replication_role = replica')
      await tx.unsafe(ordersFrom(first, last))
    })
  }
  await sql.unsafe('vacuum analyze')
  await sql.unsafe('checkpoint')
}

function ordersFrom(first: number, last: number): string {
  const numbers = `from accounts a, generate_series(${first}, ${last}) n`
  const at = "timestamptz '2024-03-01' + n * interval '1 second'"
  return `
    insert into orders (account_id, number, dialect, email_folded, buyer, billing, currency,
      discount, shipping_cost, tax, total, utm, pay_key, fields, created_at)
    select a.id, n, 'influencersoft', 'buyer' || n || '@example.com',
      jsonb_build_object('email', 'buyer' || n || '@example.com', 'firstName', 'Ada'),
      '{"line1": "9 Mill Lane", "city": "Alton", "country": "United States"}', 'USD',
      0, 0, 0, 12.90, '{}', 'key' || n, '{}', ${at} ${numbers};
    insert into order_lines (account_id, number, position, product_id, code, article, title,
      product_type, quantity, unit_price, unit_tax, catalogue_price, options)
    select a.id, n, 1, 1, 'mug', 'MUG-01', 'Stoneware mug', 'physical', 1, 12.90, 0, 12.90, '[]'
    ${numbers};
    insert into order_states (account_id, number, payment, fulfilment, hidden, handed_over,
      pay_on_delivery, sent_at, changed_at, parcels, event_seq)
    select a.id, n, 'waiting', 'sent', false, false, false, ${at}, ${at}, 1, 2 ${numbers};
    insert into order_shipments (account_id, number, position, service, tracking, link, sent_at, via)
    select a.id, n, 1, '', 'RR' || n, '', ${at}, 'influencersoft' ${numbers};
    insert into order_events (account_id, number, seq, at, kind, via)
    select a.id, n, seq, ${at}, case seq when 1 then 'placed' else 'sent' end, 'influencersoft'
    ${numbers}, generate_series(1, 2) seq`
}

/** Which orders calls are about: all alike, or 90 % of the calls about the newest 1 %. */
export type Keys = 'uniform' | 'newest'
export const allKeys: readonly Keys[] = ['uniform', 'newest']

/** Numbers of a book of `count` orders; the same ones in each run. */
function drawn(keys: Keys, count: number, draws: number): number[] {
  const random = randomFrom(keys === 'uniform' ? 11 : 12)
  const newest = Math.floor(count / 100)
  return Array.from({ length: draws }, () => {
    const among = keys === 'newest' && random() < 0.9 ? newest : count
    return firstNumber + count - 1 - Math.floor(random() * among)
  })
}

/**
 * Signed bodies, each a real change. Uniform: different orders, each paid once and then sent once
 * more. Newest: the newest 1 % of a small book are too few for that, so every call reports a parcel
 * number of its own, which replaces the one before.
 */
export function changes(keys: Keys, count: number, calls: number): string[] {
  const sent = (number: number, rpo: string): string =>
    signedQuery(`bill_id=${number}&status=sent&date=1362254400&rpo=${rpo}`)
  if (keys === 'newest') {
    return drawn(keys, count, calls).map((number, at) => sent(number, `RN${at}`))
  }
  const orders = Math.min(count, Math.floor(calls / 2))
  // The factor shares no divisor with a power of ten: no number comes twice.
  const numbers = Array.from(
    { length: orders },
    (_, at) => firstNumber + ((at * 6_180_339_887) % count),
  )
  return [
    ...numbers.map((number) => signedQuery(`bill_id=${number}&status=paid&date=1362254400`)),
    ...numbers.map((number) => sent(number, `RU${number}`)),
  ]
}

/** Reports of parcels that no measured run makes, to warm the gateway up. */
export function warmUp(count: number, calls: number): string[] {
  return drawn('uniform', count, calls).map((number, at) =>
    signedQuery(`bill_id=${number}&status=sent&date=1362254400&rpo=RW${at}`),
  )
}

export function readings(keys: Keys, count: number, calls: number): string[] {
  return drawn(keys, count, calls).map((number) => signedQuery(`bill_id=${number}`))
}

/** The same distribution in pgbench's words. */
export function pgbenchKeys(keys: Keys, count: number): string {
  const last = firstNumber + count - 1
  const all = `\\set n random(${firstNumber}, ${last})\n`
  if (keys === 'uniform') return all
  const newest = `\\set n random(${last - Math.floor(count / 100) + 1}, ${last})\n`
  return `\\set among random(1, 10)\n\\if :among <= 9\n${newest}\\else\n${all}\\endif\n`
}

/** A small generator with a seed. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 4_294_967_296
  }
}
