import { CsvError, readCsv } from '../wire/csv.ts'
import { mistake } from './command-line.ts'

const fields = [
  'id',
  'code',
  'title',
  'price',
  'type',
  'stock',
  'category',
  'sku',
  'model',
  'enabled',
] as const

export type ProductField = (typeof fields)[number]

export function isProductField(name: string): name is ProductField {
  return fields.includes(name as ProductField)
}

/** One product as a file says it, still as text; `where` is its line or item in the file. */
export type ProductRow = {
  readonly where: string
  readonly values: ReadonlyMap<ProductField, string>
}

export type ProductFile = {
  readonly rows: readonly ProductRow[]
  /** Columns and members that an import has no use for. */
  readonly unused: readonly string[]
}

/** Other names of the fields; the `good_…` ones are those of GetAllGoods (contract §7). */
const otherNames: Readonly<Record<string, ProductField>> = {
  categories: 'category',
  good_id: 'id',
  good_name: 'code',
  good_title: 'title',
  good_sum: 'price',
  good_type: 'type',
}

/** Reads CSV with a header line, a JSON list of products, or an answer of GetAllGoods. */
export function readProductFile(text: string): ProductFile {
  const start = text.replace(/^\uFEFF/, '').trimStart()[0]
  return start === '[' || start === '{' ? readJson(text) : readTable(text)
}

function readTable(text: string): ProductFile {
  const [header, ...records] = cut(text)
  if (header === undefined) throw mistake('the file is empty')
  const names = header.cells.map(fieldNamed)
  if (!names.includes('code')) {
    throw mistake(`the header line has no column "code"; columns are: ${fields.join(', ')}`)
  }
  const twice = names.find((name, at) => name !== undefined && names.indexOf(name) !== at)
  if (twice !== undefined) throw mistake(`the header line names the column "${twice}" twice`)
  return {
    rows: records.map(({ line, cells }) => ({
      where: `line ${line}`,
      values: valuesOf(header.cells.map((name, at) => [name, cells[at] ?? ''])),
    })),
    unused: header.cells.filter((cell, at) => names[at] === undefined && cell.trim() !== ''),
  }
}

function cut(text: string): ReturnType<typeof readCsv> {
  try {
    return readCsv(text)
  } catch (error) {
    if (error instanceof CsvError) throw mistake(`line ${error.line}: ${error.message}`)
    throw error
  }
}

function readJson(text: string): ProductFile {
  const unused = new Set<string>()
  const rows = listIn(parseJson(text)).map((item, at): ProductRow => {
    const members = Object.entries(asObject(item) ?? {})
    for (const [name] of members) if (fieldNamed(name) === undefined) unused.add(name)
    const values = valuesOf(members.map(([name, value]) => [name, textOf(value)]))
    return { where: `item ${at + 1}`, values }
  })
  return { rows, unused: [...unused] }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw mistake(`the file is no JSON: ${error instanceof Error ? error.message : 'unreadable'}`)
  }
}

/** The list itself, or the `result` of an answer that was saved whole. */
function listIn(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  const answer = asObject(value)
  if (answer !== undefined && Array.isArray(answer.result)) return answer.result
  const code = answer?.error_code
  if (code !== undefined && Number(code) !== 0) {
    throw mistake(`the file is a refusal (error_code ${code}), with no products in it`)
  }
  throw mistake('the file has neither a list of products nor a "result" with one')
}

function asObject(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.map(textOf).join('|')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function fieldNamed(name: string): ProductField | undefined {
  const folded = name.trim().toLowerCase()
  return otherNames[folded] ?? fields.find((field) => field === folded)
}

function valuesOf(pairs: readonly (readonly [string, string])[]): Map<ProductField, string> {
  const values = new Map<ProductField, string>()
  for (const [name, value] of pairs) {
    const field = fieldNamed(name)
    // GetAllGoods leaves the type of digital goods empty: that is no "as it was".
    const isDigital = value === '' && /^\s*good_type\s*$/i.test(name)
    if (field !== undefined) values.set(field, isDigital ? 'digital' : value.trim())
  }
  return values
}
