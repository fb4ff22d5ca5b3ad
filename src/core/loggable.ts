import { sqlState } from '../store/errors.ts'

/** What may stand in a log about an unexpected error: never a message, which can hold values. */
export type LoggableError = {
  readonly type: string
  readonly sqlState?: string
  /** The statement with its placeholders. */
  readonly query?: string
  /** Where it was thrown. */
  readonly frames?: readonly string[]
}

/** An error without the values that its message may carry (secrets, buyers). */
export function loggable(error: unknown): LoggableError {
  if (!(error instanceof Error)) return { type: typeof error }
  const state = sqlState(error)
  const query = 'query' in error && typeof error.query === 'string' ? error.query : undefined
  return {
    type: error.name === 'Error' ? error.constructor.name : error.name,
    ...(state === undefined ? {} : { sqlState: state }),
    ...(query === undefined ? {} : { query }),
    frames: framesOf(error),
  }
}

/** The stack begins with the message, which is cut off whole: it may have lines like frames. */
function framesOf({ stack = '', message }: Error): string[] {
  const from = message === '' ? 0 : stack.indexOf(message) + message.length
  return stack
    .slice(from)
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .slice(0, 8)
    .map((line) => line.trim())
}
