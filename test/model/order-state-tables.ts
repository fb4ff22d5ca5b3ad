import { readFileSync } from 'node:fs'

export type Row = Readonly<Record<string, string>>
export type Tables = ReadonlyMap<string, readonly Row[]>

const page = new URL('../../docs/order-states.md', import.meta.url)

/** The tables of `docs/order-states.md` that are marked with `<!-- table: name -->`. */
export function readTables(): Tables {
  const lines = readFileSync(page, 'utf8').split('\n')
  const tables = new Map<string, Row[]>()
  for (const [at, line] of lines.entries()) {
    const name = /^<!-- table: ([\w-]+) -->$/.exec(line)?.[1]
    if (name === undefined) continue
    if (tables.has(name)) throw new Error(`two tables are called ${name}`)
    tables.set(name, readTable(name, lines.slice(at + 1)))
  }
  return tables
}

function readTable(name: string, lines: readonly string[]): Row[] {
  const end = lines.findIndex((line) => !line.startsWith('|'))
  const [head = [], rule, ...rows] = lines.slice(0, end).map(cellsOf)
  if (rule?.every((cell) => /^-+$/.test(cell)) !== true || rows.length === 0) {
    throw new Error(`${name} is no table`)
  }
  return rows.map((cells) => {
    if (cells.length !== head.length) throw new Error(`${name}: ragged row ${cells.join('|')}`)
    return Object.fromEntries(head.map((column, at) => [column, cells[at] ?? '']))
  })
}

function cellsOf(line: string): string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())
}

/** The rows of a table; throws where the page lost it. */
export function table(tables: Tables, name: string): readonly Row[] {
  const rows = tables.get(name)
  if (rows === undefined) throw new Error(`docs/order-states.md has no table ${name}`)
  return rows
}

/** The items of a cell: `a, b`; none for a dash. */
export function items(cell: string | undefined): string[] {
  return cell === undefined || cell === '–' ? [] : cell.split(',').map((item) => item.trim())
}

/** Whether a row is about something with these traits; a column it lacks, and `any`, always fit. */
export function fits(row: Row, traits: Readonly<Record<string, string>>): boolean {
  return Object.entries(traits).every(([column, value]) => {
    const cell = row[column]
    return cell === undefined || cell === 'any' || items(cell).includes(value)
  })
}

/** The one row that is about something with these traits. */
export function rowFor(rows: readonly Row[], traits: Readonly<Record<string, string>>): Row {
  const found = rows.filter((row) => fits(row, traits))
  const [only] = found
  if (only === undefined || found.length > 1) {
    throw new Error(`${found.length} rows are about ${JSON.stringify(traits)}`)
  }
  return only
}
