/** One record: its cells, and the line of the file it begins on (1 for the first). */
export type CsvRecord = { readonly line: number; readonly cells: readonly string[] }

/** A file that cannot be cut into records; `line` is where the trouble begins. */
export class CsvError extends Error {
  readonly line: number

  constructor(line: number, message: string) {
    super(message)
    this.line = line
  }
}

type Cursor = { at: number; line: number }

/**
 * Cuts a text into records (RFC 4180): quotes, doubled quotes, line breaks inside quotes, any line
 * ending, a byte order mark. The delimiter is the one of `,` `;` and tab that the first line has
 * most of, or what a spreadsheet's `sep=` line says. Empty lines are left out.
 * Throws `CsvError` for a quote that is never closed.
 */
export function readCsv(text: string): CsvRecord[] {
  const source = text.replace(/^\uFEFF/, '')
  const declared = /^sep=([^\r\n])(?:\r\n|\n|\r)/i.exec(source)
  const delimiter = declared?.[1] ?? likelyDelimiter(source)
  const cursor: Cursor = { at: declared?.[0].length ?? 0, line: declared === null ? 1 : 2 }
  const records: CsvRecord[] = []
  while (cursor.at < source.length) {
    const { line } = cursor
    const cells = readRecord(source, delimiter, cursor)
    if (cells.length > 1 || cells[0] !== '') records.push({ line, cells })
  }
  return records
}

/** The one of `,` `;` and tab that the first line has most of, outside quotes. */
export function likelyDelimiter(source: string): string {
  const header = /^(?:"(?:[^"]|"")*"|[^\r\n"])*/.exec(source)?.[0].replace(/"[^"]*"/g, '') ?? ''
  const counted = [',', ';', '\t'].map((sign) => ({ sign, count: header.split(sign).length }))
  return counted.reduce((best, one) => (one.count > best.count ? one : best)).sign
}

function readRecord(source: string, delimiter: string, cursor: Cursor): string[] {
  const cells: string[] = []
  for (;;) {
    cells.push(readCell(source, delimiter, cursor))
    if (source[cursor.at] === delimiter) {
      cursor.at += 1
      continue
    }
    if (source[cursor.at] === '\r' && source[cursor.at + 1] === '\n') cursor.at += 1
    cursor.at += 1
    cursor.line += 1
    return cells
  }
}

function readCell(source: string, delimiter: string, cursor: Cursor): string {
  const quoted = source[cursor.at] === '"' ? readQuoted(source, cursor) : ''
  const from = cursor.at
  while (cursor.at < source.length && !isEnd(source[cursor.at], delimiter)) cursor.at += 1
  return quoted + source.slice(from, cursor.at)
}

function isEnd(sign: string | undefined, delimiter: string): boolean {
  return sign === delimiter || sign === '\n' || sign === '\r'
}

function readQuoted(source: string, cursor: Cursor): string {
  const { line } = cursor
  let text = ''
  for (let from = cursor.at + 1; ; ) {
    const end = source.indexOf('"', from)
    if (end === -1) throw new CsvError(line, 'a quote that is opened here is never closed')
    const part = source.slice(from, end)
    text += part
    cursor.line += part.split(/\r\n|\n|\r/).length - 1
    if (source[end + 1] !== '"') {
      cursor.at = end + 1
      return text
    }
    text += '"'
    from = end + 2
  }
}
