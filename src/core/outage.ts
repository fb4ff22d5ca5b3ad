import { Failure } from '../model/failure.ts'
import { isOutage } from '../store/errors.ts'

/** Of whoever brings a whole account in: nobody heard whether it is there. */
export function commitLost(): Failure {
  return new Failure('outcome-unknown', {
    reason:
      'the database went away during the commit: either all is there or nothing; ' +
      'see: countersign account list',
  })
}

/** The refusal behind an error: the error itself, or `busy` where the database is out of reach. */
export function refusalOf(error: unknown): Failure | undefined {
  if (error instanceof Failure) return error
  return isOutage(error)
    ? new Failure('busy', { reason: 'the database is not available' })
    : undefined
}
