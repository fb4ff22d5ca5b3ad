import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import type { Credential } from '../model/credential.ts'
import type { Instant } from '../model/order.ts'
import { drawNumber } from './accounts.ts'
import type { Drizzle, HotSql } from './database.ts'
import { credentialSettings, credentials } from './schema.ts'
import { sealing, type Vault } from './secrets.ts'

export type CredentialRecord = Credential & {
  readonly revokedAt: Instant | null
  readonly lastUsedAt: Instant | null
  readonly createdAt: Instant
  /** True: works while the account is in test mode, and only then. */
  readonly test: boolean
}

export type NewCredential = {
  readonly accountId: number
  readonly dialect: string
  readonly kind: string
  readonly publicPart: string
  readonly secret: string
  readonly ipList: readonly string[]
  readonly settings: Readonly<Record<string, unknown>>
  readonly at: Instant
  readonly test: boolean
}

/** The account's credentials, oldest first; revoked ones too. Opens their secrets. */
export async function listCredentials(
  db: Drizzle,
  vault: Vault,
  accountId: number,
): Promise<CredentialRecord[]> {
  const rows = await db
    .select({ credential: credentials, settings: credentialSettings.settings })
    .from(credentials)
    .leftJoin(
      credentialSettings,
      and(
        eq(credentialSettings.accountId, credentials.accountId),
        eq(credentialSettings.credentialId, credentials.id),
      ),
    )
    .where(eq(credentials.accountId, accountId))
    .orderBy(asc(credentials.id))
  return rows.map(({ credential, settings }) => ({
    ...credential,
    secret: vault.open(credential.secret),
    settings: settings ?? {},
  }))
}

export type CredentialScope = Pick<Credential, 'id' | 'dialect' | 'settings'>

/** All credentials that the account ever had of the mode it is in, without their secrets. */
export async function listCredentialScopes(
  sql: HotSql,
  accountId: number,
  test: boolean,
): Promise<CredentialScope[]> {
  return sql<CredentialScope[]>`
    select c.id, c.dialect, coalesce(s.settings, '{}') as settings
    from credentials c
    left join credential_settings s on s.account_id = c.account_id and s.credential_id = c.id
    where c.account_id = ${accountId} and c.test = ${test}`
}

export async function insertCredential(
  db: Drizzle,
  vault: Vault,
  credential: NewCredential,
): Promise<number> {
  const { accountId, settings } = credential
  return db.transaction(async (tx) => {
    const seal = await sealing(tx, vault)
    const id = await drawNumber(tx, accountId, 'credential')
    await tx.insert(credentials).values({
      accountId,
      id,
      dialect: credential.dialect,
      kind: credential.kind,
      publicPart: credential.publicPart,
      secret: seal(credential.secret),
      ipList: [...credential.ipList],
      validFrom: credential.at,
      createdAt: credential.at,
      test: credential.test,
    })
    await tx.insert(credentialSettings).values({ accountId, credentialId: id, settings })
    return id
  })
}

/** False where there is no such credential that still works. */
export async function revokeCredential(
  db: Drizzle,
  accountId: number,
  id: number,
  at: Instant,
): Promise<boolean> {
  const rows = await db
    .update(credentials)
    .set({ revokedAt: at })
    .where(
      and(
        eq(credentials.accountId, accountId),
        eq(credentials.id, id),
        isNull(credentials.revokedAt),
      ),
    )
    .returning({ id: credentials.id })
  return rows.length === 1
}

/** Lets an old secret die at `until`, so that clients can be moved to the new one meanwhile. */
export async function expireCredential(
  db: Drizzle,
  accountId: number,
  id: number,
  until: Instant,
): Promise<void> {
  await db
    .update(credentials)
    .set({ validUntil: until })
    .where(and(eq(credentials.accountId, accountId), eq(credentials.id, id)))
}

export async function updateCredential(
  db: Drizzle,
  accountId: number,
  id: number,
  change: { readonly ipList?: string[]; readonly settings?: Record<string, unknown> },
): Promise<void> {
  await db.transaction(async (tx) => {
    if (change.ipList !== undefined) {
      await tx
        .update(credentials)
        .set({ ipList: change.ipList })
        .where(and(eq(credentials.accountId, accountId), eq(credentials.id, id)))
    }
    if (change.settings !== undefined) {
      await tx
        .insert(credentialSettings)
        .values({ accountId, credentialId: id, settings: change.settings })
        .onConflictDoUpdate({
          target: [credentialSettings.accountId, credentialSettings.credentialId],
          set: { settings: change.settings },
        })
    }
  })
}

/** Notes when credentials were used last: gathered in memory, written now and then. */
export async function noteLastUse(
  db: Drizzle,
  uses: readonly { readonly accountId: number; readonly id: number; readonly at: Instant }[],
): Promise<void> {
  if (uses.length === 0) return
  const rows = JSON.stringify(uses.map((use) => ({ ...use, at: new Date(use.at).toISOString() })))
  await db.execute(sql`
    update credentials c set last_used_at = k.at
    from json_to_recordset(${rows}::text::json) as k("accountId" int, id int, at timestamptz)
    where c.account_id = k."accountId" and c.id = k.id`)
}
