import { textToBinary } from '../../wire/binary.ts'
import { decodeBytes } from '../../wire/charset.ts'
import type { PhpArray, PhpValue } from '../../wire/php-array.ts'

const MAX_DEPTH = 64

/** `no-json`: not JSON at all; `no-object`: JSON, but with no fields in it. */
export type JsonReading =
  | { readonly ok: true; readonly tree: PhpArray; readonly nul: boolean }
  | { readonly ok: false; readonly reason: 'no-json' | 'no-object' | 'too-deep' | 'nul' }

/**
 * Reads a JSON object as if its members had been posted as a form, which OpenCart itself does not
 * (contract §13). Numbers are texts as JavaScript writes them, true is "1", false and null are "".
 * `nul`: one stands in a value; one in a name is refused. Never throws.
 */
export function readJsonBody(body: Uint8Array): JsonReading {
  const text = decodeBytes(body).replace(/^\uFEFF/, '')
  // Before anything is made of it: millions of brackets take seconds to parse.
  if (isTooDeep(text)) return { ok: false, reason: 'too-deep' }
  const parsed = parse(text)
  if (!parsed.ok) return { ok: false, reason: 'no-json' }
  const { value } = parsed
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, reason: 'no-object' }
  }
  const nuls = { inName: false, inValue: false }
  const tree = toTree(value, nuls)
  return nuls.inName ? { ok: false, reason: 'nul' } : { ok: true, tree, nul: nuls.inValue }
}

function isTooDeep(text: string): boolean {
  let depth = 0
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]
    if (sign === '"') quoted = !quoted
    else if (quoted) at += sign === '\\' ? 1 : 0
    else if (sign === '{' || sign === '[') depth++
    else if (sign === '}' || sign === ']') depth--
    if (depth > MAX_DEPTH) return true
  }
  return false
}

function parse(text: string): { ok: true; value: unknown } | { ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch {
    return { ok: false }
  }
}

type Nuls = { inName: boolean; inValue: boolean }

function toTree(value: object, nuls: Nuls): PhpArray {
  const tree: PhpArray = new Map()
  for (const [name, inner] of Object.entries(value)) {
    nuls.inName ||= name.includes('\0')
    tree.set(textToBinary(name), toValue(inner, nuls))
  }
  return tree
}

function toValue(value: unknown, nuls: Nuls): PhpValue {
  if (value === null || value === false) return ''
  if (value === true) return '1'
  if (typeof value === 'object') return toTree(value, nuls)
  const text = String(value)
  nuls.inValue ||= text.includes('\0')
  return textToBinary(text)
}
