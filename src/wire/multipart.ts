import type { FormField } from './form-pairs.ts'
import { type Disposition, readDisposition } from './multipart-header.ts'

export type MultipartResult =
  | { ok: true; fields: FormField[] }
  | { ok: false; reason: 'too-many-pairs' | 'nul' }

/** The lines of a part's head; the part's body begins at `next`. */
type Head = { disposition: Disposition | undefined; next: number }

const BLANK_START = /^[ \t\n\v\f\r]/
const LEADING_BLANKS = /^[ \t\n\v\f\r]+/

/**
 * The boundary that PHP takes from a Content-Type, or `undefined` where there is none. Quoted or
 * not; an unquoted one ends at a comma or semicolon.
 */
export function readBoundary(contentType: string): string | undefined {
  const word = contentType.toLowerCase().indexOf('boundary')
  const equals = word < 0 ? -1 : contentType.indexOf('=', word)
  if (equals < 0) return undefined
  const rest = contentType.slice(equals + 1)
  if (!rest.startsWith('"')) return rest.split(/[,;]/, 1)[0]
  const close = rest.indexOf('"', 1)
  return close < 0 ? undefined : rest.slice(1, close)
}

/**
 * The fields of a raw multipart/form-data body (binary string) as PHP finds them for `$_POST`:
 * without the files; a part that has neither name nor file name ends the reading. Refused: more
 * than `maxParts` parts, and a NUL outside of a part's body. Linear in the body; never throws.
 */
export function readMultipart(raw: string, boundary: string, maxParts: number): MultipartResult {
  const delimiter = `--${boundary}`
  const fields: FormField[] = []
  let at = 0
  for (let parts = 1; ; parts++) {
    const headStart = afterBoundaryLine(raw, delimiter, at)
    if (headStart === undefined) return { ok: true, fields }
    if (headStart === 'nul') return { ok: false, reason: 'nul' }
    if (parts > maxParts) return { ok: false, reason: 'too-many-pairs' }
    const head = readHead(raw, headStart)
    if (head === 'nul') return { ok: false, reason: 'nul' }
    at = head.next
    if (head.disposition === undefined) continue
    const { name, isFile } = head.disposition
    if (name === undefined && !isFile) return { ok: true, fields }
    const body = readBody(raw, delimiter, head.next)
    at = body.end
    if (name !== undefined && !isFile) fields.push({ name, value: body.value })
  }
}

/** The line from `at` without its line end, and where the next begins; `undefined` if unended. */
function readLine(raw: string, at: number): { line: string; next: number } | undefined {
  const end = raw.indexOf('\n', at)
  if (end < 0) return undefined
  const stop = end > at && raw[end - 1] === '\r' ? end - 1 : end
  return { line: raw.slice(at, stop), next: end + 1 }
}

function afterBoundaryLine(raw: string, delimiter: string, start: number) {
  for (let read = readLine(raw, start); read !== undefined; read = readLine(raw, read.next)) {
    if (read.line === delimiter) return read.next
    if (read.line.includes('\0')) return 'nul'
  }
  return undefined
}

function readHead(raw: string, start: number): Head | 'nul' {
  const headers: { name: string; value: string }[] = []
  let next = start
  for (let read = readLine(raw, start); read !== undefined; read = readLine(raw, next)) {
    next = read.next
    const { line } = read
    if (line === '') break
    if (line.includes('\0')) return 'nul'
    const colon = BLANK_START.test(line) ? -1 : line.indexOf(':')
    const last = headers.at(-1)
    if (colon >= 0) {
      const value = line.slice(colon + 1).replace(LEADING_BLANKS, '')
      headers.push({ name: line.slice(0, colon).toLowerCase(), value })
    } else if (last !== undefined) last.value += line
  }
  const found = headers.find((header) => header.name === 'content-disposition')
  return { disposition: found && readDisposition(found.value), next }
}

function readBody(raw: string, delimiter: string, start: number): { value: string; end: number } {
  const found = raw.indexOf(`\n${delimiter}`, start)
  const end = found < 0 ? brokenEnd(raw, delimiter, start) : found
  const cut = end < raw.length && end > start && raw[end - 1] === '\r' ? end - 1 : end
  return { value: raw.slice(start, cut), end }
}

// A body that breaks off inside the next boundary ends before it, as one that has it whole.
function brokenEnd(raw: string, delimiter: string, start: number): number {
  const lastLine = raw.lastIndexOf('\n')
  const isCutBoundary = lastLine >= start && delimiter.startsWith(raw.slice(lastLine + 1))
  return isCutBoundary ? lastLine : raw.length
}
