import { Failure } from '../model/failure.ts'
import { isOutage } from '../store/errors.ts'

/** The refusal behind an error: the error itself, or `busy` where the database is out of reach. */
export function refusalOf(error: unknown): Failure | undefined {
  if (error instanceof Failure) return error
  return isOutage(error)
    ? new Failure('busy', { reason: 'the database is not available' })
    : undefined
}
