import { textToBinary } from './binary.ts'
import { toText } from './charset.ts'
import { isIntegerKey, type PhpArray } from './php-array.ts'

/** A tree as plain data for a schema: objects have no prototype. */
export type PlainValue = string | PlainValue[] | { [name: string]: PlainValue }

/** The text under a top-level name (given as UTF-8 text), decoded; `undefined` if none or an array. */
export function text(tree: PhpArray, name: string): string | undefined {
  const value = tree.get(textToBinary(name))
  return typeof value === 'string' ? toText(value) : undefined
}

/**
 * The tree with names and texts decoded. An array whose keys are exactly 0 to n-1, in whatever
 * order, becomes a list in the order sent; any other an object, where JavaScript puts number-like
 * names first, ascending: walk the tree itself where the order of such keys counts.
 */
export function treeToObject(tree: PhpArray): { [name: string]: PlainValue } {
  const object: { [name: string]: PlainValue } = Object.create(null)
  for (const [key, value] of tree) object[toText(key)] = plain(value)
  return object
}

/** The values under a key that holds an array, in the order sent, or `[]`. */
export function list(tree: PhpArray, name: string): (string | PhpArray)[] {
  const value = tree.get(textToBinary(name))
  return value instanceof Map ? [...value.values()] : []
}

function plain(value: string | PhpArray): PlainValue {
  if (typeof value === 'string') return toText(value)
  return isList(value) ? [...value.values()].map(plain) : treeToObject(value)
}

// Keys of a Map are distinct, so n integers below n are exactly 0 to n-1.
function isList(tree: PhpArray): boolean {
  for (const key of tree.keys()) {
    if (!isIntegerKey(key) || Number(key) < 0 || Number(key) >= tree.size) return false
  }
  return true
}
