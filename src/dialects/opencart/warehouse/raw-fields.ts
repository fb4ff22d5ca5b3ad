import { toBinary } from '../../../wire/binary.ts'
import { decodeForm } from '../../../wire/percent.ts'
import { jsonExtent } from './json-extent.ts'

/** The fields of the module's calls (warehouse contract A.4, A.7). */
export const moduleFields = ['data', 'comments', 'cat', 'status_id'] as const

export type ModuleField = (typeof moduleFields)[number]

/** A field as it stands in the body, a char a byte. */
export type RawField = {
  readonly written: string
  /** JSON stands in it as it is, never form-encoded. */
  readonly bare: boolean
}

type BareEnd = number | 'none' | 'broken'

const known: ReadonlySet<string> = new Set(moduleFields)
const byteOrderMark = '\u00ef\u00bb\u00bf'
const fieldEnd = /(?:[ \t\r\n+]|%(?:20|09|0[AD]))*(?=&|$)/iy

/**
 * The module's fields of a urlencoded body; of a name that comes twice the last, as PHP has it.
 * JSON that was not encoded (A.2) reaches to its own last bracket, whatever ampersands it holds. A
 * multipart body has none. The time is linear in the body; there is no limit to the pairs.
 */
export function readRawFields(rawBody: Uint8Array): ReadonlyMap<ModuleField, RawField> {
  const raw = toBinary(rawBody)
  const fields = new Map<ModuleField, RawField>()
  if (raw.startsWith('--')) return fields
  // JSON that does not end is looked for once only: a body full of beginnings stays cheap.
  let looks = true
  for (let at = raw.startsWith(byteOrderMark) ? byteOrderMark.length : 0; at < raw.length; ) {
    const ampersand = raw.indexOf('&', at)
    const end = ampersand < 0 ? raw.length : ampersand
    const piece = raw.slice(at, end)
    const equals = piece.indexOf('=')
    const name = decodeForm(equals < 0 ? piece : piece.slice(0, equals))
    at = end + 1
    if (!isModuleField(name)) continue
    const start = equals < 0 ? end : end - piece.length + equals + 1
    const bare: BareEnd = looks ? bareEnd(raw, start) : 'none'
    if (bare === 'broken') looks = false
    if (typeof bare === 'number') at = bare
    const written = raw.slice(start, typeof bare === 'number' ? bare : end)
    fields.set(name, { written, bare: bare !== 'none' })
  }
  return fields
}

/** Where the JSON ends that stands in a field as it is; nothing but blanks may come behind it. */
function bareEnd(raw: string, start: number): BareEnd {
  const extent = jsonExtent(raw, start)
  if (extent === 'none') return 'none'
  if (extent === 'open') return 'broken'
  fieldEnd.lastIndex = extent.end
  return fieldEnd.test(raw) ? extent.end : 'broken'
}

function isModuleField(name: string): name is ModuleField {
  return known.has(name)
}
