import { toBinary } from '../../wire/binary.ts'
import { mediaType, readForm } from '../../wire/form.ts'
import type { PhpArray } from '../../wire/php-array.ts'
import { type JsonReading, readJsonBody } from './json-body.ts'

/** Query or body as read; the tree is empty where there is a problem. */
export type Part = { readonly tree: PhpArray; readonly nul: boolean; readonly problem?: string }

const urlencoded = 'application/x-www-form-urlencoded'
export const keepNuls = { keepValueNuls: true }

/** A name that a form could begin with, before its equals sign. */
const FORM_START = /^&*[^=&<>{}[\]"'\s][^=&<>{}"'\s]*=/
const START_BYTES = 300

const problems = {
  'too-many-pairs': 'over 1,000 fields',
  'too-deep': 'nested over 64 deep',
  nul: 'a NUL in the name of a field',
  'no-json': 'the body is no JSON',
  'too-large': 'the body is too large',
} as const

/** By its type; a body of another type, or of none, is read as what it looks like. */
export function readBody(body: Uint8Array, contentType: string | undefined): Part {
  const type = mediaType(contentType)
  if (type === 'multipart/form-data') return asPart(readForm(body, contentType, keepNuls))
  const start = toBinary(body.subarray(0, START_BYTES))
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
  const isForm = type === urlencoded || FORM_START.test(start)
  const isJson = type === 'application/json' || type.endsWith('+json')
  // Tools that declare a form unless told otherwise send JSON as one, too.
  if (start !== '' && (isJson || start.startsWith('{'))) {
    const read = readJsonBody(body)
    if (read.ok || !(isForm && read.reason === 'no-json')) return asJsonPart(read, isJson)
  }
  return isForm ? asPart(readForm(body, urlencoded, keepNuls)) : { tree: new Map(), nul: false }
}

/** JSON without fields, such as `null`, is nobody's mistake, and text of no type is no JSON. */
function asJsonPart(read: JsonReading, isDeclared: boolean): Part {
  if (read.ok) return read
  const { reason } = read
  if (reason === 'no-object' || (reason === 'no-json' && !isDeclared)) {
    return { tree: new Map(), nul: false }
  }
  return refused(reason)
}

type FormLike =
  | { ok: true; tree: PhpArray; nulInValues: boolean }
  | { ok: false; reason: keyof typeof problems }

export function asPart(read: FormLike): Part {
  return read.ok ? { tree: read.tree, nul: read.nulInValues } : refused(read.reason)
}

export function refused(reason: keyof typeof problems): Part {
  return { tree: new Map(), nul: reason === 'nul', problem: problems[reason] }
}
