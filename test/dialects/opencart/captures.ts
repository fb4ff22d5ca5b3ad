import type { Answer, Captures } from './compare.ts'
import { valueAt } from './json-path.ts'
import type { RecordedRequest } from './recording.ts'

const PLACEHOLDER = /\{\{(\w+)\}\}/g
const COOKIE = 'set-cookie:'
const REQUEST = 'request:'

export type Filled = { readonly request: RecordedRequest; readonly missing: readonly string[] }

/** The request with captured values in place; `missing` are names that nothing was captured for. */
export function fill(request: RecordedRequest, captures: Captures): Filled {
  const missing = new Set<string>()
  const put = (text: string) =>
    text.replaceAll(PLACEHOLDER, (whole, name: string) => {
      const value = captures.get(name)
      if (value === undefined) missing.add(name)
      return value ?? whole
    })
  const headers = Object.entries(request.headers).flatMap(([name, value]) => {
    const kept = name === 'cookie' ? knownCookies(value, captures) : value
    return kept === '' ? [] : [[name, put(kept)] as const]
  })
  const filled: RecordedRequest = {
    ...request,
    query: request.query.map(([name, value]) => [put(name), put(value)] as const),
    headers: Object.fromEntries(headers),
    body: request.body === null ? null : put(request.body),
  }
  return { request: filled, missing: [...missing] }
}

/** A cookie that was never set isn't sent. */
function knownCookies(header: string, captures: Captures): string {
  const isKnown = (pair: string) =>
    [...pair.matchAll(PLACEHOLDER)].every(([, name = '']) => captures.has(name))
  return header.split('; ').filter(isKnown).join('; ')
}

/** What an exchange remembers: of its answer, of a cookie in it or of its query as sent. */
export function captured(
  sources: Readonly<Record<string, string>>,
  request: RecordedRequest,
  answer: Answer,
): [name: string, value: string][] {
  return Object.entries(sources).flatMap(([name, source]): [string, string][] => {
    const value = captureFrom(source, request, answer)
    return value === undefined ? [] : [[name, value]]
  })
}

function captureFrom(source: string, request: RecordedRequest, answer: Answer): string | undefined {
  if (source.startsWith(COOKIE)) return cookieOf(answer, source.slice(COOKIE.length))
  if (source.startsWith(REQUEST)) {
    const name = source.slice(REQUEST.length)
    return request.query.find(([key]) => key === name)?.[1]
  }
  const value = valueAt(answer.json, source)
  return value === undefined || value === null ? undefined : String(value)
}

function cookieOf(answer: Answer, name: string): string | undefined {
  const start = `${name}=`
  const line = answer.headers['set-cookie']?.findLast((cookie) => cookie.startsWith(start))
  return line?.slice(start.length).split(';')[0]
}
