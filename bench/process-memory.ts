// What processes hold in memory, as Linux tells it in /proc.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Megabytes: all pages in memory, and the same with each shared page counted by its share. */
export type Memory = { readonly rss: number; readonly pss: number }

export type Found = { readonly pid: number; readonly parent: number; readonly name: string }

export function processes(): Found[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    const text = readIfThere(join('/proc', name, 'stat'))
    // The name in brackets may itself hold brackets and blanks; fields count from its end.
    const end = text.lastIndexOf(')')
    const parent = Number(text.slice(end + 2).split(' ')[1])
    return text === ''
      ? []
      : [{ pid: Number(name), parent, name: text.slice(text.indexOf('(') + 1, end) }]
  })
}

/** Together over several processes; the sum of PSS counts nothing twice. */
export function memoryOf(pids: readonly number[]): Memory {
  const rollups = pids.map((pid) => readIfThere(join('/proc', String(pid), 'smaps_rollup')))
  const sum = (field: string): number =>
    rollups
      .map((text) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0))
      .reduce((all, one) => all + one / 1024, 0)
  return { rss: sum('Rss'), pss: sum('Pss') }
}

/** A process may end while one looks. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
