import { changeSettings } from '../core/accounts.ts'
import {
  findCheckoutProducts,
  listCategories,
  productCodes,
  saveCategories,
} from '../core/catalogue.ts'
import type { Context } from '../core/context.ts'
import { saveCustomers } from '../core/customers.ts'
import { saveGoods } from '../core/goods.ts'
import { saveCoupons, saveVouchers } from '../core/promotions.ts'
import { hasOrders, saveShop, shopOf } from '../core/shop.ts'
import type { Account } from '../model/account.ts'
import type { Category } from '../model/category.ts'
import { type RowOutcome, type Tally, tallyOf } from '../model/tally.ts'
import { decodeBytes } from '../wire/charset.ts'
import { type CommandLine, mistake, QuietExit, readSource, withAccount } from './command-line.ts'
import {
  type ImportedProduct,
  type KnownProduct,
  readCategories,
  readProducts,
  toChanges,
} from './import-goods.ts'
import { saveApiUsers, userRefusal } from './import-keys.ts'
import { type PeopleFile, readPeople } from './import-people.ts'
import { type BadRow, type Findings, isRecord } from './import-rows.ts'
import { readShop, type ShopFile } from './import-shop.ts'
import { shopTallies } from './import-tally.ts'
import { namedLines, plain, printJson } from './output.ts'

export type StoreImportOptions = { readonly stock?: boolean; readonly json?: boolean }

type StoreFile = ShopFile &
  PeopleFile & {
    readonly products: readonly ImportedProduct[] | undefined
    readonly categories: readonly Category[] | undefined
  }

type Tallies = Record<string, Tally>

/**
 * Brings the description of an OpenCart store in, with its ids. Reads all of it first: one bad
 * row, and nothing is written.
 */
export async function importOpencart(
  line: CommandLine,
  login: string,
  path: string,
  options: StoreImportOptions,
): Promise<void> {
  const file = parseFile(decodeBytes(await readSource(line, path)))
  await withAccount(line, login, async ({ ctx }, account) => {
    const findings: Findings = { bad: [], notes: [] }
    const store = await readStore(line, ctx, account, file, findings)
    const { bad, notes } = findings
    const tallies: Tallies = {}
    const isRefused = bad.length > 0
    if (!isRefused) {
      await saveStore(ctx, account, store, { findings, tallies, withStock: options.stock ?? false })
    }
    for (const row of bad) line.printError(plain(`${whereOf(row)}: ${row.reason}`))
    if (options.json) printJson(line, { parts: tallies, notes, bad })
    else if (!isRefused) print(line, tallies, notes)
    if (isRefused) throw mistake(`nothing was imported: ${rowsOf(bad)} cannot be used`)
    // Lost to somebody who wrote the catalogue meanwhile.
    if (bad.length > 0) throw new QuietExit(1)
  })
}

function parseFile(text: string): Record<string, unknown> {
  let file: unknown
  try {
    file = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch {
    throw mistake('the file is no JSON')
  }
  if (isRecord(file)) return file
  throw mistake('the file is no JSON object with the parts of a store')
}

async function readStore(
  line: CommandLine,
  ctx: Context,
  account: Account,
  file: Record<string, unknown>,
  findings: Findings,
): Promise<StoreFile> {
  const [{ geoZones }, existing] = await Promise.all([
    shopOf(ctx, account),
    listCategories(ctx, account),
  ])
  const store = {
    ...readShop(findings, file, geoZones),
    ...readPeople(findings, file, userRefusal(line)),
    products: readProducts(findings, file.products),
    categories: readCategories(findings, file.categories, existing),
  }
  for (const { username, enabled, ipList } of store.apiUsers ?? []) {
    if (!enabled || ipList.length > 0) continue
    findings.notes.push(
      `the API user "${username}" has no addresses: OpenCart refuses everyone then, ` +
        'here its key works from anywhere',
    )
  }
  return store
}

type Saving = {
  readonly findings: Findings
  readonly tallies: Tallies
  readonly withStock: boolean
}

async function saveStore(
  ctx: Context,
  account: Account,
  store: StoreFile,
  { findings, tallies, withStock }: Saving,
): Promise<void> {
  const { parts, categories, products, customers, coupons, vouchers, apiUsers } = store
  const before = await shopOf(ctx, account)
  // First: the shop as a whole can still be refused, and then nothing is written.
  if (Object.keys(parts).length > 0) await saveShop(ctx, account, parts)
  Object.assign(tallies, shopTallies(parts, before, await shopOf(ctx, account)))
  await saveCurrency(ctx, account, store.currency, findings)
  if (categories) tallies.categories = await saveCategories(ctx, account, categories)
  if (products) tallies.products = await saveProducts(ctx, account, products, findings, withStock)
  if (customers) tallies.customers = await saveCustomers(ctx, account, customers)
  if (coupons) tallies.coupons = await saveCoupons(ctx, account, coupons)
  if (vouchers) tallies.vouchers = await saveVouchers(ctx, account, vouchers)
  if (apiUsers) tallies.api_users = await saveApiUsers(ctx, account, apiUsers, findings.notes)
}

/** The currency of a book that has orders stays: its amounts stand in it. */
async function saveCurrency(
  ctx: Context,
  account: Account,
  currency: string | undefined,
  { notes }: Findings,
): Promise<void> {
  const own = account.settings.currency
  if (currency === undefined || currency === own) return
  if (await hasOrders(ctx, account)) {
    notes.push(
      `the account has orders in ${own} and keeps that currency; the file's amounts are in ` +
        `${currency} and were taken over as they are`,
    )
    return
  }
  await changeSettings(ctx, account, { currency })
  notes.push(`the currency of the account is ${currency} now, it was ${own}`)
}

async function saveProducts(
  ctx: Context,
  account: Account,
  products: readonly ImportedProduct[],
  findings: Findings,
  withStock: boolean,
): Promise<Tally> {
  const ids = products.map(({ id }) => id)
  const terms = await findCheckoutProducts(ctx, account, ids)
  const known = new Map<number, KnownProduct>()
  for (const { id, code, deleted } of await productCodes(ctx, account)) {
    const values = terms.get(id)?.terms.options.flatMap((one) => one.values) ?? []
    const pieces = new Map(values.map((value) => [value.id, value.quantity]))
    known.set(id, { code, deleted, pieces })
  }
  const outcomes = await saveGoods(ctx, account, toChanges(products, known, withStock))
  const saved = outcomes.flatMap((outcome, index): RowOutcome[] => {
    if (outcome !== 'id-taken' && outcome !== 'exists') return [outcome]
    const reason = 'another product has taken its code or id meanwhile'
    findings.bad.push({ part: 'products', item: index + 1, reason })
    return []
  })
  return tallyOf(saved)
}

function whereOf({ part, item }: BadRow): string {
  return item === 0 ? part : `${part} item ${item}`
}

function rowsOf(bad: readonly BadRow[]): string {
  return bad.length === 1 ? '1 row of the file' : `${bad.length} rows of the file`
}

function print(line: CommandLine, tallies: Tallies, notes: readonly string[]): void {
  const words = ({ added, changed, same }: Tally): string =>
    `${added} added, ${changed} changed, ${same} as they were`
  const rows = Object.entries(tallies).map(([part, tally]) => [part, words(tally)] as const)
  for (const text of namedLines(rows)) line.print(text)
  if (rows.length === 0) line.print('The file has no part of a store that is known here.')
  for (const note of notes) line.print(plain(`Note: ${note}`))
}
