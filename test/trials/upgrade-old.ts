import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import type { PostgresTarget } from '../../src/store/database.ts'
import { startGatewayProcess } from '../support/process.ts'
import { busy, busyAccountId } from './upgrade-before.ts'
import { ordersOf, startUpgradeLoad, type ToldOrder } from './upgrade-load.ts'

/** A gateway of the version before, and what its callers were told. */
export type OldGateway = {
  readonly count: () => number
  readonly orders: () => readonly ToldOrder[]
  /** What failed: the new schema is not what the old program can work with. */
  readonly failed: () => readonly string[]
  stop(): Promise<void>
}

/** Its program, from a checkout of its own. */
export async function startOldProgram(
  env: Readonly<Record<string, string>>,
  bin: string,
  callers: number,
): Promise<OldGateway> {
  const gateway = await startGatewayProcess(env, bin)
  const load = startUpgradeLoad(gateway.url, busy, callers, 'old')
  return {
    count: () => load.told.size,
    orders: () => ordersOf(load),
    failed: () => [...load.repeated].map(([said, times]) => `${times} times ${said}`),
    async stop() {
      await load.stop()
      await gateway.end('SIGTERM')
    },
  }
}

/**
 * Stands for a gateway of the version before: its transactions, in the words of the first schema,
 * on connections and prepared statements that it had before the migration.
 */
export function startOldGateway(target: PostgresTarget, callers: number): OldGateway {
  const sql = postgres(target.url ?? '', {
    ...target.options,
    connection: { application_name: 'countersign-old' },
    max: callers,
    onnotice: () => undefined,
  })
  const told = new Map<number, boolean>()
  const failed: string[] = []
  let stopped = false
  const caller = async (): Promise<void> => {
    while (!stopped) {
      try {
        const number = await place(sql)
        told.set(number, false)
        await pay(sql, number)
        told.set(number, true)
        // Callers have something else to do, too: the new version must get at the counter.
        await sleep(10)
      } catch (error) {
        failed.push(String(error))
        return
      }
    }
  }
  const running = Promise.all(Array.from({ length: callers }, caller))
  return {
    count: () => told.size,
    orders: () =>
      [...told].map(([number, paid]) => ({ email: `old-${number}@example.com`, number, paid })),
    failed: () => failed,
    async stop() {
      stopped = true
      await running
      await sql.end()
    },
  }
}

function place(sql: postgres.Sql): Promise<number> {
  return sql.begin(async (tx) => {
    const [row] = await tx<{ number: number }[]>`
      update counters set next = next + 1
      where account_id = ${busyAccountId} and name = 'order' returning (next - 1)::int as number`
    const number = row?.number ?? 0
    await tx`
      insert into orders (account_id, number, dialect, email_folded, buyer, billing, currency,
        discount, shipping_cost, tax, total, utm, pay_key, fields, created_at)
      values (${busyAccountId}, ${number}, 'influencersoft', ${`old-${number}@example.com`},
        '{}', '{}', 'USD', 0, 0, 0, 12.9, '{}', ${`key-${number}`}, '{}', now())`
    await tx`
      insert into order_states (account_id, number, payment, fulfilment, hidden, handed_over,
        pay_on_delivery, changed_at, parcels, event_seq)
      values (${busyAccountId}, ${number}, 'waiting', 'open', false, false, false, now(), 0, 1)`
    await tx`
      insert into order_events (account_id, number, seq, at, kind, via)
      values (${busyAccountId}, ${number}, 1, now(), 'placed', 'influencersoft')`
    return number
  })
}

async function pay(sql: postgres.Sql, number: number): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`
      select o.number, p.price from orders o, products p
      where o.account_id = ${busyAccountId} and o.number = ${number}
        and p.account_id = o.account_id`
    await tx`
      update order_states set payment = 'paid', paid_at = now(), changed_at = now(), event_seq = 2
      where account_id = ${busyAccountId} and number = ${number}`
    await tx`
      insert into order_events (account_id, number, seq, at, kind, via)
      values (${busyAccountId}, ${number}, 2, now(), 'paid', 'influencersoft')`
  })
}
