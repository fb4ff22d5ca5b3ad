import { and, asc, eq, isNotNull, isNull, lte, or, type SQL, sql } from 'drizzle-orm'
import type { Instant } from '../model/order.ts'
import { drawNumber } from './accounts.ts'
import type { Drizzle } from './database.ts'
import { endpoints } from './schema-notices.ts'
import { sealing, type Vault } from './secrets.ts'

/** An endpoint without its secrets. */
export type EndpointRecord = {
  readonly id: number
  readonly url: string
  readonly format: string
  /** Null: all that its format has words for. */
  readonly types: readonly string[] | null
  /** True: it is told only of orders with a product that names it. */
  readonly ofProducts: boolean
  /** False: it signs with the key that the format's dialect signs with anyway. */
  readonly ownSecret: boolean
  /** The replaced secret signs as well until then; may be over. */
  readonly previousUntil: Instant | null
  readonly disabledAt: Instant | null
  readonly disabledWhy: string | null
  /** Tries in a row that failed. */
  readonly failures: number
  readonly pausedUntil: Instant | null
  readonly createdAt: Instant
  /** True: is told while the account is in test mode, and only then. */
  readonly test: boolean
}

const shown = {
  id: endpoints.id,
  url: endpoints.url,
  format: endpoints.format,
  types: endpoints.types,
  ofProducts: endpoints.ofProducts,
  ownSecret: sql<boolean>`${endpoints.secret} is not null`,
  previousUntil: endpoints.previousUntil,
  disabledAt: endpoints.disabledAt,
  disabledWhy: endpoints.disabledWhy,
  failures: endpoints.failures,
  pausedUntil: endpoints.pausedUntil,
  createdAt: endpoints.createdAt,
  test: endpoints.test,
}

export type NewEndpoint = {
  readonly url: string
  readonly format: string
  readonly types: readonly string[] | null
  readonly ofProducts: boolean
  /** Null: the key that the format's dialect signs with anyway. */
  readonly secret: string | null
  readonly at: Instant
  readonly test: boolean
}

/** Gives back its number, which counts per account. */
export async function insertEndpoint(
  db: Drizzle,
  accountId: number,
  vault: Vault,
  { url, format, types, ofProducts, secret, at, test }: NewEndpoint,
): Promise<number> {
  return db.transaction(async (tx) => {
    const seal = await sealing(tx, vault)
    const id = await drawNumber(tx, accountId, 'endpoint')
    await tx.insert(endpoints).values({
      accountId,
      id,
      url,
      format,
      types: types === null ? null : [...types],
      ofProducts,
      secret: secret === null ? null : seal(secret),
      createdAt: at,
      test,
    })
    return id
  })
}

/** Every endpoint of the account, oldest first. */
export async function listEndpoints(db: Drizzle, accountId: number): Promise<EndpointRecord[]> {
  return db
    .select(shown)
    .from(endpoints)
    .where(eq(endpoints.accountId, accountId))
    .orderBy(asc(endpoints.id))
}

export async function findEndpoint(
  db: Drizzle,
  accountId: number,
  id: number,
): Promise<EndpointRecord | undefined> {
  const [row] = await db.select(shown).from(endpoints).where(isEndpoint(accountId, id))
  return row
}

export type EndpointSecrets = {
  /** Null: the key that the format's dialect signs with anyway. */
  readonly secret: string | null
  /** Null where none overlaps at that time. */
  readonly previousSecret: string | null
}

/** The secrets that sign at that time, opened. */
export async function readEndpointSecrets(
  db: Drizzle,
  accountId: number,
  vault: Vault,
  id: number,
  at: Instant,
): Promise<EndpointSecrets | undefined> {
  const [row] = await db
    .select({
      secret: endpoints.secret,
      previous: endpoints.previousSecret,
      until: endpoints.previousUntil,
    })
    .from(endpoints)
    .where(isEndpoint(accountId, id))
  if (row === undefined) return undefined
  const overlaps = row.previous !== null && row.until !== null && row.until > at
  return {
    secret: row.secret === null ? null : vault.open(row.secret),
    previousSecret: overlaps && row.previous !== null ? vault.open(row.previous) : null,
  }
}

/** Nothing is queued for it from now on, and nothing sent; the first reason stays. */
export async function disableEndpoint(
  db: Drizzle,
  accountId: number,
  id: number,
  { at, why }: { readonly at: Instant; readonly why: string },
): Promise<boolean> {
  const rows = await db
    .update(endpoints)
    .set({ disabledAt: at, disabledWhy: why })
    .where(and(isEndpoint(accountId, id), isNull(endpoints.disabledAt)))
    .returning({ id: endpoints.id })
  return rows.length === 1
}

/** It works again as if it had never failed. False where it was so before. */
export async function enableEndpoint(db: Drizzle, accountId: number, id: number): Promise<boolean> {
  const rows = await db
    .update(endpoints)
    .set({ disabledAt: null, disabledWhy: null, failures: 0, pausedUntil: null })
    .where(
      and(
        isEndpoint(accountId, id),
        or(
          isNotNull(endpoints.disabledAt),
          isNotNull(endpoints.pausedUntil),
          sql`${endpoints.failures} > 0`,
        ),
      ),
    )
    .returning({ id: endpoints.id })
  return rows.length === 1
}

export type Rotation = {
  /** Null: from now on the key that the format's dialect signs with anyway. */
  readonly secret: string | null
  /** What signed so far, for an endpoint that has no secret of its own. */
  readonly formerKey?: string
  /** The old one signs beside the new one until then; null: it ends at once. */
  readonly previousUntil: Instant | null
  readonly at: Instant
}

/** False, and nothing done, while the secret before this one still overlaps. */
export async function rotateEndpointSecret(
  db: Drizzle,
  accountId: number,
  vault: Vault,
  id: number,
  { secret, formerKey, previousUntil, at }: Rotation,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const seal = await sealing(tx, vault)
    const former = formerKey === undefined ? sql`null` : sql`${seal(formerKey)}::bytea`
    const previousSecret: SQL | null =
      previousUntil === null ? null : sql`coalesce(${endpoints.secret}, ${former})`
    const isFree = or(isNull(endpoints.previousUntil), lte(endpoints.previousUntil, at))
    const rows = await tx
      .update(endpoints)
      .set({
        secret: secret === null ? null : seal(secret),
        previousSecret,
        previousUntil,
      })
      .where(and(isEndpoint(accountId, id), previousUntil === null ? undefined : isFree))
      .returning({ id: endpoints.id })
    return rows.length === 1
  })
}

function isEndpoint(accountId: number, id: number): SQL | undefined {
  return and(eq(endpoints.accountId, accountId), eq(endpoints.id, id))
}
