import { isoTime } from '../model/iso-time.ts'
import type { Instant } from '../model/order.ts'
import type { CommandLine } from './command-line.ts'

/** For a terminal: texts of strangers must not move its cursor. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
}

/** The same JSON, written so that it cannot move a terminal's cursor or turn its lines round. */
export function jsonText(value: unknown, indent = 0): string {
  return JSON.stringify(value, undefined, indent).replace(
    /[\u007f-\u009f\p{Cf}\u2028\u2029]/gu,
    (sign) =>
      [...Array(sign.length).keys()]
        .map((at) => `\\u${sign.charCodeAt(at).toString(16).padStart(4, '0')}`)
        .join(''),
  )
}

/** Rows under their titles, each column as wide as its widest cell. */
export function alignedLines(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): string[] {
  return columnsOf([titles, ...rows])
}

/** Names and values in two columns. */
export function namedLines(values: readonly (readonly [string, string])[]): string[] {
  return columnsOf(values)
}

function columnsOf(rows: readonly (readonly string[])[]): string[] {
  const clean = rows.map((row) => row.map(plain))
  const widths = (clean[0] ?? []).map((_, column) =>
    clean.reduce((widest, row) => Math.max(widest, row[column]?.length ?? 0), 0),
  )
  return clean.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/**
 * Prints a list as it comes, a page at a time: one JSON array with an item a line, or aligned
 * columns.
 */
export async function printPages<T>(
  line: CommandLine,
  pages: AsyncIterable<readonly T[]> | Iterable<readonly T[]>,
  shape: {
    readonly json: boolean
    readonly toJson: (item: T) => unknown
    readonly titles: readonly string[]
    readonly toRow: (item: T) => readonly string[]
    readonly none: string
  },
): Promise<void> {
  let count = 0
  if (shape.json) line.print('[')
  let held: string | undefined
  for await (const page of pages) {
    if (page.length === 0) continue
    if (shape.json) {
      for (const item of page) {
        // A line waits for its successor, which decides on the comma.
        if (held !== undefined) line.print(`${held},`)
        held = jsonText(shape.toJson(item))
      }
    } else {
      const lines = alignedLines(shape.titles, page.map(shape.toRow))
      for (const text of count === 0 ? lines : lines.slice(1)) line.print(text)
    }
    count += page.length
  }
  if (held !== undefined) line.print(held)
  if (shape.json) line.print(']')
  else if (count === 0) line.print(shape.none)
}

export function printJson(line: CommandLine, value: unknown): void {
  line.print(jsonText(value))
}

/** To the second, UTC, for a person; `-` for none. */
export function shortTime(at: Instant | null): string {
  return isoTime(at)?.replace(/\.\d+Z$/, 'Z') ?? '-'
}
