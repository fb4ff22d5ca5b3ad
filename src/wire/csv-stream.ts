import { CsvError, type CsvRecord, likelyDelimiter } from './csv.ts'

/** What one record may take, in characters: beyond it a quote was never closed. */
const mostChars = 1_048_576

type Cut = {
  cells: string[]
  /** Of the cell at hand: what was in quotes, or came in an earlier piece. */
  cell: string
  state: 'start' | 'plain' | 'quoted' | 'quote-seen'
  line: number
  startLine: number
  /** A line feed right after a carriage return belongs to it. */
  wasReturn: boolean
}

/**
 * Cuts texts that come in pieces into records, as `readCsv` cuts a whole one: quotes, doubled
 * quotes, line breaks inside quotes, any line ending. Empty lines are left out.
 * Throws `CsvError` for a quote that is never closed.
 */
export async function* csvRecords(
  source: AsyncIterable<string>,
): AsyncGenerator<CsvRecord, void, void> {
  const cut: Cut = {
    ...{ cells: [], cell: '', state: 'start', line: 1, startLine: 1 },
    wasReturn: false,
  }
  const found: CsvRecord[] = []
  let delimiter: string | undefined
  let head = ''
  for await (const piece of source) {
    head += piece
    if (delimiter === undefined && !/[\r\n]/.test(head) && head.length < mostChars) continue
    const begun = delimiter === undefined ? begin(head, cut) : { delimiter, text: head }
    delimiter = begun.delimiter
    head = ''
    take(cut, begun.text, delimiter, found)
    yield* found
    found.length = 0
  }
  if (head !== '') {
    const begun = begin(head, cut)
    delimiter = begun.delimiter
    take(cut, begun.text, delimiter, found)
  }
  if (cut.state === 'quoted') throw unclosed(cut)
  if (cut.cells.length > 0 || cut.cell !== '' || cut.state !== 'start') {
    endCell(cut)
    endRecord(cut, found)
  }
  yield* found
}

/** Byte order mark, a spreadsheet's `sep=` line, and the delimiter. */
function begin(head: string, cut: Cut): { delimiter: string; text: string } {
  const text = head.replace(/^\uFEFF/, '')
  const declared = /^sep=([^\r\n])(?:\r\n|\n|\r)/i.exec(text)
  if (declared === null) return { delimiter: likelyDelimiter(text), text }
  cut.line = 2
  cut.startLine = 2
  return { delimiter: declared[1] as string, text: text.slice(declared[0].length) }
}

function take(cut: Cut, text: string, delimiter: string, found: CsvRecord[]): void {
  let from = 0
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] as string
    if (cut.state === 'quoted') {
      if (sign === '"') {
        cut.cell += text.slice(from, at)
        cut.state = 'quote-seen'
        cut.wasReturn = false
        from = at + 1
      } else if (isLineEnd(cut, sign)) cut.line += 1
      continue
    }
    if (cut.state === 'quote-seen' && sign === '"') {
      // Doubled: one of the text's own.
      cut.state = 'quoted'
      from = at
      continue
    }
    if (cut.state === 'start' && sign === '"') {
      cut.state = 'quoted'
      cut.wasReturn = false
      from = at + 1
      continue
    }
    if (sign === '\n' && cut.wasReturn) {
      cut.wasReturn = false
      from = at + 1
      continue
    }
    cut.wasReturn = false
    if (sign !== delimiter && sign !== '\n' && sign !== '\r') {
      if (cut.state !== 'plain') {
        cut.state = 'plain'
        from = at
      }
      continue
    }
    if (cut.state === 'plain') cut.cell += text.slice(from, at)
    from = at + 1
    endCell(cut)
    if (sign === delimiter) continue
    cut.wasReturn = sign === '\r'
    cut.line += 1
    endRecord(cut, found)
  }
  if (cut.state === 'plain' || cut.state === 'quoted') cut.cell += text.slice(from)
  if (cut.cell.length > mostChars) throw unclosed(cut)
}

/** Inside quotes; a pair of return and feed counts once. */
function isLineEnd(cut: Cut, sign: string): boolean {
  const counts = sign === '\r' || (sign === '\n' && !cut.wasReturn)
  cut.wasReturn = sign === '\r'
  return counts
}

function endCell(cut: Cut): void {
  cut.cells.push(cut.cell)
  cut.cell = ''
  cut.state = 'start'
}

function endRecord(cut: Cut, found: CsvRecord[]): void {
  const { cells, startLine } = cut
  if (cells.length > 1 || (cells[0] ?? '') !== '') found.push({ line: startLine, cells })
  cut.cells = []
  cut.startLine = cut.line
}

function unclosed({ startLine }: Cut): CsvError {
  return new CsvError(startLine, 'a quote that is opened here is never closed')
}
