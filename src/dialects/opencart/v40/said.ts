import { field, type OpencartRequest, queryValue } from '../request.ts'

type Asking = { readonly request: OpencartRequest }

/** Reads the posted fields of a call without the space around them, as 4.x does (contract §1). */
export function saidIn(request: OpencartRequest): (name: string) => string | undefined {
  return (name) => field(request, name)?.trim()
}

/** One such field; empty where none came. */
export function said({ request }: Asking, name: string): string {
  return saidIn(request)(name) ?? ''
}

/** A posted field, or where it is missing or empty what the query says under its name. */
export function saidOrAsked(call: Asking, name: string): string {
  const posted = said(call, name)
  return posted === '' ? (queryValue(call.request, name)?.trim() ?? '') : posted
}
