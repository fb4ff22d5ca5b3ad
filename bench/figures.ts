import { cpus } from 'node:os'
import type { Contestant } from './contestants.ts'
import { type Job, load } from './load.ts'

/** What was measured, by name, over all rounds; prints medians and ratios of medians. */
export type Figures = {
  note(name: string, figure: number): void
  /** In place of figures: why there are none. */
  noteMissing(name: string, why: string): void
  median(name: string): number
  /** The highest of several medians. */
  best(names: readonly string[]): number
  print(ratios: readonly Ratio[]): void
}

export type Ratio = readonly [name: string, above: number, below: number]

/** Connections, and how much of the bodies each may use: together never more than there are. */
export type Levels = readonly (readonly [connections: number, share: number])[]

export function createFigures(): Figures {
  const figures = new Map<string, number[]>()
  const missing = new Map<string, string>()
  const median = (name: string): number => {
    const sorted = [...(figures.get(name) ?? [])].sort((a, b) => a - b)
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
  }
  return {
    note: (name, figure) => figures.set(name, [...(figures.get(name) ?? []), figure]),
    noteMissing: (name, why) => missing.set(name, why),
    median,
    best: (names) => Math.max(...names.map(median)),
    print(ratios) {
      console.log(`\n${cpus().length} cores (${cpus()[0]?.model}), Node ${process.version}`)
      for (const name of figures.keys())
        console.log(`${name.padEnd(48)} ${median(name).toFixed(1)}`)
      for (const [name, why] of missing) console.log(`${name.padEnd(48)} not measured: ${why}`)
      console.log('')
      for (const [name, above, below] of ratios) {
        const ratio = above / below
        if (!Number.isNaN(ratio)) console.log(`${name.padEnd(48)} ${ratio.toFixed(2)}`)
      }
    },
  }
}

/**
 * Measures a contestant at each level, every body sent once, and ends it. Throws where an answer
 * is not the expected one: what answers wrong is not fast.
 */
export async function overHttp(
  figures: Figures,
  name: string,
  { port, end }: Contestant,
  levels: Levels,
  { path, bodies, expected }: Pick<Job, 'path' | 'bodies' | 'expected'>,
): Promise<void> {
  try {
    let from = 0
    for (const [connections, share] of levels) {
      const to = from + Math.floor(bodies.length * share)
      await noteLoad(figures, `${name} @${connections}`, {
        port,
        path,
        connections,
        bodies: bodies.slice(from, to),
        expected,
      })
      from = to
    }
  } finally {
    await end()
  }
}

/** Calls, and notes how fast they were answered. Throws where an answer is not the expected one. */
export async function noteLoad(figures: Figures, title: string, job: Job): Promise<void> {
  const result = await load(job)
  if (result.wrong > 0) throw new Error(`${title}: ${result.wrong} wrong, as ${result.sample}`)
  figures.note(`${title} | calls/s`, result.perSecond)
  figures.note(`${title} | p50 ms`, result.p50Ms)
  figures.note(`${title} | p99 ms`, result.p99Ms)
}
