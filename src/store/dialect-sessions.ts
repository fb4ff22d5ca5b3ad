import type { Instant } from '../model/order.ts'
import type { HotSql } from './database.ts'

export type SessionRow = {
  readonly credentialId: number
  /** Counts the writes. */
  readonly revision: number
  readonly state: Record<string, unknown>
  readonly expiresAt: Instant
}

type Key = { readonly dialect: string; readonly key: Buffer }

export async function insertSession(
  sql: HotSql,
  accountId: number,
  session: Key & Omit<SessionRow, 'revision'>,
): Promise<void> {
  await sql`
    insert into dialect_sessions (account_id, dialect, key, credential_id, revision, state, expires_at)
    values (${accountId}, ${session.dialect}, ${session.key}, ${session.credentialId}, 1,
      ${JSON.stringify(session.state)}::text::jsonb, ${iso(session.expiresAt)})`
}

/** Undefined where there is none, or it has expired. */
export async function readSession(
  sql: HotSql,
  accountId: number,
  { dialect, key }: Key,
  now: Instant,
): Promise<SessionRow | undefined> {
  const [row] = await sql<SessionRow[]>`
    select credential_id as "credentialId", revision, state, expires_at as "expiresAt"
    from dialect_sessions
    where account_id = ${accountId} and dialect = ${dialect} and key = ${key}
      and expires_at > ${iso(now)}`
  return row
}

/** False where somebody has written since `revision`: read again. */
export async function updateSession(
  sql: HotSql,
  accountId: number,
  session: Key & Pick<SessionRow, 'revision' | 'state' | 'expiresAt'>,
): Promise<boolean> {
  const rows = await sql`
    update dialect_sessions set state = ${JSON.stringify(session.state)}::text::jsonb,
      revision = revision + 1, expires_at = ${iso(session.expiresAt)}
    where account_id = ${accountId} and dialect = ${session.dialect} and key = ${session.key}
      and revision = ${session.revision}
    returning 1`
  return rows.length === 1
}

/** Lets a session live on; touches neither its state nor its revision. */
export async function prolongSession(
  sql: HotSql,
  accountId: number,
  { dialect, key, expiresAt }: Key & Pick<SessionRow, 'expiresAt'>,
): Promise<void> {
  await sql`
    update dialect_sessions set expires_at = ${iso(expiresAt)}
    where account_id = ${accountId} and dialect = ${dialect} and key = ${key}
      and expires_at < ${iso(expiresAt)}`
}

/** Forgets sessions that ended before `before`, a few at a time; gives back how many. */
export async function pruneSessions(
  sql: HotSql,
  accountId: number,
  before: Instant,
): Promise<number> {
  const rows = await sql`
    delete from dialect_sessions s using (
      select account_id, dialect, key from dialect_sessions
      where account_id = ${accountId} and expires_at < ${iso(before)}
      limit 1000 for update skip locked) old
    where s.account_id = old.account_id and s.dialect = old.dialect and s.key = old.key
    returning 1`
  return rows.length
}

function iso(ms: Instant): string {
  return new Date(ms).toISOString()
}
