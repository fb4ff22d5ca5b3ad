import { Failure } from '../model/failure.ts'

/** A backup, or a wish of the person at the console, that cannot be used; nothing was changed. */
export function refused(reason: string): Failure {
  return new Failure('invalid-input', { reason })
}

export function damaged(what: string): Failure {
  return refused(`the file is damaged: ${what}; nothing was imported`)
}
