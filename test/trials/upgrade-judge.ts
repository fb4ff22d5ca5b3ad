import type postgres from 'postgres'
import { allMigrations, busyAccountId, type Sum, sumsOf } from './upgrade-before.ts'
import { ordersOf, type ToldOrder, type UpgradeLoad } from './upgrade-load.ts'
import type { OldGateway } from './upgrade-old.ts'

export type UpgradeVerdict = {
  /** Acknowledged orders of the new version. */
  readonly after: number
  /** Migrations that are not noted exactly once, in their order. */
  readonly twice: string[]
  /** Tables of the resting account that are not what they were. */
  readonly changed: string[]
  readonly lost: string[]
  readonly doubled: string[]
  /** What the version before could not do. */
  readonly failed: string[]
  /** That Postgres had to break. */
  readonly deadlocks: number
  /** What new gateways refused, and were then asked again. */
  readonly repeated: Record<string, number>
}

type Found = { readonly number: number; readonly email: string; readonly payment: string | null }

/** What the book holds against what callers of both versions were told. */
export async function compare(
  sql: postgres.Sql,
  {
    sums,
    old,
    loads,
  }: {
    readonly sums: readonly Sum[]
    readonly old: OldGateway
    readonly loads: readonly UpgradeLoad[]
  },
): Promise<UpgradeVerdict> {
  const found = await sql<Found[]>`
    select o.number, o.email_folded as email, s.payment from orders o
    left join order_states s on s.account_id = o.account_id and s.number = o.number
    where o.account_id = ${busyAccountId}`
  const byNumber = new Map(found.map((order) => [order.number, order]))
  const lost: string[] = []
  const check = ({ number, email, paid }: ToldOrder): void => {
    const order = byNumber.get(number)
    if (order?.email !== email) lost.push(`order ${number} of ${email}`)
    else if (paid && order.payment !== 'paid') lost.push(`payment of order ${number}`)
  }
  const ofNew = loads.flatMap(ordersOf)
  for (const order of [...old.orders(), ...ofNew]) check(order)
  const emails = found.map(({ email }) => email)
  const [row] = await sql<{ deadlocks: number }[]>`
    select deadlocks::int from pg_stat_database where datname = current_database()`
  return {
    after: ofNew.length,
    twice: await notOnce(sql),
    changed: await changes(sql, sums),
    lost,
    doubled: emails.filter((email, at) => emails.indexOf(email) !== at),
    failed: [...old.failed()],
    deadlocks: row?.deadlocks ?? 0,
    repeated: repeatedBy(loads),
  }
}

/** What was asked again, by what had been said. */
export function repeatedBy(loads: readonly UpgradeLoad[]): Record<string, number> {
  const repeated: Record<string, number> = {}
  for (const [said, times] of loads.flatMap((load) => [...load.repeated])) {
    repeated[said] = (repeated[said] ?? 0) + times
  }
  return repeated
}

async function notOnce(sql: postgres.Sql): Promise<string[]> {
  const rows = await sql<{ at: string }[]>`
    select created_at::text as at from drizzle.__drizzle_migrations order by id`
  const wanted = (await allMigrations()).length
  const stamps = rows.map(({ at }) => Number(at))
  const wrong = stamps
    .filter((at, place) => place > 0 && at <= (stamps[place - 1] ?? 0))
    .map(String)
  return stamps.length === wanted ? wrong : [...wrong, `${stamps.length} instead of ${wanted}`]
}

async function changes(sql: postgres.Sql, before: readonly Sum[]): Promise<string[]> {
  const now = await sumsOf(sql, before)
  return now
    .filter(({ sum }, at) => sum !== before[at]?.sum)
    .map(({ table, sum }) => `${table}: ${sum}`)
}
