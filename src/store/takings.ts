import type { Instant } from '../model/order.ts'
import type { HotSql } from './database.ts'

export type Awaiting = { readonly releaseNumber: number; readonly number: number }

/**
 * Orders that await shipment, by release number; those that one of `takers` has are left out.
 * `offset 0` keeps the takings a look-up by key for each order: joined, and before statistics know
 * of a thousand new rows, every order was compared with every taking.
 */
export async function readAwaiting(
  sql: HotSql,
  accountId: number,
  page: {
    readonly afterRelease: number
    readonly most: number
    readonly takers: readonly number[]
  },
): Promise<Awaiting[]> {
  return sql<Awaiting[]>`
    select a.release_number as "releaseNumber", a.number
    from awaiting_shipment a
    where a.account_id = ${accountId} and a.release_number > ${page.afterRelease}
      and not exists (
        select 1 from takings t
        where t.account_id = ${accountId} and t.number = a.number and t.confirmed_at is not null
          and t.credential_id in ${sql([-1, ...page.takers])}
        offset 0)
    order by a.release_number
    limit ${page.most}`
}

export type Served = { readonly number: number; readonly digest: Buffer }

/**
 * Keeps what was shown of orders that the credential has not confirmed. Rows that say so already
 * are not even locked: most polls show what the last one showed.
 */
export async function noteServed(
  sql: HotSql,
  accountId: number,
  credentialId: number,
  served: readonly Served[],
  at: Instant,
): Promise<void> {
  if (served.length === 0) return
  const rows = served.map(({ number, digest }) => ({
    number,
    digest: `\\x${digest.toString('hex')}`,
  }))
  await sql`
    insert into takings as t (account_id, credential_id, number, first_served_at, served_digest)
    select ${accountId}, ${credentialId}, k.number, ${new Date(at).toISOString()}, k.digest
    from json_to_recordset(${JSON.stringify(rows)}::text::json) as k(number int, digest bytea)
    where not exists (
      select 1 from takings known
      where known.account_id = ${accountId} and known.credential_id = ${credentialId}
        and known.number = k.number
        and (known.confirmed_at is not null or known.served_digest = k.digest))
    order by k.number
    on conflict (account_id, credential_id, number) do update
    set served_digest = excluded.served_digest
    where t.confirmed_at is null and t.served_digest is distinct from excluded.served_digest`
}

export type Taking = {
  readonly credentialId: number
  readonly firstServedAt: Instant
  /** Null: the order was only listed. */
  readonly confirmedAt: Instant | null
  readonly confirmedTimes: number
  /** SHA-256 of what was shown last before the confirmation, as hex. */
  readonly digest: string | null
}

/** Who was shown an order, and who has it in hand; first come, first named. */
export async function readTakings(
  sql: HotSql,
  accountId: number,
  number: number,
): Promise<Taking[]> {
  return sql<Taking[]>`
    select credential_id as "credentialId", first_served_at as "firstServedAt",
      confirmed_at as "confirmedAt", confirmed_times as "confirmedTimes",
      encode(served_digest, 'hex') as digest
    from takings
    where account_id = ${accountId} and number = ${number}
    order by first_served_at, credential_id`
}
