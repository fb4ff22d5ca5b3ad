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

/** Codes of the driver and of the socket below it. */
const outageCodes = new Set([
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EAI_AGAIN',
])

/** True where the database, not the request, is at fault, and a later try may succeed. */
export function isOutage(error: unknown): boolean {
  if (outageStates.test(sqlState(error) ?? '')) return true
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && outageCodes.has(at.code)) return true
  }
  return false
}
