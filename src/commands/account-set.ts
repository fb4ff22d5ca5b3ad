import {
  changeSettings,
  describeAccount,
  getAccount,
  setNextNumber,
  tieHost,
  untieHost,
} from '../core/accounts.ts'
import type { Context } from '../core/context.ts'
import { refuseTestOrders } from '../core/test-mode.ts'
import type { Account } from '../model/account.ts'
import { isFailure } from '../model/failure.ts'
import { type AccountChange, readAccountChange } from './account-settings.ts'
import { showAccount } from './account-show.ts'
import { type CommandLine, mistake, withAccount } from './command-line.ts'
import { parsePairs } from './pairs.ts'

export async function setAccount(
  line: CommandLine,
  login: string,
  texts: readonly string[],
  options: { readonly json?: boolean },
): Promise<void> {
  const change = readAccountChange(
    parsePairs(texts),
    line.dialects.map(({ name }) => name),
  )
  await withAccount(line, login, async (book, account) => {
    await refuseTakenHosts(book.ctx, account, change.tied)
    if (change.settings.test === false) await refuseTestOrders(book.ctx, account)
    // The numbers come first: only they can still be refused, but for an order of a test meanwhile.
    await applyNumbers(book.ctx, account, change)
    for (const host of change.tied) await tieHost(book.ctx, account, host)
    for (const host of change.untied) await untieHost(book.ctx, account, host)
    if (Object.keys(change.settings).length > 0) {
      await changeSettings(book.ctx, account, change.settings)
    }
    await showAccount(line, book, await getAccount(book.ctx, login), options)
  })
}

async function refuseTakenHosts(
  ctx: Context,
  account: Account,
  hosts: readonly string[],
): Promise<void> {
  for (const host of hosts) {
    const holder = await ctx.directory.byHost(host)
    if (holder !== undefined && holder.account.id !== account.id) {
      throw mistake(`nothing was changed: the host ${host} belongs to another account`)
    }
  }
}

async function applyNumbers(ctx: Context, account: Account, change: AccountChange): Promise<void> {
  const { nextOrderNumber, nextReleaseNumber } = change
  const before = await describeAccount(ctx, account)
  if (nextReleaseNumber !== undefined) {
    await setNumber(ctx, account, 'release', nextReleaseNumber)
  }
  if (nextOrderNumber === undefined) return
  try {
    await setNumber(ctx, account, 'order', nextOrderNumber)
  } catch (error) {
    if (nextReleaseNumber !== undefined) {
      await setNextNumber(ctx, account, 'release', before.nextReleaseNumber)
    }
    throw error
  }
  if (nextReleaseNumber === undefined) await followWithRelease(ctx, account, nextOrderNumber)
}

/** Release numbers continue at the same value, unless they have gone beyond it. */
async function followWithRelease(ctx: Context, account: Account, next: number): Promise<void> {
  try {
    await setNextNumber(ctx, account, 'release', next)
  } catch (error) {
    if (!isFailure(error, 'invalid-input')) throw error
  }
}

async function setNumber(
  ctx: Context,
  account: Account,
  counter: 'order' | 'release',
  next: number,
): Promise<void> {
  try {
    await setNextNumber(ctx, account, counter, next)
  } catch (error) {
    if (!isFailure(error, 'invalid-input')) throw error
    throw mistake(`nothing was changed: next-${counter}-number=${next}: ${error.message}`)
  }
}
