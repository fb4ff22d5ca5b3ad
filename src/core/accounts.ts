import { type Account, accountSettingsSchema, loginSchema } from '../model/account.ts'
import { Failure } from '../model/failure.ts'
import { highestOrderNumber, type Instant } from '../model/order.ts'
import {
  type AccountRow,
  addHost,
  advanceCounter,
  countersOf,
  findAccountByLogin,
  hostsOf,
  insertAccount,
  listAccounts as listRows,
  removeHost,
  setDisabled,
  updateSettings,
} from '../store/accounts.ts'
import { noteChange } from './account-notes.ts'
import type { Context } from './context.ts'
import { toAccount } from './directory.ts'
import { forgetRequests } from './find-refused-calls.ts'
import { refuseTestOrders } from './test-mode.ts'

/** Order numbers of a new account begin where the vendor's own examples do. */
export const firstOrderNumber = 100_000

/** Makes an account. Throws `invalid-input` for a bad or taken login, with the reason. */
export async function addAccount(
  ctx: Context,
  login: string,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Account> {
  const checked = loginSchema.safeParse(login)
  if (!checked.success) throw invalid(checked.error.issues[0]?.message ?? 'a bad login')
  const row = await insertAccount(ctx.database.db, {
    login,
    settings: parsedSettings(settings),
    firstNumber: firstOrderNumber,
    at: ctx.now(),
  })
  if (row === undefined)
    throw invalid(`there is an account "${login}" already; choose another login`)
  return toAccount(row)
}

/** Throws `account-not-found`. */
export async function getAccount(ctx: Context, login: string): Promise<Account> {
  const row = await findAccountByLogin(ctx.database.db, login)
  if (row === undefined) {
    throw new Failure('account-not-found', {
      reason: `there is no account "${login}"; see: countersign account list`,
    })
  }
  return toAccount(row)
}

export async function listAccounts(
  ctx: Context,
): Promise<(Account & { readonly createdAt: Instant })[]> {
  const rows = await listRows(ctx.database.db)
  return rows.map((row: AccountRow) => ({ ...toAccount(row), createdAt: row.createdAt }))
}

/** What an operator sees of an account beyond its settings. */
export async function describeAccount(
  ctx: Context,
  account: Account,
): Promise<{ hosts: string[]; nextOrderNumber: number; nextReleaseNumber: number }> {
  const [hosts, counters] = await Promise.all([
    hostsOf(ctx.database.db, account.id),
    countersOf(ctx.database.db, account.id),
  ])
  return {
    hosts,
    nextOrderNumber: counters.get('order') ?? firstOrderNumber,
    nextReleaseNumber: counters.get('release') ?? firstOrderNumber,
  }
}

export async function disableAccount(
  ctx: Context,
  account: Account,
  disabled: boolean,
): Promise<void> {
  await setDisabled(ctx.database.db, account.id, disabled ? ctx.now() : null)
  await noteChange(ctx, account, disabled ? 'disabled' : 'enabled', {})
}

/**
 * Changes settings; others stay. Throws `invalid-input` for a value that cannot be, and where test
 * mode cannot end.
 */
export async function changeSettings(
  ctx: Context,
  account: Account,
  change: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { test } = change
  if (test === false && account.settings.test) await refuseTestOrders(ctx, account)
  await updateSettings(ctx.database.db, account.id, (before) =>
    parsedSettings({ ...before, ...change }),
  )
  const { keepBodiesMs } = change
  // Who wants less kept wants it gone now, not when somebody next sweeps.
  if (typeof keepBodiesMs === 'number') {
    await forgetRequests(ctx, account.id, ctx.now() - keepBodiesMs)
  }
  const mode = test === undefined ? {} : { test }
  await noteChange(ctx, account, 'settings', { changed: Object.keys(change), ...mode })
  // What waits for endpoints of the mode that it is in now goes at once.
  if (test !== undefined) ctx.deliveries.tell(new Set([account.id]))
}

/**
 * Continues where an old system stopped. Throws `invalid-input` where a number at or beyond
 * `next` has been given out, or `next` is no number an order can have.
 */
export async function setNextNumber(
  ctx: Context,
  account: Account,
  counter: 'order' | 'release',
  next: number,
): Promise<void> {
  if (!Number.isInteger(next) || next < 1 || next > highestOrderNumber) {
    throw invalid(`the next number must be a whole number from 1 to ${highestOrderNumber}`)
  }
  if (!(await advanceCounter(ctx.database.db, account.id, counter, next))) {
    throw invalid(`numbers up to ${next} or beyond are in use; choose a higher one`)
  }
  await noteChange(ctx, account, 'next-number', { counter, next })
}

/** Ties a host name to the account. Throws `invalid-input` where another account has it. */
export async function tieHost(ctx: Context, account: Account, host: string): Promise<void> {
  const name = host.trim().toLowerCase().replace(/\.$/, '')
  if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name)) {
    throw invalid('a host name has letters, digits, dots and "-" only, and no port')
  }
  if (!(await addHost(ctx.database.db, account.id, name))) {
    throw invalid(`the host ${name} belongs to another account`)
  }
  await noteChange(ctx, account, 'host-tied', { host: name })
}

export async function untieHost(ctx: Context, account: Account, host: string): Promise<void> {
  await removeHost(ctx.database.db, account.id, host.trim().toLowerCase())
  await noteChange(ctx, account, 'host-untied', { host })
}

function parsedSettings(settings: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const parsed = accountSettingsSchema.safeParse(settings)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw invalid(`${issue?.path.join('.')}: ${issue?.message}`)
}

function invalid(reason: string): Failure {
  return new Failure('invalid-input', { reason })
}
