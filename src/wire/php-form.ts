import { toBinary } from './binary.ts'
import { countPieces, type FormField, readFields } from './form-pairs.ts'
import type { PhpArray } from './php-array.ts'
import { createVariableTree, readVariableName } from './php-variable.ts'

/** Why a form is not read: PHP would silently lose or rename something in it (contract §2.4). */
export type FormRefusal = 'too-many-pairs' | 'too-deep' | 'nul'

export type FormLimits = {
  /** Pieces between ampersands, or parts of a multipart body; default 1,000. */
  maxPairs?: number
  /** Read on over a NUL in a value and only report it; in a name it is always refused. */
  keepValueNuls?: boolean
}

export type FormResult =
  | { ok: true; tree: PhpArray; nulInValues: boolean }
  | { ok: false; reason: FormRefusal }

export const MAX_PAIRS = 1_000
const MAX_DEPTH = 64

/** Builds `$_POST` of PHP 8.2 from decoded fields. Never throws. */
export function buildTree(fields: readonly FormField[], limits: FormLimits = {}): FormResult {
  const { tree, put } = createVariableTree()
  let nulInValues = false
  for (const field of fields) {
    if (field.name.includes('\0')) return { ok: false, reason: 'nul' }
    if (field.value.includes('\0')) {
      if (!limits.keepValueNuls) return { ok: false, reason: 'nul' }
      nulInValues = true
    }
    const name = readVariableName(field.name, MAX_DEPTH)
    if (name === 'too-deep') return { ok: false, reason: 'too-deep' }
    if (name !== 'nameless') put(name, field.value)
  }
  return { ok: true, tree, nulInValues }
}

/**
 * Parses an `application/x-www-form-urlencoded` body as PHP 8.2 does for `$_POST`. Keys and values
 * are binary strings; the time is linear in the body. Never throws on input.
 */
export function parsePhpForm(body: Uint8Array, limits: FormLimits = {}): FormResult {
  const raw = toBinary(body)
  if (countPieces(raw) > (limits.maxPairs ?? MAX_PAIRS)) {
    return { ok: false, reason: 'too-many-pairs' }
  }
  return buildTree(readFields(raw), limits)
}
