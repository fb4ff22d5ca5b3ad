/** How a worker ended that nobody had told to. */
export type WorkerEnd = {
  readonly livedMs: number
  /** Whether it had come so far as to take calls. */
  readonly listened: boolean
  /** Other workers that take calls now. */
  readonly others: number
}

/** Lived as long as this, a worker's end says nothing about the next one's. */
const steadyMs = 10_000
const waitMs = { first: 100, longest: 5000 }

/** So many that end before they take a call, one after another, mean that none ever will. */
export const startsInVain = 5

export type Restarts = {
  /** Milliseconds to wait before another takes its place; undefined: give up. */
  afterEnd(end: WorkerEnd): number | undefined
  /** A worker takes calls. */
  listens(): void
}

/** Replaces at once what ran well, ever more slowly what does not, and never for ever in vain. */
export function createRestarts(): Restarts {
  let shortLived = 0
  let inVain = 0
  return {
    afterEnd({ livedMs, listened, others }) {
      inVain = listened ? 0 : inVain + 1
      if (inVain >= startsInVain && others === 0) return undefined
      shortLived = livedMs >= steadyMs ? 0 : shortLived + 1
      if (shortLived === 0) return 0
      return Math.min(waitMs.first * 2 ** (shortLived - 1), waitMs.longest)
    },
    listens() {
      inVain = 0
    },
  }
}
