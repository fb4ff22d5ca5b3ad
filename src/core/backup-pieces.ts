import { damaged } from './backup-refusals.ts'

/** What a backup is made of, as it comes. Bytes of all pieces together are the file. */
export type BackupPiece = {
  /** A line of JSON; whole rows of a table, a line each; the line that ends a table. */
  readonly kind: 'json' | 'rows' | 'end'
  readonly bytes: Buffer
}

/** Stands alone on a line after a table's rows, which Postgres never writes so. */
export const endOfRows = Buffer.from('\\.\n')

/** How the line before a table's rows begins. */
const tableStart = Buffer.from('{"table":')
const lineBreak = 0x0a
const inner = Buffer.concat([Buffer.from('\n'), endOfRows])

/** Far more than any row that the gateway takes in. */
const mostLineBytes = 256 * 1024 * 1024

/** Takes a backup apart without ever holding more of it than a chunk and a row. */
export async function* backupPieces(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<BackupPiece> {
  let rest: Uint8Array[] = []
  let restBytes = 0
  let inRows = false
  for await (const chunk of source) {
    rest.push(chunk)
    restBytes += chunk.length
    // Every piece ends where a line does: put together over and over, a long one takes hours.
    if (!chunk.includes(lineBreak)) {
      if (restBytes > mostLineBytes) throw damaged('it has a line without an end')
      continue
    }
    const data = Buffer.concat(rest, restBytes)
    let from = 0
    for (;;) {
      const piece = inRows ? rowsAt(data, from) : lineAt(data, from)
      if (piece === undefined) break
      yield piece
      from += piece.bytes.length
      if (piece.kind === 'end') inRows = false
      else if (piece.kind === 'json') inRows = startsWith(piece.bytes, tableStart)
    }
    rest = [data.subarray(from)]
    restBytes = data.length - from
  }
  if (restBytes > 0) throw damaged('it ends in the middle of a line')
}

function lineAt(data: Buffer, from: number): BackupPiece | undefined {
  const end = data.indexOf(lineBreak, from)
  return end < 0 ? undefined : { kind: 'json', bytes: data.subarray(from, end + 1) }
}

function rowsAt(data: Buffer, from: number): BackupPiece | undefined {
  const start = data.subarray(from, from + endOfRows.length)
  if (start.equals(endOfRows)) return { kind: 'end', bytes: start }
  const end = data.indexOf(inner, from)
  const last = end >= 0 ? end : data.lastIndexOf(lineBreak)
  return last < from ? undefined : { kind: 'rows', bytes: data.subarray(from, last + 1) }
}

function startsWith(bytes: Buffer, start: Buffer): boolean {
  return bytes.subarray(0, start.length).equals(start)
}
