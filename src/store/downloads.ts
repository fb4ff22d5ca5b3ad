import type { Instant } from '../model/order.ts'
import type { HotSql } from './database.ts'
import { isForHere } from './order-reads.ts'

/** An order and the number under which it is handed out. */
export type Downloadable = {
  readonly shown: number
  readonly number: number
  /** True: the goods have left already. */
  readonly sent: boolean
}

export type DownloadPage = {
  /** By which number: that of the release, or the order's own. */
  readonly by: 'release' | 'number'
  /** Beyond this number. */
  readonly after: number
  /** Inclusive. */
  readonly to?: number
  readonly createdFrom?: Instant
  /** Inclusive. */
  readonly createdTo?: Instant
  readonly most: number
  /** Who asks: what was called off is left out unless he has it already. */
  readonly credentialId: number
}

/** A page of orders by their shown number, without hidden ones and those called off in time. */
export async function readDownloadable(
  sql: HotSql,
  accountId: number,
  page: DownloadPage,
): Promise<Downloadable[]> {
  const { by, createdFrom, createdTo } = page
  const shown = by === 'release' ? sql`r.release_number` : sql`s.number`
  const source =
    by === 'release'
      ? sql`releases r join order_states s on s.account_id = r.account_id and s.number = r.number`
      : sql`order_states s`
  const dated = createdFrom !== undefined || createdTo !== undefined
  return sql<Downloadable[]>`
    select ${shown} as shown, s.number, s.fulfilment <> 'open' as sent
    from ${source}
    ${dated || by === 'number' ? sql`join orders o on o.account_id = s.account_id and o.number = s.number` : sql``}
    where s.account_id = ${accountId}
      ${by === 'release' ? sql`and r.account_id = ${accountId}` : sql``}
      and ${shown} > ${page.after}
      ${page.to === undefined ? sql`` : sql`and ${shown} <= ${page.to}`}
      ${createdFrom === undefined ? sql`` : sql`and o.created_at >= ${iso(createdFrom)}`}
      ${createdTo === undefined ? sql`` : sql`and o.created_at <= ${iso(createdTo)}`}
      and not s.hidden
      ${by === 'number' ? sql`and ${isForHere(sql)}` : sql``}
      and (s.payment not in ('cancelled', 'refunded') or exists (
        select 1 from takings t
        where t.account_id = s.account_id and t.credential_id = ${page.credentialId}
          and t.number = s.number and t.confirmed_at is not null))
    order by ${shown}
    limit ${page.most}`
}

/** Which of these orders a credential has in hand already. */
export async function readTaken(
  sql: HotSql,
  accountId: number,
  credentialId: number,
  numbers: readonly number[],
): Promise<ReadonlySet<number>> {
  if (numbers.length === 0) return new Set()
  const rows = await sql<{ number: number }[]>`
    select number from takings
    where account_id = ${accountId} and credential_id = ${credentialId}
      and number in ${sql([...numbers])} and confirmed_at is not null`
  return new Set(rows.map(({ number }) => number))
}

/** Notes that a credential has orders in hand about which there is nothing left to be told. */
export async function noteTaken(
  sql: HotSql,
  accountId: number,
  credentialId: number,
  numbers: readonly number[],
  at: Instant,
): Promise<void> {
  if (numbers.length === 0) return
  await sql`
    insert into takings as t (account_id, credential_id, number, first_served_at, confirmed_at,
      confirmed_times)
    select ${accountId}, ${credentialId}, n, ${iso(at)}, ${iso(at)}, 1
    from unnest(array[${sql.unsafe(numbers.map(Number).join())}]::int[]) as k(n)
    order by n
    on conflict (account_id, credential_id, number) do update
    set confirmed_at = coalesce(t.confirmed_at, excluded.confirmed_at)`
}

function iso(ms: Instant): string {
  return new Date(ms).toISOString()
}
