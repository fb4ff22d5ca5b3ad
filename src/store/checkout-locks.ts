import type { BatchSql } from './batch-lane.ts'
import { moneyText } from './columns.ts'
import type { HotSql } from './database.ts'
import { type OrderKey, orderKey } from './order-locks.ts'

export type SessionKey = {
  readonly accountId: number
  readonly dialect: string
  /** SHA-256 of the token. */
  readonly key: Buffer
}

export type AllowanceKind = 'coupon' | 'coupon-of' | 'voucher' | 'points'
export type AllowanceKey = {
  readonly accountId: number
  readonly kind: AllowanceKind
  readonly key: string
}

/** How much of an allowance an order uses up; `initial`: what there is before its first use. */
export type Use = {
  readonly kind: AllowanceKind
  readonly key: string
  readonly amount: bigint
  readonly initial: bigint
}

export function sessionKey({ accountId, dialect, key }: SessionKey): string {
  return `${accountId}/${dialect}/${key.toString('hex')}`
}

export function allowanceKey({ accountId, kind, key }: AllowanceKey): string {
  return `${accountId}/${kind}/${key}`
}

/** Locks sessions, sorted; gives each one's revision. One that has expired by `now` is absent. */
export async function lockSessions(
  sql: BatchSql,
  keys: readonly SessionKey[],
  now: number,
): Promise<Map<string, number>> {
  if (keys.length === 0) return new Map()
  const wanted = JSON.stringify(
    keys.map(({ key, ...rest }) => ({ ...rest, key: `\\x${key.toString('hex')}` })),
  )
  const rows = await sql<(SessionKey & { revision: number })[]>`
    select s.account_id as "accountId", s.dialect, s.key, s.revision
    from dialect_sessions s
    join json_to_recordset(${wanted}::text::json) as k("accountId" int, dialect text, key bytea)
      on s.account_id = k."accountId" and s.dialect = k.dialect collate "C" and s.key = k.key
    where s.expires_at > ${new Date(now).toISOString()}
    order by s.account_id, s.dialect, s.key
    for update of s`
  return new Map(rows.map((row) => [sessionKey(row), row.revision]))
}

/** Makes the allowances that nobody has used yet, and locks all, sorted; gives what is left. */
export async function lockAllowances(
  sql: BatchSql,
  wanted: readonly (AllowanceKey & { readonly initial: bigint })[],
): Promise<Map<string, bigint>> {
  if (wanted.length === 0) return new Map()
  const rows = JSON.stringify(
    // By name: callers hand over whole uses, whose amounts JSON has no form for.
    wanted.map(({ accountId, kind, key, initial }) => ({
      accountId,
      kind,
      key,
      initial: moneyText(initial),
    })),
  )
  await sql`
    insert into allowances (account_id, kind, key, remaining)
    select distinct on ("accountId", kind, key) "accountId", kind, key, initial
    from json_to_recordset(${rows}::text::json)
      as k("accountId" int, kind text, key text, initial numeric)
    order by "accountId", kind, key
    on conflict do nothing`
  const locked = await sql<(AllowanceKey & { remaining: bigint })[]>`
    select a.account_id as "accountId", a.kind, a.key, a.remaining
    from allowances a
    where (a.account_id, a.kind, a.key) in (
      select "accountId", kind collate "C", key collate "C"
      from json_to_recordset(${rows}::text::json) as k("accountId" int, kind text, key text))
    order by a.account_id, a.kind, a.key
    for update of a`
  return new Map(locked.map((row) => [allowanceKey(row), row.remaining]))
}

/** What orders have used up so far, by order. */
export async function readUses(
  sql: BatchSql | HotSql,
  keys: readonly OrderKey[],
): Promise<Map<string, Use[]>> {
  const found = new Map<string, Use[]>()
  if (keys.length === 0) return found
  // Each order once: a batch may hold several edits of one.
  const wanted = [...new Map(keys.map((key) => [orderKey(key), key])).values()]
  const rows = await sql<(OrderKey & Omit<Use, 'initial'>)[]>`
    select u.account_id as "accountId", u.number, u.kind, u.key, u.amount
    from allowance_uses u
    join json_to_recordset(${JSON.stringify(wanted)}::text::json) as k("accountId" int, number int)
      on u.account_id = k."accountId" and u.number = k.number`
  for (const { accountId, number, ...use } of rows) {
    const key = orderKey({ accountId, number })
    found.set(key, [...(found.get(key) ?? []), { ...use, initial: 0n }])
  }
  return found
}
