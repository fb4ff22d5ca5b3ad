import { credentialsOf } from '../core/credentials.ts'
import { byMode } from '../core/directory.ts'
import type { HeldBack } from '../dialects/dialect.ts'
import type { Account } from '../model/account.ts'
import { isValidAt } from '../model/credential.ts'
import type { CommandLine, OpenBook } from './command-line.ts'
import { printPages } from './output.ts'

/** Orders that a feed does not show since its client could not take them. */
export function printHeldOrders(
  line: CommandLine,
  book: OpenBook,
  account: Account,
  { json }: { readonly json: boolean },
): Promise<void> {
  return printPages(line, heldBack(line, book, account), {
    json,
    toJson: ({ number, dialect, credentialId, reason, mend = [] }) => ({
      number,
      dialect,
      credentialId,
      reason,
      mend,
    }),
    titles: ['number', 'dialect', 'credential', 'reason', 'mend with order set'],
    toRow: ({ number, dialect, credentialId, reason, mend = [] }) => [
      String(number),
      dialect,
      credentialId === null ? 'none' : String(credentialId),
      reason,
      mend.map((field) => `${field}=…`).join(' '),
    ],
    none: 'No order is held back.',
  })
}

type Held = HeldBack & { readonly dialect: string }

/** Page by page. */
export async function* heldBack(
  { dialects }: CommandLine,
  { ctx }: OpenBook,
  account: Account,
): AsyncGenerator<readonly Held[], void, void> {
  const now = ctx.now()
  const [own] = byMode(account, await credentialsOf(ctx, account))
  const working = own.filter((one) => isValidAt(one, now))
  for (const dialect of dialects) {
    const ofDialect = working.filter((credential) => credential.dialect === dialect.name)
    if (dialect.heldBack === undefined || ofDialect.length === 0) continue
    const page: Held[] = []
    for await (const held of dialect.heldBack(ctx, account, ofDialect)) {
      page.push({ ...held, dialect: dialect.name })
      if (page.length === pageSize) yield page.splice(0)
    }
    if (page.length > 0) yield page
  }
}

/** Held-back orders whose columns are aligned together. */
const pageSize = 50
