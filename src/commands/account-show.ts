import { describeAccount } from '../core/accounts.ts'
import { credentialsOf } from '../core/credentials.ts'
import type { Account } from '../model/account.ts'
import { settingTexts } from './account-settings.ts'
import { despatchWarnings } from './both-despatch.ts'
import { baseUrlOf, type CommandLine, type OpenBook } from './command-line.ts'
import { credentialJson, credentialRow, credentialTitles } from './credential-view.ts'
import { alignedLines, namedLines, printJson } from './output.ts'

/** Everything an operator may see of an account; never a key. */
export async function showAccount(
  line: CommandLine,
  book: OpenBook,
  account: Account,
  { json = false }: { readonly json?: boolean },
): Promise<void> {
  const { hosts, nextOrderNumber, nextReleaseNumber } = await describeAccount(book.ctx, account)
  const credentials = await credentialsOf(book.ctx, account)
  const despatch = despatchWarnings(line.dialects, credentials)
  const settings = settingTexts(account)
  const addresses = line.dialects.map(
    (dialect) => [dialect.name, baseUrlOf(book, dialect, account)] as const,
  )
  if (json) {
    return printJson(line, {
      login: account.login,
      disabled: account.disabled,
      settings: {
        ...Object.fromEntries(settings),
        'next-order-number': nextOrderNumber,
        'next-release-number': nextReleaseNumber,
      },
      hosts,
      addresses: Object.fromEntries(addresses),
      credentials: credentials.map(credentialJson),
      warnings: [...modeWarnings(account), ...despatch],
    })
  }
  const values: (readonly [string, string])[] = [
    ['login', account.login],
    ['state', stateText(account)],
    ...settings,
    ['next-order-number', String(nextOrderNumber)],
    ['next-release-number', String(nextReleaseNumber)],
    ['host', hosts.length === 0 ? '-' : hosts.join(', ')],
    ...addresses,
  ]
  for (const text of modeWarnings(account)) line.print(`${text}\n`)
  for (const text of namedLines(values)) line.print(text)
  line.print('')
  if (credentials.length === 0) return line.print('It has no credentials.')
  for (const text of alignedLines(credentialTitles, credentials.map(credentialRow))) {
    line.print(text)
  }
  for (const text of despatch) line.print(`\n${text}`)
}

export function stateText({ disabled, settings }: Pick<Account, 'disabled' | 'settings'>): string {
  return `${disabled ? 'disabled' : 'enabled'}${settings.test ? ', in TEST MODE' : ''}`
}

function modeWarnings({ settings }: Account): string[] {
  return settings.test
    ? [
        'TEST MODE: only keys and endpoints that were added with --test work. Clients with other keys ' +
          'are refused, and other endpoints are told nothing.',
      ]
    : []
}
