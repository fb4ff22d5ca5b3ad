import type { Context } from '../core/context.ts'
import { loggable } from '../core/loggable.ts'
import { hasten, keepTries, mayPass } from '../core/work-deliveries.ts'
import { pause } from './pause.ts'
import { createTrouble, type Log } from './tell-operator.ts'
import { newsOf, settledOf, type Tried } from './tried.ts'

export type Settler = {
  /** Keeps a try with whatever else ended while the last ones were being kept. */
  add(tried: Tried): void
  isIdle(): boolean
  /** Tries no more, once what is under way has come to its end. */
  stop(): void
}

const mostAtOnce = 256
const firstWaitMs = 50
const longestWaitMs = 2000

/**
 * Keeps tries, one group after another. What the database does not take stays in memory and is
 * tried again: there is never more of it than there are tries under way at once.
 */
export function createSettler(
  ctx: Context,
  log: Log,
  onKept: (tried: readonly Tried[]) => void,
): Settler {
  const waiting: Tried[] = []
  const trouble = createTrouble(log, 'keeping the tries of deliveries')
  // What is not hastened is tried when it is due.
  const slow = createTrouble(log, 'hastening deliveries')
  let groupSize = mostAtOnce
  let waitMs = firstWaitMs
  let running = false
  let stopped = false

  const done = (group: readonly Tried[]): void => {
    waiting.splice(0, group.length)
    onKept(group)
  }
  const settleSome = async (): Promise<void> => {
    const group = waiting.slice(0, groupSize)
    try {
      const back = await keepTries(ctx, group.map(settledOf), newsOf(group))
      for (const endpoint of back) void hasten(ctx, endpoint).catch(slow.note)
      trouble.over()
      groupSize = mostAtOnce
      waitMs = firstWaitMs
      done(group)
    } catch (error) {
      if (mayPass(error)) {
        trouble.note(error)
        await pause(waitMs)
        waitMs = Math.min(longestWaitMs, waitMs * 2)
      } else if (group.length > 1) {
        // One of them is guilty: halve until it stands alone.
        groupSize = Math.ceil(group.length / 2)
      } else {
        // Its lease will end, and it is tried again.
        log.warn(loggable(error), 'a try of a delivery could not be kept')
        done(group)
      }
    }
  }
  const run = async (): Promise<void> => {
    running = true
    while (waiting.length > 0 && !stopped) await settleSome()
    running = false
  }
  return {
    add(tried) {
      waiting.push(tried)
      if (!running && !stopped) void run()
    },
    isIdle: () => waiting.length === 0,
    stop() {
      stopped = true
    },
  }
}
