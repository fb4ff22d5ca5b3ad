import type { SessionCall } from '../route.ts'

/** The account takes its levels from another dialect: the write succeeds and is not applied. */
export const stockElsewhere = 'stock is taken from another dialect'

/** Callers send whole catalogues, and articles that the shop does not have are no mistake. */
export function noteUnknown({ log, account }: SessionCall, what: string, count: number): void {
  if (count === 0) return
  log.warn({ account: account.login, count }, `${what} of articles that the shop does not have`)
}
