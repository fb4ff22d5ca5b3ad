import type { CsvRecord } from '../wire/csv.ts'
import { mistake } from './command-line.ts'
import type { FileOrder } from './import-order-files.ts'

/** What columns may be called that tell of a row's item, and what an item of an answer calls it. */
const itemColumns: Readonly<Record<string, string>> = {
  item_id: 'id',
  item_code: 'id',
  good_name: 'id',
  product: 'id',
  item_title: 'title',
  good_title: 'title',
  item_sum: 'sum',
  good_sum: 'sum',
  item_price: 'price',
  item_quantity: 'quantity',
  quantity: 'quantity',
  count: 'quantity',
}

const numberColumns = ['id', 'number', 'bill_id', 'order']

type Header = {
  readonly names: readonly string[]
  readonly number: number
  /** Places of the columns that tell of the order, and of those that tell of an item. */
  readonly own: readonly number[]
  readonly ofItem: readonly (readonly [number, string])[]
}

type Group = {
  readonly number: string
  readonly first: number
  last: number
  readonly row: Record<string, unknown>
  readonly items: Record<string, string>[]
  readonly problems: string[]
}

/**
 * A table with a header line as orders: a row is an order, and following rows of the same number
 * bring further items of it, their other cells empty or repeated.
 */
export async function* tableOrders(
  records: AsyncIterable<CsvRecord>,
): AsyncGenerator<FileOrder, void, void> {
  let header: Header | undefined
  let group: Group | undefined
  for await (const { line, cells } of records) {
    if (header === undefined) {
      header = readHeader(cells)
      continue
    }
    const number = (cells[header.number] ?? '').trim()
    if (group !== undefined && (number === group.number || number === '')) {
      join(group, header, line, cells)
      continue
    }
    if (group !== undefined) yield orderOf(group)
    group = begin(header, line, number, cells)
  }
  if (header === undefined) throw mistake('the file is empty')
  if (group !== undefined) yield orderOf(group)
}

function readHeader(cells: readonly string[]): Header {
  const names = cells.map((cell) =>
    cell
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, '_'),
  )
  const number = names.findIndex((name) => numberColumns.includes(name))
  if (number < 0) {
    throw mistake(
      'the file is neither JSON nor a table with a column "id"; ' +
        'its first line must name the columns, as: id,created,pay_status,email,item_id,item_sum',
    )
  }
  const twice = names.find((name, at) => name !== '' && names.indexOf(name) !== at)
  if (twice !== undefined) throw mistake(`the header line names the column "${twice}" twice`)
  const places = names.flatMap((name, at) => (name === '' ? [] : [at]))
  return {
    names,
    number,
    own: places.filter((at) => itemNameOf(names[at]) === undefined),
    ofItem: places.flatMap((at) => {
      const name = itemNameOf(names[at])
      return name === undefined ? [] : [[at, name] as const]
    }),
  }
}

function itemNameOf(name = ''): string | undefined {
  return Object.hasOwn(itemColumns, name) ? itemColumns[name] : undefined
}

function begin(header: Header, line: number, number: string, cells: readonly string[]): Group {
  const pairs = header.own.map((at) => [header.names[at] ?? '', (cells[at] ?? '').trim()] as const)
  const row: Record<string, unknown> = Object.fromEntries(pairs)
  const group: Group = { number, first: line, last: line, row, items: [], problems: [] }
  addItem(group, header, cells)
  return group
}

function join(group: Group, header: Header, line: number, cells: readonly string[]): void {
  group.last = line
  for (const at of header.own) {
    const name = header.names[at] ?? ''
    const cell = (cells[at] ?? '').trim()
    if (cell === '' || cell === group.row[name]) continue
    group.problems.push(
      `${name} in line ${line} is another than in line ${group.first}; ` +
        'write it once, or give the order a number of its own',
    )
  }
  addItem(group, header, cells)
}

function addItem({ items }: Group, { ofItem }: Header, cells: readonly string[]): void {
  const said = ofItem
    .map(([at, name]) => [name, (cells[at] ?? '').trim()] as const)
    .filter(([, cell]) => cell !== '')
  // A quantity alone is what a spreadsheet filled down.
  if (said.some(([name]) => name !== 'quantity')) items.push(Object.fromEntries(said))
}

function orderOf({ number, first, last, row, items, problems }: Group): FileOrder {
  const where = first === last ? `line ${first}` : `lines ${first} to ${last}`
  if (problems.length > 0) return { where, number, problems }
  return { where, row: items.length === 0 ? row : { ...row, items } }
}
