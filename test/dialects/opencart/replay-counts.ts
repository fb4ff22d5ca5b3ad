import { readFileSync } from 'node:fs'
import type { Version } from './recording.ts'
import type { Replayed } from './replay.ts'

/** How many exchanges of a recording came out how. */
export type ReplayCounts = {
  readonly equal: number
  readonly different: number
  readonly free: number
  readonly defects: number
}

export function countsOf(results: readonly Replayed[]): ReplayCounts {
  const of = (outcome: Replayed['outcome']): number =>
    results.filter((result) => result.outcome === outcome).length
  return {
    equal: of('equal'),
    different: of('different'),
    free: of('may-differ-ok'),
    defects: of('defect'),
  }
}

/** The same as docs/dialects/opencart.md has it. Throws where it has no row for the version. */
export function countsInDocs(version: Version): ReplayCounts {
  const page = new URL('../../../docs/dialects/opencart.md', import.meta.url)
  const row = readFileSync(page, 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`| ${version} `))
  const [equal, different, free, defects] = (row ?? '').split('|').slice(2).map(Number)
  if (equal === undefined || different === undefined) throw new Error(`no row for ${version}`)
  return { equal, different, free: free ?? Number.NaN, defects: defects ?? Number.NaN }
}
