import { and, asc, eq, sql } from 'drizzle-orm'
import type { Instant } from '../model/order.ts'
import type { Drizzle } from './database.ts'
import { accountEvents, accountHosts, accounts, contactRecords, counters } from './schema.ts'

export type AccountRow = {
  readonly id: number
  readonly login: string
  readonly disabledAt: Instant | null
  readonly settings: Record<string, unknown>
  readonly createdAt: Instant
}

export async function findAccountByLogin(
  db: Drizzle,
  login: string,
): Promise<AccountRow | undefined> {
  const [row] = await db.select().from(accounts).where(eq(accounts.login, login))
  return row
}

export async function findAccountByHost(
  db: Drizzle,
  host: string,
): Promise<AccountRow | undefined> {
  const [row] = await db
    .select({ account: accounts })
    .from(accountHosts)
    .innerJoin(accounts, eq(accounts.id, accountHosts.accountId))
    .where(eq(accountHosts.host, host))
  return row?.account
}

export async function listAccounts(db: Drizzle): Promise<AccountRow[]> {
  return db.select().from(accounts).orderBy(asc(accounts.login))
}

export async function hostsOf(db: Drizzle, accountId: number): Promise<string[]> {
  const rows = await db
    .select({ host: accountHosts.host })
    .from(accountHosts)
    .where(eq(accountHosts.accountId, accountId))
    .orderBy(asc(accountHosts.host))
  return rows.map(({ host }) => host)
}

/** Makes an account with its counters; undefined where the login is taken. */
export async function insertAccount(
  db: Drizzle,
  account: {
    readonly login: string
    readonly settings: Record<string, unknown>
    readonly firstNumber: number
    readonly at: Instant
  },
): Promise<AccountRow | undefined> {
  return db.transaction(async (tx) => {
    const [row] = await tx
      .insert(accounts)
      .values({ login: account.login, settings: account.settings, createdAt: account.at })
      .onConflictDoNothing()
      .returning()
    if (row === undefined) return undefined
    await tx.insert(counters).values([
      { accountId: row.id, name: 'order', next: account.firstNumber },
      { accountId: row.id, name: 'release', next: account.firstNumber },
      { accountId: row.id, name: 'product', next: 1 },
      { accountId: row.id, name: 'credential', next: 1 },
    ])
    return row
  })
}

export async function updateSettings(
  db: Drizzle,
  accountId: number,
  change: (settings: Record<string, unknown>) => Record<string, unknown>,
): Promise<void> {
  await db.transaction(async (tx) => {
    const [row] = await tx
      .select({ settings: accounts.settings })
      .from(accounts)
      .where(eq(accounts.id, accountId))
      .for('update')
    if (row === undefined) throw new Error(`account ${accountId} is gone`)
    await tx
      .update(accounts)
      .set({ settings: change(row.settings) })
      .where(eq(accounts.id, accountId))
  })
}

export async function setDisabled(
  db: Drizzle,
  accountId: number,
  disabledAt: Instant | null,
): Promise<void> {
  await db.update(accounts).set({ disabledAt }).where(eq(accounts.id, accountId))
}

/** Ties a host name to the account; false where another account holds it. */
export async function addHost(db: Drizzle, accountId: number, host: string): Promise<boolean> {
  await db.insert(accountHosts).values({ host, accountId }).onConflictDoNothing()
  const [row] = await db.select().from(accountHosts).where(eq(accountHosts.host, host))
  return row?.accountId === accountId
}

export async function removeHost(db: Drizzle, accountId: number, host: string): Promise<void> {
  await db
    .delete(accountHosts)
    .where(and(eq(accountHosts.accountId, accountId), eq(accountHosts.host, host)))
}

/**
 * Moves a counter on to `next`, never back: false, and nothing done, where numbers up to
 * `next` or beyond have been given out.
 */
export async function advanceCounter(
  db: Drizzle,
  accountId: number,
  name: 'order' | 'release',
  next: number,
): Promise<boolean> {
  const moved = await db
    .update(counters)
    .set({ next })
    .where(
      and(
        eq(counters.accountId, accountId),
        eq(counters.name, name),
        sql`${next} > case when ${counters.name} = 'order'
          then (select coalesce(max(number), 0) from orders where account_id = ${accountId})
          else (select coalesce(max(release_number), 0) from releases where account_id = ${accountId})
          end`,
      ),
    )
    .returning({ next: counters.next })
  return moved.length === 1
}

export async function countersOf(db: Drizzle, accountId: number): Promise<Map<string, number>> {
  const rows = await db.select().from(counters).where(eq(counters.accountId, accountId))
  return new Map(rows.map(({ name, next }) => [name, next]))
}

/** Takes one number of a counter that is not on the order path. */
export async function drawNumber(
  db: Drizzle,
  accountId: number,
  name: 'product' | 'credential' | 'endpoint',
): Promise<number> {
  const [row] = await db
    .insert(counters)
    .values({ accountId, name, next: 2 })
    .onConflictDoUpdate({
      target: [counters.accountId, counters.name],
      set: { next: sql`${counters.next} + 1` },
    })
    .returning({ next: counters.next })
  if (row === undefined) throw new Error(`counter ${name} of account ${accountId} cannot be drawn`)
  return row.next - 1
}

export async function recordContactCall(
  db: Drizzle,
  accountId: number,
  call: {
    readonly at: Instant
    readonly call: string
    readonly emailFolded: string
    readonly data: Record<string, unknown>
  },
): Promise<void> {
  await db.transaction(async (tx) => {
    const [event] = await tx
      .insert(accountEvents)
      .values({ accountId, at: call.at, kind: 'contact-call', data: { call: call.call } })
      .returning({ id: accountEvents.id })
    if (event === undefined) throw new Error('the event was not written')
    await tx
      .insert(contactRecords)
      .values({ accountId, eventId: event.id, emailFolded: call.emailFolded, data: call.data })
  })
}

export async function recordAccountEvent(
  db: Drizzle,
  accountId: number,
  event: { readonly at: Instant; readonly kind: string; readonly data: Record<string, unknown> },
): Promise<void> {
  await db.insert(accountEvents).values({ accountId, ...event })
}
