import { createHash } from 'node:crypto'
import type { TableSum } from '../model/backup.ts'
import type { TransferTable } from '../store/transfer-tables.ts'

/** A table of a backup with the columns that this backup has of it. */
export type TableColumns = { readonly table: TransferTable; readonly columns: readonly string[] }

const lineBreak = 0x0a

/** Counts rows and digests them as they pass. */
export type RowSum = { add(rows: Buffer): void; end(): Omit<TableSum, 'table'> }

export function rowSum(): RowSum {
  const hash = createHash('sha256')
  let rows = 0
  return {
    add(bytes) {
      hash.update(bytes)
      rows += countLines(bytes)
    },
    end: () => ({ rows, sha256: hash.digest('hex') }),
  }
}

function countLines(bytes: Buffer): number {
  let count = 0
  for (const byte of bytes) if (byte === lineBreak) count += 1
  return count
}

/** Begins every line with the same bytes. */
export function prefixed(rows: Buffer, prefix: Buffer): Buffer {
  const out = Buffer.allocUnsafe(rows.length + countLines(rows) * prefix.length)
  let to = 0
  for (let from = 0; from < rows.length; ) {
    const end = rows.indexOf(lineBreak, from) + 1
    to += prefix.copy(out, to)
    to += rows.copy(out, to, from, end)
    from = end
  }
  return out
}

/** The values of each line, as COPY writes them. */
export function fieldsOf(rows: Buffer): string[][] {
  const lines = rows.toString('utf8').split('\n')
  return lines.slice(0, -1).map((line) => line.split('\t'))
}

/**
 * Puts something else in place of each secret. `change` hears where it stands: the same in every
 * database that holds the account.
 */
export function withSecrets(
  rows: Buffer,
  { table, columns }: TableColumns,
  login: string,
  change: (place: string, field: string) => string,
): Buffer {
  if (table.sealed.length === 0) return rows
  const keyAt = table.key.map((name) => columns.indexOf(name))
  const lines = fieldsOf(rows).map((fields) => {
    const key = keyAt.map((at) => fields[at]).join('/')
    const changed = fields.map((field, at) => {
      const column = columns[at] ?? ''
      if (field === nothing || !table.sealed.includes(column)) return field
      return change(`${login}/${table.name}/${column}/${key}`, field)
    })
    return `${changed.join('\t')}\n`
  })
  return Buffer.from(lines.join(''))
}

/** How COPY writes a null. */
const nothing = '\\N'
/** How COPY writes bytes: the backslash of `\x…` doubled. */
const bytesStart = '\\\\x'

export function bytesField(bytes: Buffer): string {
  return `${bytesStart}${bytes.toString('hex')}`
}

export function bytesOf(field: string): Buffer {
  return Buffer.from(field.slice(bytesStart.length), 'hex')
}
