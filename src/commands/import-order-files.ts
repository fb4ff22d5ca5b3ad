import { isAscii, isUtf8 } from 'node:buffer'
import { toBinary } from '../wire/binary.ts'
import { fromWindows1251 } from '../wire/charset.ts'
import { CsvError } from '../wire/csv.ts'
import { csvRecords } from '../wire/csv-stream.ts'
import { type JsonItem, jsonItems, refusalText } from '../wire/json-items.ts'
import { mistake } from './command-line.ts'
import { tableOrders } from './import-order-table.ts'
import { isRecord } from './import-rows.ts'

export const orderFormats = ['json', 'lines', 'csv'] as const
export const charsets = ['utf-8', 'windows-1251'] as const

export type FileShape = {
  /** Absent: by its content. */
  readonly format?: (typeof orderFormats)[number]
  readonly charset: (typeof charsets)[number]
}

/** An order as a file has it, or why there is none; `where` is for a person. */
export type FileOrder = { readonly where: string } & (
  | { readonly row: Readonly<Record<string, unknown>> }
  | { readonly problems: readonly string[]; readonly number?: string }
)

/** One order, or an answer with one; lists are taken apart as they come. */
const mostBytes = 16 * 1024 * 1024
/** By so much of a file its format is known. */
const headBytes = 65_536

/** The orders of a file as it comes, however large it is. */
export async function* readOrderFile(
  source: AsyncIterable<Uint8Array>,
  shape: FileShape,
): AsyncGenerator<FileOrder, void, void> {
  const { head, all } = await peek(source)
  if (head.length === 0) throw mistake('the file is empty')
  if (shape.charset === 'windows-1251' && isSurelyUtf8(head)) {
    throw mistake('the file is UTF-8; leave --charset out')
  }
  const format = shape.format ?? formatOf(head)
  if (format === 'csv') {
    yield* wordingCsv(tableOrders(csvRecords(decoded(all, shape.charset, head))))
    return
  }
  if (isUtf16(head)) throw mistake('the file is UTF-16; save it as UTF-8')
  for await (const item of jsonItems(all, { perLine: format === 'lines', mostBytes })) {
    yield* ordersOf(item, shape.charset)
  }
}

/** The first bytes, and the source as if nobody had looked. */
async function peek(
  source: AsyncIterable<Uint8Array>,
): Promise<{ head: Buffer; all: AsyncGenerator<Uint8Array> }> {
  const chunks = source[Symbol.asyncIterator]()
  const seen: Uint8Array[] = []
  let length = 0
  while (length < headBytes) {
    const next = await chunks.next()
    if (next.done) break
    seen.push(next.value)
    length += next.value.length
  }
  const all = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* seen.splice(0)
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value
    } finally {
      await chunks.return?.()
    }
  }
  return { head: Buffer.concat(seen), all: all() }
}

/** JSON begins with a bracket; it is one value a line where the first line is a value by itself. */
function formatOf(head: Buffer): (typeof orderFormats)[number] {
  const text = head.toString('latin1').replace(/^\u00ef\u00bb\u00bf/, '')
  const start = text.trimStart()
  if (start[0] === '[') return 'json'
  if (start[0] !== '{') return 'csv'
  const end = start.indexOf('\n')
  return end > 0 && parse(start.slice(0, end)) !== undefined ? 'lines' : 'json'
}

/** Text in another charset makes no UTF-8 by chance; the head may end within a character. */
function isSurelyUtf8(head: Buffer): boolean {
  const whole = [0, 1, 2, 3].some((cut) => isUtf8(head.subarray(0, head.length - cut)))
  return whole && !isAscii(head)
}

function isUtf16(head: Buffer): boolean {
  return head[0] === 0xff && head[1] === 0xfe
}

async function* decoded(
  source: AsyncIterable<Uint8Array>,
  charset: FileShape['charset'],
  head: Buffer,
): AsyncGenerator<string, void, void> {
  // What a spreadsheet calls Unicode text.
  const name = isUtf16(head) ? 'utf-16le' : 'utf-8'
  const decoder = new TextDecoder(name, { fatal: true })
  for await (const bytes of source) {
    if (charset === 'windows-1251') yield fromWindows1251(toBinary(bytes))
    else yield decode(() => decoder.decode(bytes, { stream: true }))
  }
  if (charset !== 'windows-1251') yield decode(() => decoder.decode())
}

function decode(work: () => string): string {
  try {
    return work()
  } catch {
    throw noUtf8()
  }
}

function noUtf8(): Error {
  return mistake('the file is not UTF-8; try --charset windows-1251')
}

async function* wordingCsv(orders: AsyncGenerator<FileOrder>): AsyncGenerator<FileOrder> {
  try {
    yield* orders
  } catch (error) {
    if (error instanceof CsvError) throw mistake(`line ${error.line}: ${error.message}`)
    throw error
  }
}

function* ordersOf(item: JsonItem, charset: FileShape['charset']): Generator<FileOrder> {
  const where = item.line > 1 ? `item ${item.item}, line ${item.line}` : `item ${item.item}`
  if ('problem' in item) {
    yield { where, problems: [item.problem] }
    return
  }
  const value = parse(textOf(item.bytes, charset))
  if (Array.isArray(value)) yield* listed(value, where)
  else yield* unwrapped(value, where)
}

function* listed(list: readonly unknown[], where: string): Generator<FileOrder> {
  for (const [at, one] of list.entries()) yield* unwrapped(one, `${where}, order ${at + 1} of it`)
}

/** An order, or an answer that was saved whole, which stands around one or a few. */
function* unwrapped(value: unknown, where: string): Generator<FileOrder> {
  if (!isRecord(value)) {
    yield { where, problems: ['this is no order; an order is written {"id": …, "created": …}'] }
    return
  }
  const { error_code: code, result } = value
  if (code === undefined && result === undefined) {
    yield { where, row: value }
    return
  }
  if (code !== undefined && Number(code) !== 0) {
    yield { where, problems: [refusalText(String(code))] }
  } else if (Array.isArray(result)) {
    yield* listed(result, where)
  } else if (isRecord(result)) {
    yield { where, row: result }
  }
}

function textOf(bytes: Buffer, charset: FileShape['charset']): string {
  if (charset === 'windows-1251') return fromWindows1251(bytes.toString('latin1'))
  if (!isUtf8(bytes)) throw noUtf8()
  return bytes.toString('utf8')
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
