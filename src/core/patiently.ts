import { setTimeout as sleep } from 'node:timers/promises'
import { Failure } from '../model/failure.ts'

const tries = 30
const pauseMs = 500

/** A database that is busy or away for a moment does not end a long import. */
export async function patiently<T>(work: (attempt: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work(attempt)
    } catch (error) {
      const passes = error instanceof Failure && ['busy', 'outcome-unknown'].includes(error.code)
      if (!passes || attempt === tries) throw error
      await sleep(pauseMs)
    }
  }
}
