import type { TableSum } from '../model/backup.ts'
import { alignedLines } from './output.ts'

/** Tables with rows, and the beginning of what their rows digest to. */
export function sumLines(tables: readonly TableSum[]): string[] {
  const rows = tables
    .filter((table) => table.rows > 0)
    .map(({ table, rows: count, sha256 }) => [table, String(count), sha256.slice(0, 16)])
  return alignedLines(['table', 'rows', 'SHA-256'], rows)
}
