import type { Context } from '../core/context.ts'
import { listGoods, saveGoods } from '../core/goods.ts'
import type { Account } from '../model/account.ts'
import { decodeBytes } from '../wire/charset.ts'
import { type CommandLine, mistake, QuietExit, readSource, withAccount } from './command-line.ts'
import { plain, printJson } from './output.ts'
import { type GoodRow, type RowProblem, readProductRow } from './product-change.ts'
import { readProductFile } from './product-rows.ts'

const batchSize = 500
/** From here on an import shows how far it is. */
const longImport = 1000

export type ImportOptions = { readonly skipBad?: boolean; readonly json?: boolean }

type Tally = { added: number; changed: number; same: number }

/**
 * Brings a catalogue in, by code. Bad rows are named, and unless `skipBad` is set nothing is
 * imported while there is one.
 */
export async function importProducts(
  line: CommandLine,
  login: string,
  path: string,
  options: ImportOptions,
): Promise<void> {
  const { rows, unused } = readProductFile(fileText(await readSource(line, path)))
  if (rows.length === 0) throw mistake('the file has no products in it')
  if (unused.length > 0) line.printError(plain(`Not used: ${unused.join(', ')}`))
  await withAccount(line, login, async ({ ctx }, account) => {
    const read = rows.map(readProductRow)
    const { good, bad } = sorted(read, await takenIds(ctx, account, read))
    for (const { where, reason } of bad) line.printError(plain(`${where}: ${reason}`))
    if (bad.length > 0 && !options.skipBad) {
      throw mistake(
        `nothing was imported: ${bad.length} of ${rows.length} rows cannot be used ` +
          '(--skip-bad imports the others)',
      )
    }
    const late: RowProblem[] = []
    const tally = await save(line, ctx, account, good, late)
    for (const { where, reason } of late) line.printError(`${where}: ${reason}`)
    printTally(line, tally, [...bad, ...late], options.json ?? false)
    if (late.length > 0) throw new QuietExit(1)
  })
}

/** UTF-8, windows-1251, or the UTF-16 that a spreadsheet calls Unicode text. */
function fileText(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return Buffer.from(bytes).toString('utf16le')
  return decodeBytes(bytes)
}

type Taken = {
  readonly byId: ReadonlyMap<number, string>
  readonly byCode: ReadonlyMap<string, number>
}

/** Who has which id; asked only where the file brings ids along. */
async function takenIds(
  ctx: Context,
  account: Account,
  rows: readonly (GoodRow | RowProblem)[],
): Promise<Taken> {
  const byId = new Map<number, string>()
  const byCode = new Map<string, number>()
  if (rows.some((row) => 'change' in row && row.change.id !== undefined)) {
    for await (const page of listGoods(ctx, account)) {
      for (const { id, code } of page) {
        byId.set(id, code)
        byCode.set(code, id)
      }
    }
  }
  return { byId, byCode }
}

/** Parts the rows that can be imported from those that cannot, in the file's order. */
function sorted(
  rows: readonly (GoodRow | RowProblem)[],
  taken: Taken,
): { good: GoodRow[]; bad: RowProblem[] } {
  const good: GoodRow[] = []
  const bad: RowProblem[] = []
  const codes = new Map<string, string>()
  const ids = new Map<number, string>()
  for (const row of rows) {
    if ('reason' in row) {
      bad.push(row)
      continue
    }
    const { where, change } = row
    const reason = clash(change, taken, codes, ids)
    if (reason === undefined) good.push(row)
    else bad.push({ where, reason })
    if (!codes.has(change.code)) codes.set(change.code, where)
    if (change.id !== undefined && !ids.has(change.id)) ids.set(change.id, where)
  }
  return { good, bad }
}

function clash(
  { id, code }: GoodRow['change'],
  taken: Taken,
  codes: ReadonlyMap<string, string>,
  ids: ReadonlyMap<number, string>,
): string | undefined {
  if (codes.has(code)) return `the code "${code}" stands in ${codes.get(code)} already`
  if (id === undefined) return undefined
  if (ids.has(id)) return `the id ${id} stands in ${ids.get(id)} already`
  const other = taken.byId.get(id)
  if (other !== undefined && other !== code) return `the id ${id} belongs to the product "${other}"`
  const own = taken.byCode.get(code)
  if (own !== undefined && own !== id) return `the product "${code}" has the id ${own}`
  return undefined
}

async function save(
  line: CommandLine,
  ctx: Context,
  account: Account,
  good: readonly GoodRow[],
  late: RowProblem[],
): Promise<Tally> {
  const tally: Tally = { added: 0, changed: 0, same: 0 }
  // Rows with an id go first, so that no other row draws that id.
  const rows = [...good].sort((a, b) => Number(!a.change.id) - Number(!b.change.id))
  const everyRows = Math.max(batchSize, Math.ceil(rows.length / 20))
  for (let from = 0, told = 0; from < rows.length; from += batchSize) {
    const batch = rows.slice(from, from + batchSize)
    const outcomes = await saveGoods(
      ctx,
      account,
      batch.map(({ change }) => change),
    )
    for (const [at, outcome] of outcomes.entries()) {
      if (outcome === 'added' || outcome === 'changed' || outcome === 'same') tally[outcome] += 1
      else late.push({ where: batch[at]?.where ?? '', reason: 'its id belongs to another product' })
    }
    const done = from + batch.length
    if (rows.length > longImport && done - told >= everyRows) {
      line.printError(`${done} of ${rows.length} products`)
      told = done
    }
  }
  return tally
}

function printTally(
  line: CommandLine,
  { added, changed, same }: Tally,
  bad: readonly RowProblem[],
  json: boolean,
): void {
  if (json) {
    printJson(line, { added, changed, same, bad })
    return
  }
  const left = bad.length === 0 ? '' : `, ${bad.length} left out`
  line.print(`${added} added, ${changed} changed, ${same} as they were${left}.`)
}
