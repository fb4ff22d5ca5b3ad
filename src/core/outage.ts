import { Failure } from '../model/failure.ts'
import { sqlState } from '../store/errors.ts'

/** Codes of the driver and of the system for a database that is not there. */
const connectionCodes = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
])

/** The refusal behind an error: the error itself, or `busy` where the database is out of reach. */
export function refusalOf(error: unknown): Failure | undefined {
  if (error instanceof Failure) return error
  return isOutage(error)
    ? new Failure('busy', { reason: 'the database is not available' })
    : undefined
}

function isOutage(error: unknown): boolean {
  if (/^(08|53|57|58|40)|^(25006|55P03)$/.test(sqlState(error) ?? '')) return true
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && connectionCodes.has(at.code)) return true
  }
  return false
}
