import { fieldOrQuery, intOf, type OpencartRequest } from '../request.ts'

export type Page = {
  /** 1 for the first. */
  readonly page: number
  readonly limit: number
  /** How many entries lie before the page. */
  readonly offset: number
}

const usualLimit = 20
const highestLimit = 100

/** `page` and `limit` of a list; what is no such number is the first page, or the usual limit. */
export function pageIn(request: OpencartRequest): Page {
  const page = Math.max(1, intOf(fieldOrQuery(request, 'page')))
  const wanted = intOf(fieldOrQuery(request, 'limit'))
  const limit = wanted < 1 ? usualLimit : Math.min(wanted, highestLimit)
  return { page, limit, offset: (page - 1) * limit }
}
