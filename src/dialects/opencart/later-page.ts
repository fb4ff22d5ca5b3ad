import { fieldOrQuery, intOf, type OpencartRequest } from './request.ts'

/**
 * True if a page behind the first is asked for. OpenCart's lists have one page: a middleware that
 * pages until nothing comes would never end if they ignored it (contract §9).
 */
export function asksLaterPage(request: OpencartRequest): boolean {
  return intOf(fieldOrQuery(request, 'page')) > 1
}
