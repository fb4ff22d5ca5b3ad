import { Failure } from '../model/failure.ts'

export type GateOptions = {
  /** What a caller hears whose work had begun: `outcome-unknown` where it writes. */
  readonly unanswered?: 'busy' | 'outcome-unknown'
  readonly deadlineMs?: number
}

/**
 * Runs a piece of database work once there is room for it. Throws `busy` where neither room nor an
 * answer came in time, and what the work throws.
 */
export type Gate = <T>(work: () => PromiseLike<T>, options?: GateOptions) => Promise<T>

/**
 * The driver waits for ever for a connection and for an answer, and a query can be lost with its
 * connection. So callers wait here: those who give up never reach the database, and a server that
 * comes back is not met by work that nobody wants any more.
 */
export function createGate(limits: {
  /** Pieces of work under way at once: as many as there are connections. */
  readonly places: number
  readonly deadlineMs: number
}): Gate & {
  /** Pieces of work for which there is no room yet. */
  waiting(): number
} {
  // A Set keeps insertion order: first come, first served.
  const waiting = new Set<() => void>()
  let free = limits.places

  const gate: Gate = (work, { unanswered = 'busy', deadlineMs = limits.deadlineMs } = {}) =>
    new Promise((resolve, reject) => {
      let place: 'none' | 'held' | 'given back' = 'none'
      const begin = (): void => {
        place = 'held'
        free -= 1
        invoke(work).then(resolve, reject).finally(leave)
      }
      const leave = (): void => {
        clearTimeout(timer)
        waiting.delete(begin)
        if (place !== 'held') return
        place = 'given back'
        free += 1
        const [next] = waiting
        if (next === undefined) return
        waiting.delete(next)
        next()
      }
      const timer = setTimeout(() => {
        const code = place === 'none' ? 'busy' : unanswered
        reject(new Failure(code, { reason: 'the database does not answer in time' }))
        // Its place is given back even so: an answer that was lost would keep it for ever.
        leave()
      }, deadlineMs)
      if (free > 0) begin()
      else waiting.add(begin)
    })
  return Object.assign(gate, { waiting: () => waiting.size })
}

/** Turns what a piece of work throws at once into a rejection. */
async function invoke<T>(work: () => PromiseLike<T>): Promise<T> {
  return work()
}
