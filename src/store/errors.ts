/** The five-character SQLSTATE behind an error, through Drizzle's wrapping; else undefined. */
export function sqlState(error: unknown): string | undefined {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && /^[0-9A-Z]{5}$/.test(at.code)) {
      return at.code
    }
  }
  return undefined
}

/** SQLSTATE classes of a server that cannot work now: connection, resources, shutdown, read-only. */
const outageStates = /^(08|53|57|58|40|25006|55P03)/

/** Codes of the driver, and of the system below it, for a connection that is not there. */
const connectionCodes = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'NO_SERVER',
])

/** True where the server takes no writes: a standby, or one that was taken out of use. */
export function isReadOnly(error: unknown): boolean {
  return sqlState(error) === '25006'
}

/** True where the database, not the request, is at fault, and a later try may succeed. */
export function isOutage(error: unknown): boolean {
  if (outageStates.test(sqlState(error) ?? '')) return true
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    // It ended the connection, or refused one: no statement of ours was wrong.
    if ('severity' in at && at.severity === 'FATAL') return true
    if ('code' in at && connectionCodes.has(String(at.code))) return true
    // The server's socket is a file: missing, it says ENOENT as any other file would.
    if ('code' in at && at.code === 'ENOENT' && 'syscall' in at && at.syscall === 'connect') {
      return true
    }
  }
  return false
}

/** True where a counter has no number left to give. */
export function isOutOfNumbers(error: unknown): boolean {
  return (
    error instanceof Error &&
    'constraint_name' in error &&
    error.constraint_name === 'counters_in_range'
  )
}
