import { isUtf8 } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { isIntegerKey, type PhpArray, type PhpValue } from '../../src/wire/php-array.ts'

/** A tree as the vectors hold it: pairs in PHP's order, numbers for PHP's integer keys. */
export type VectorTree = [VectorKey, VectorText | VectorTree][]
type VectorText = string | { base64: string }
type VectorKey = VectorText | number | { int: string }

export type AcceptedBy = {
  raw: boolean
  php_rebuild: boolean
  js_rebuild: boolean
  rfc3986_rebuild: boolean
}

/** The cases of one vector file. The caller names their shape (see the files' own `about`). */
export function readVectors<Case>(name: string): Case[] {
  const file = new URL(`../fixtures/vectors/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')).cases
}

export function toVectorTree(tree: PhpArray): VectorTree {
  return [...tree].map(([key, value]) => [toVectorKey(key), toVectorValue(value)])
}

function toVectorValue(value: PhpValue): VectorText | VectorTree {
  return typeof value === 'string' ? toVectorText(value) : toVectorTree(value)
}

function toVectorText(binary: string): VectorText {
  const bytes = Buffer.from(binary, 'latin1')
  return isUtf8(bytes) ? bytes.toString('utf8') : { base64: bytes.toString('base64') }
}

function toVectorKey(key: string): VectorKey {
  if (!isIntegerKey(key)) return toVectorText(key)
  return Number.isSafeInteger(Number(key)) ? Number(key) : { int: key }
}
