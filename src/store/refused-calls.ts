import { and, desc, eq, gte, sql as query } from 'drizzle-orm'
import type { Instant } from '../model/order.ts'
import type { Drizzle, HotSql } from './database.ts'
import { refusedCalls } from './schema-calls.ts'
import { sealing, type Vault } from './secrets.ts'

/** A refused call without what was sent. */
export type RefusedCallRow = {
  readonly at: Instant
  readonly dialect: string
  readonly function: string | null
  readonly address: string
  readonly outcome: string
  readonly reason: string | null
  readonly credentialId: number | null
  readonly tried: string[] | null
  readonly digest: Buffer | null
  readonly bodyBytes: number | null
}

export type NewRefusedCall = RefusedCallRow & {
  readonly accountId: number
  /** Plain; null: it is not kept. */
  readonly request: string | null
}

export type RefusedCallHead = RefusedCallRow & {
  readonly id: number
  readonly hasRequest: boolean
}

export type RefusedCallFilter = { readonly dialect?: string; readonly since?: Instant }

/** Of an account; older ones are forgotten first. */
export type MostRefused = { readonly calls: number; readonly requests: number }

/** Writes calls, what was sent sealed with the key that the database belongs to. */
export async function insertRefusedCalls(
  db: Drizzle,
  vault: Vault,
  calls: readonly NewRefusedCall[],
): Promise<void> {
  if (calls.length === 0) return
  await db.transaction(async (tx) => {
    // A crash may take the last second of these along.
    await tx.execute(query`set local synchronous_commit = off`)
    const seals = calls.some(({ request }) => request !== null)
    const seal = seals ? await sealing(tx, vault) : undefined
    const rows = calls.map(({ request, ...row }) => ({
      ...row,
      request: request === null || seal === undefined ? null : seal(request),
    }))
    await tx.insert(refusedCalls).values(rows)
  })
}

/** The newest first. */
export async function readRefusedCalls(
  db: Drizzle,
  accountId: number,
  { dialect, since }: RefusedCallFilter,
  most: number,
): Promise<RefusedCallHead[]> {
  return db
    .select(head)
    .from(refusedCalls)
    .where(
      and(
        eq(refusedCalls.accountId, accountId),
        ...(dialect === undefined ? [] : [eq(refusedCalls.dialect, dialect)]),
        ...(since === undefined ? [] : [gte(refusedCalls.at, since)]),
      ),
    )
    .orderBy(desc(refusedCalls.at), desc(refusedCalls.id))
    .limit(most)
}

/** One call with what was sent, opened; undefined where the account has none of this number. */
export async function readRefusedCall(
  db: Drizzle,
  vault: Vault,
  accountId: number,
  id: number,
): Promise<(RefusedCallHead & { readonly request: string | null }) | undefined> {
  const [row] = await db
    .select({ ...head, request: refusedCalls.request })
    .from(refusedCalls)
    .where(and(eq(refusedCalls.accountId, accountId), eq(refusedCalls.id, id)))
  if (row === undefined) return undefined
  return { ...row, request: row.request === null ? null : vault.open(row.request) }
}

/** Forgets what is beyond the newest, a few at a time; gives back how many. */
export async function trimRefusedCalls(
  sql: HotSql,
  accountId: number,
  most: MostRefused,
): Promise<number> {
  const gone = await sql`
    delete from refused_calls where ctid = any(array(
      select ctid from refused_calls
      where account_id = ${accountId} and id <= (
        select id from refused_calls where account_id = ${accountId}
        order by id desc offset ${most.calls} limit 1)
      limit 5000 for update skip locked))
    returning 1`
  await sql`
    update refused_calls set request = null where ctid = any(array(
      select ctid from refused_calls
      where account_id = ${accountId} and request is not null and id <= (
        select id from refused_calls where account_id = ${accountId} and request is not null
        order by id desc offset ${most.requests} limit 1)
      limit 5000 for update skip locked))`
  return gone.length
}

/** Forgets calls from before `before`, a few at a time; gives back how many. */
export async function pruneRefusedCalls(
  sql: HotSql,
  accountId: number,
  before: Instant,
): Promise<number> {
  const rows = await sql`
    delete from refused_calls where ctid = any(array(
      select ctid from refused_calls
      where account_id = ${accountId} and at < ${iso(before)}
      limit 5000 for update skip locked))
    returning 1`
  return rows.length
}

/** Forgets what was sent up to `upTo`, a few at a time; the calls stay. Gives back how many. */
export async function forgetRequests(
  sql: HotSql,
  accountId: number,
  upTo: Instant,
): Promise<number> {
  const rows = await sql`
    update refused_calls set request = null where ctid = any(array(
      select ctid from refused_calls
      where account_id = ${accountId} and request is not null and at <= ${iso(upTo)}
      limit 1000 for update skip locked))
    returning 1`
  return rows.length
}

const head = {
  id: refusedCalls.id,
  at: refusedCalls.at,
  dialect: refusedCalls.dialect,
  function: refusedCalls.function,
  address: refusedCalls.address,
  outcome: refusedCalls.outcome,
  reason: refusedCalls.reason,
  credentialId: refusedCalls.credentialId,
  tried: refusedCalls.tried,
  digest: refusedCalls.digest,
  bodyBytes: refusedCalls.bodyBytes,
  hasRequest: query<boolean>`${refusedCalls.request} is not null`,
}

function iso(ms: Instant): string {
  return new Date(ms).toISOString()
}
