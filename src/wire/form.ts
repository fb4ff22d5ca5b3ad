import { toBinary } from './binary.ts'
import { countPieces, type FormField, readFields } from './form-pairs.ts'
import { readBoundary, readMultipart } from './multipart.ts'
import type { PhpArray } from './php-array.ts'
import { buildTree, type FormLimits, type FormRefusal, MAX_PAIRS } from './php-form.ts'

/** How a body was read; `none` is any other Content-Type: PHP then has an empty `$_POST`. */
export type FormKind = 'urlencoded' | 'multipart' | 'none'

type Form = {
  ok: true
  kind: FormKind
  /** The body, one char per byte. */
  raw: string
  /** The fields in the order sent, decoded to binary strings. */
  fields: FormField[]
  /** `$_POST`. */
  tree: PhpArray
  /** Only ever true under `keepValueNuls`. */
  nulInValues: boolean
}

export type FormReading = Form | { ok: false; reason: FormRefusal }

/** The media type of a Content-Type header, lower-case, as PHP cuts it. */
export function mediaType(contentType: string | undefined): string {
  return (contentType ?? '').split(/[;, ]/, 1)[0]?.toLowerCase() ?? ''
}

/** Reads a form body of either media type as PHP 8.2 fills `$_POST`. Never throws on input. */
export function readForm(
  body: Uint8Array,
  contentType: string | undefined,
  limits: FormLimits = {},
): FormReading {
  const raw = toBinary(body)
  const type = mediaType(contentType)
  const maxPairs = limits.maxPairs ?? MAX_PAIRS
  if (type === 'application/x-www-form-urlencoded') {
    if (countPieces(raw) > maxPairs) return { ok: false, reason: 'too-many-pairs' }
    return finish('urlencoded', raw, readFields(raw), limits)
  }
  if (type !== 'multipart/form-data') return finish('none', raw, [], limits)
  const boundary = readBoundary(contentType ?? '')
  if (boundary === undefined) return finish('multipart', raw, [], limits)
  const parts = readMultipart(raw, boundary, maxPairs)
  return parts.ok ? finish('multipart', raw, parts.fields, limits) : parts
}

function finish(kind: FormKind, raw: string, fields: FormField[], limits: FormLimits): FormReading {
  const built = buildTree(fields, limits)
  if (!built.ok) return built
  return { ok: true, kind, raw, fields, tree: built.tree, nulInValues: built.nulInValues }
}
