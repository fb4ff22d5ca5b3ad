import { type LoggableError, loggable } from '../core/loggable.ts'
import { endpointKey, newsOf, type Tried } from './tried.ts'

export type Log = {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

/** One line when an endpoint begins to fail, and one when it answers again or is switched off. */
export function createEndpointLog(log: Log): (tried: readonly Tried[]) => void {
  const failing = new Set<string>()
  return (tried) => {
    for (const news of newsOf(tried)) {
      const key = endpointKey(news)
      const own = tried.filter(({ delivery }) => endpointKey(delivery) === key)
      const last = own.findLast(({ answered }) => answered.problem !== null)
      const [first] = own
      if (first === undefined) continue
      const { login, endpointId } = first.delivery
      const fields = { login, endpoint: endpointId }
      // Another gateway, or this one before it was started again, has said so.
      const wasFailing = failing.has(key) || first.delivery.failures > 0
      if (news.failed > 0) failing.add(key)
      else failing.delete(key)
      if (news.disabledWhy !== null) {
        failing.delete(key)
        log.warn({ ...fields, problem: news.disabledWhy }, 'an endpoint was switched off')
      } else if (news.failed > 0 && !wasFailing) {
        log.warn({ ...fields, problem: last?.answered.problem }, 'an endpoint fails')
      } else if (news.answers && news.failed === 0 && wasFailing) {
        log.info(fields, 'an endpoint answers again')
      }
    }
  }
}

export type Trouble = {
  /** Said once, until it is over. */
  note(error: unknown): void
  over(): void
}

/** Says that a kind of work with the database fails, and that it works again, once each. */
export function createTrouble(log: Log, what: string): Trouble {
  let begun: LoggableError | undefined
  return {
    note(error) {
      if (begun !== undefined) return
      begun = loggable(error)
      log.warn(begun, `${what} fails; it is tried again`)
    },
    over() {
      if (begun === undefined) return
      begun = undefined
      log.info({}, `${what} works again`)
    },
  }
}
