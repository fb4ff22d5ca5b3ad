import type { z } from 'zod'
import { plain } from './output.ts'

/** What is wrong with one row of a part of the file; `item` counts from 1. */
export type BadRow = { readonly part: string; readonly item: number; readonly reason: string }

/** What is found while a file is read; with one bad row nothing of it is written. */
export type Findings = { readonly bad: BadRow[]; readonly notes: string[] }

export type RowRules<T> = {
  readonly schema: z.ZodType<T>
  /** What no two rows may share. */
  readonly keyOf: (row: T) => string | number
  /** Undefined, or why the row cannot be used although each value can. */
  readonly refuse?: (row: T) => string | undefined
}

export type Row<T> = { readonly item: number; readonly row: T }

/** The good rows of a part; undefined where the file does not have the part. */
export function readRows<T>(
  findings: Findings,
  part: string,
  list: unknown,
  { schema, keyOf, refuse }: RowRules<T>,
): Row<T>[] | undefined {
  if (list === undefined || list === null) return undefined
  if (!Array.isArray(list)) {
    findings.bad.push({ part, item: 0, reason: 'is no list' })
    return undefined
  }
  const seen = new Map<string | number, number>()
  return list.flatMap((given: unknown, index): Row<T>[] => {
    const item = index + 1
    const fail = (reason: string): [] => {
      findings.bad.push({ part, item, reason: plain(reason) })
      return []
    }
    const parsed = schema.safeParse(withoutNulls(given))
    if (!parsed.success) return fail(issuesOf(parsed.error))
    const reason = refuse?.(parsed.data)
    if (reason !== undefined) return fail(reason)
    const key = keyOf(parsed.data)
    const first = seen.get(key)
    if (first !== undefined) return fail(`"${key}" stands in item ${first} already`)
    seen.set(key, item)
    return [{ item, row: parsed.data }]
  })
}

export function issuesOf({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => [path.join('.'), message].join(' ').trim()).join('; ')
}

/** Nothing is told by a null; what is absent takes its default. */
function withoutNulls(given: unknown): unknown {
  if (!isRecord(given)) return given
  return Object.fromEntries(Object.entries(given).filter(([, member]) => member !== null))
}

export function isRecord(given: unknown): given is Record<string, unknown> {
  return typeof given === 'object' && given !== null && !Array.isArray(given)
}
