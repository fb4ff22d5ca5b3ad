import type { Account } from '../model/account.ts'
import type { Credential } from '../model/credential.ts'
import { Failure } from '../model/failure.ts'
import {
  type CredentialRecord,
  expireCredential,
  insertCredential,
  listCredentials,
  revokeCredential,
  updateCredential,
} from '../store/credentials.ts'
import { noteChange } from './account-notes.ts'
import type { Context } from './context.ts'
import { isAddressRange } from './directory.ts'

export type { CredentialRecord } from '../store/credentials.ts'

export type CredentialWish = {
  readonly dialect: string
  readonly kind: string
  readonly publicPart: string
  readonly secret: string
  readonly ipList?: readonly string[]
  readonly settings?: Readonly<Record<string, unknown>>
  /** True: works while the account is in test mode, and only then. Absent: never then. */
  readonly test?: boolean
}

/** Adds a way in. Throws `invalid-input` for a bad address list. */
export async function addCredential(
  ctx: Context,
  account: Account,
  wish: CredentialWish,
): Promise<Credential> {
  const ipList = wish.ipList ?? []
  for (const entry of ipList) {
    if (!isAddressRange(entry)) {
      throw new Failure('invalid-input', {
        reason: `"${entry}" is no address or CIDR; write 192.0.2.7 or 192.0.2.0/24`,
      })
    }
  }
  const settings = wish.settings ?? {}
  const at = ctx.now()
  const id = await insertCredential(ctx.database.db, ctx.vault, {
    ...wish,
    accountId: account.id,
    ipList,
    settings,
    at,
    test: wish.test ?? false,
  })
  await noteChange(ctx, account, 'credential-added', { dialect: wish.dialect, id })
  return { ...wish, accountId: account.id, id, ipList, settings, validFrom: at, validUntil: null }
}

export async function credentialsOf(
  ctx: Context,
  account: Account,
  { withRevoked = false } = {},
): Promise<CredentialRecord[]> {
  const records = await listCredentials(ctx.database.db, ctx.vault, account.id)
  return withRevoked ? records : records.filter(({ revokedAt }) => revokedAt === null)
}

/** Throws `invalid-input` where the account has no such credential that still works. */
export async function getCredential(
  ctx: Context,
  account: Account,
  id: number,
): Promise<CredentialRecord> {
  const found = (await credentialsOf(ctx, account)).find((record) => record.id === id)
  if (found !== undefined) return found
  throw new Failure('invalid-input', {
    reason: `"${account.login}" has no credential ${id}; see: countersign credential list ${account.login}`,
  })
}

/** Ends a way in at once, in every gateway within a second. */
export async function revoke(ctx: Context, account: Account, id: number): Promise<void> {
  await getCredential(ctx, account, id)
  await revokeCredential(ctx.database.db, account.id, id, ctx.now())
  await noteChange(ctx, account, 'credential-revoked', { id })
}

/** Adds a new secret beside the old one, which works for `overlapMs` more. */
export async function rotate(
  ctx: Context,
  account: Account,
  id: number,
  secret: string,
  overlapMs: number,
): Promise<Credential> {
  const old = await getCredential(ctx, account, id)
  const { dialect, kind, publicPart, ipList, settings, test } = old
  const made = await addCredential(ctx, account, {
    dialect,
    kind,
    publicPart,
    secret,
    ipList,
    settings,
    test,
  })
  await expireCredential(ctx.database.db, account.id, id, ctx.now() + overlapMs)
  return made
}

export async function changeCredential(
  ctx: Context,
  account: Account,
  id: number,
  change: {
    readonly ipList?: readonly string[]
    readonly settings?: Readonly<Record<string, unknown>>
  },
): Promise<void> {
  await getCredential(ctx, account, id)
  const bad = change.ipList?.find((entry) => !isAddressRange(entry))
  if (bad !== undefined) {
    throw new Failure('invalid-input', {
      reason: `"${bad}" is no address or CIDR; write 192.0.2.7 or 192.0.2.0/24`,
    })
  }
  await updateCredential(ctx.database.db, account.id, id, {
    ...(change.ipList === undefined ? {} : { ipList: [...change.ipList] }),
    ...(change.settings === undefined ? {} : { settings: { ...change.settings } }),
  })
  await noteChange(ctx, account, 'credential-changed', { id })
}
