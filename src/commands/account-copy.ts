import { describeAccount } from '../core/accounts.ts'
import { copyAccount } from '../core/copy-account.ts'
import { credentialsOf } from '../core/credentials.ts'
import { endpointsOf } from '../core/endpoints.ts'
import type { Account } from '../model/account.ts'
import { type CommandLine, type OpenBook, withAccount } from './command-line.ts'
import { printJson } from './output.ts'

export type CopyOptions = { readonly test?: boolean; readonly json?: boolean }

/** Makes an account like another, and says what it still needs. */
export async function copyToNew(
  line: CommandLine,
  login: string,
  newLogin: string,
  { test = false, json = false }: CopyOptions,
): Promise<void> {
  await withAccount(line, login, async (book, from) => {
    const { account, rows } = await copyAccount(book.ctx, from, newLogin, { test })
    const { nextOrderNumber } = await describeAccount(book.ctx, account)
    const next = await nextSteps(book, from, account)
    if (json) return printJson(line, { login: newLogin, from: login, test, rows, next })
    const count = (table: string, word: string): string => `${rows[table] ?? 0} ${word}`
    line.print(
      `The account "${newLogin}" is made from "${login}": ${count('products', 'products')}, ` +
        `${count('categories', 'categories')}, ${count('coupons', 'coupons')}, the shop's terms ` +
        'and the settings; no orders, people, vouchers, keys, endpoints and hosts.',
    )
    line.print(`Its first order will be ${nextOrderNumber}.`)
    if (test) {
      line.print('It is in TEST MODE: only keys and endpoints that you add with --test work.')
    }
    line.print('What it still needs:')
    for (const text of next) line.print(`  ${text}`)
  })
}

/** Commands that give the copy what it was not given. */
async function nextSteps(
  { ctx }: OpenBook,
  from: Account,
  { login, settings: { test } }: Account,
): Promise<string[]> {
  const credentials = await credentialsOf(ctx, from)
  const dialects = [...new Set(credentials.map(({ dialect }) => dialect))]
  const endpoints = (await endpointsOf(ctx, from)).filter(({ ofProducts }) => !ofProducts)
  const { hosts } = await describeAccount(ctx, from)
  const option = test ? ' --test' : ''
  return [
    ...dialects.map((name) => `countersign credential add ${login} --dialect ${name}${option}`),
    ...(endpoints.length > 0 ? [`countersign endpoint add ${login} <url>${option}`] : []),
    ...(test && from.settings.payUrl !== ''
      ? [`countersign account set ${login} pay-url=<where a trial is paid>`]
      : []),
    ...(hosts.length > 0 ? [`countersign account set ${login} host=<a host of its own>`] : []),
    `countersign account show ${login}`,
  ]
}
