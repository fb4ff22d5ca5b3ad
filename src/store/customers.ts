import { and, eq, sql } from 'drizzle-orm'
import { foldEmail, type Instant } from '../model/order.ts'
import type { RowOutcome } from '../model/tally.ts'
import { shiftAllowances } from './allowances.ts'
import { inChunks } from './chunks.ts'
import type { Drizzle, HotSql } from './database.ts'
import { isListed } from './listed.ts'
import { customers } from './schema-checkout.ts'

export type Customer = {
  readonly id: number
  readonly groupId: number
  readonly email: string
  readonly firstName: string
  readonly lastName: string
  readonly telephone: string
  readonly enabled: boolean
  /** What the customer began with; `pointsOf` says what is left. */
  readonly points: number
}

/** With what only the book itself knows. */
export type StoredCustomer = Customer & {
  /** As an allowance. */
  readonly pointsLeft: bigint
  readonly createdAt: Instant
  readonly changedAt: Instant
}

const columns = (sql: HotSql) => sql`c.id, c.group_id as "groupId", c.email,
  c.first_name as "firstName", c.last_name as "lastName", c.telephone, c.enabled, c.points`

export async function findCustomer(
  sql: HotSql,
  accountId: number,
  id: number,
): Promise<Customer | null> {
  const [row] = await sql<Customer[]>`
    select ${columns(sql)} from customers c
    where c.account_id = ${accountId} and c.id = ${id}`
  return row ?? null
}

/** Of several with one address an enabled one, then the lowest id. */
export async function findCustomerByEmail(
  sql: HotSql,
  accountId: number,
  emailFolded: string,
): Promise<Customer | null> {
  const [row] = await sql<Customer[]>`
    select ${columns(sql)} from customers c
    where c.account_id = ${accountId} and c.email_folded = ${emailFolded}
    order by c.enabled desc, c.id
    limit 1`
  return row ?? null
}

/** A page of customers, by id. */
export async function listCustomers(
  sql: HotSql,
  accountId: number,
  page: { readonly afterId: number; readonly most: number; readonly offset?: number },
): Promise<Customer[]> {
  return sql<Customer[]>`
    select ${columns(sql)} from customers c
    where c.account_id = ${accountId} and c.id > ${page.afterId}
    order by c.id
    limit ${page.most}
    ${page.offset === undefined ? sql`` : sql`offset ${page.offset}`}`
}

/** What is left of a customer's points, as an allowance; undefined for an unknown one. */
export async function readPoints(
  sql: HotSql,
  accountId: number,
  id: number,
): Promise<bigint | undefined> {
  const [row] = await sql<{ points: bigint }[]>`
    select coalesce(a.remaining, c.points::numeric(19,4)) as points
    from customers c
    left join allowances a on a.account_id = c.account_id and a.kind = 'points'
      and a.key = c.id::text collate "C"
    where c.account_id = ${accountId} and c.id = ${id}`
  return row?.points
}

/** Adds or changes customers by id, all or none; of an id given twice the last counts. */
export async function upsertCustomers(
  db: Drizzle,
  accountId: number,
  wanted: readonly Customer[],
  at: Instant,
): Promise<RowOutcome[]> {
  return db.transaction(async (tx) => {
    const rows = [...new Map(wanted.map((one) => [one.id, one])).values()]
    const ids = rows.map(({ id }) => id)
    const found = await tx
      .select()
      .from(customers)
      .where(and(eq(customers.accountId, accountId), isListed(customers.id, ids)))
      .orderBy(customers.id)
      .for('update')
    const before = new Map(found.map((row) => [row.id, row]))
    const outcomes = rows.map((row) => outcomeOf(before.get(row.id), row))
    const changed = rows.filter((_, index) => outcomes[index] !== 'same')
    await inChunks(changed, (chunk) => writeChunk(tx, accountId, chunk, at))
    await shiftAllowances(
      tx,
      accountId,
      rows.map(({ id, points }) => {
        const by = points - (before.get(id)?.points ?? points)
        return { kind: 'points', key: String(id), by } as const
      }),
    )
    return outcomes
  })
}

async function writeChunk(
  tx: Drizzle,
  accountId: number,
  rows: readonly Customer[],
  at: Instant,
): Promise<void> {
  await tx
    .insert(customers)
    .values(rows.map((row) => ({ ...toColumns(row), accountId, createdAt: at, changedAt: at })))
    .onConflictDoUpdate({ target: [customers.accountId, customers.id], set: excluded })
}

function toColumns({ id, groupId, email, firstName, lastName, telephone, ...rest }: Customer) {
  const { enabled, points } = rest
  const emailFolded = foldEmail(email)
  return { id, groupId, email, emailFolded, firstName, lastName, telephone, enabled, points }
}

function outcomeOf(before: Customer | undefined, after: Customer): RowOutcome {
  if (before === undefined) return 'added'
  const columns = toColumns(after)
  const stands = toColumns(before)
  return JSON.stringify(columns) === JSON.stringify(stands) ? 'same' : 'changed'
}

const excluded = {
  groupId: sql`excluded.group_id`,
  email: sql`excluded.email`,
  emailFolded: sql`excluded.email_folded`,
  firstName: sql`excluded.first_name`,
  lastName: sql`excluded.last_name`,
  telephone: sql`excluded.telephone`,
  enabled: sql`excluded.enabled`,
  points: sql`excluded.points`,
  changedAt: sql`excluded.changed_at`,
}
