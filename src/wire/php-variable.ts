import { fromBinary, toBinary } from './binary.ts'
import { isIntegerKey, MAX_INTEGER, type PhpArray, type PhpValue } from './php-array.ts'

/**
 * A field name as PHP reads it: the top-level name, then one key a bracket (`null` is `[]`). Where
 * PHP stops at a key that it forbids, the arrays before that key are made and the value is lost.
 */
export type VariableName = { top: string; keys: (string | null)[]; isValueLost: boolean }

/** A tree being filled as PHP fills `$_POST`. */
export type VariableTree = { tree: PhpArray; put: (name: VariableName, value: string) => void }

const LEADING_SPACES = /^ +/
const MANGLED = /[ .[]/
const BLANK = /[ \t\n\v\f\r]/
const PROTECTED = ['__Host-', '__Secure-']

/**
 * Reads a decoded field name (binary string) by PHP's rules (contract §2.2): cut at a NUL, leading
 * spaces dropped, space, dot and an unclosed first bracket become `_`, text after a bracket is lost.
 * `nameless` is a name that PHP drops; `too-deep` has more than `maxDepth` brackets.
 */
export function readVariableName(
  decoded: string,
  maxDepth: number,
): VariableName | 'nameless' | 'too-deep' {
  const nul = decoded.indexOf('\0')
  const name = (nul < 0 ? decoded : decoded.slice(0, nul)).replace(LEADING_SPACES, '')
  const open = name.indexOf('[')
  if (open < 0) return finish(name, name, [])
  const keys: (string | null)[] = []
  for (let at = open; name[at] === '['; ) {
    if (keys.length === maxDepth) return 'too-deep'
    const start = at + 1
    const afterBlank = BLANK.test(name.charAt(start)) ? start + 1 : start
    const close = name.indexOf(']', afterBlank)
    if (close < 0) {
      // An unclosed bracket spoils the name only where no closed one stands before it.
      if (keys.length === 0 && open > 0) return finish(name, name, [])
      break
    }
    keys.push(close === afterBlank ? null : name.slice(start, close))
    at = close + 1
  }
  return finish(name, name.slice(0, open), keys)
}

function finish(name: string, top: string, keys: (string | null)[]): VariableName | 'nameless' {
  const mangled = mangle(top)
  if (mangled === '' || isForbidden(mangled, name)) return 'nameless'
  const lost = keys.findIndex((key) => key !== null && isForbidden(key, name))
  return { top: mangled, keys: lost < 0 ? keys : keys.slice(0, lost), isValueLost: lost >= 0 }
}

function mangle(top: string): string {
  if (!MANGLED.test(top)) return top
  // By bytes: a replacing of strings takes a quarter of a second on a megabyte of dots.
  const bytes = fromBinary(top)
  for (let i = 0; i < bytes.length; i++) {
    const code = bytes[i]
    if (code === 0x20 || code === 0x2e || code === 0x5b) bytes[i] = 0x5f
  }
  return toBinary(bytes)
}

// PHP lets no field make up the name of a protected cookie: no key may begin like one unless the
// name as sent does. Its check covers the keys inside of brackets, too.
function isForbidden(key: string, sent: string): boolean {
  if (!key.startsWith('__')) return false
  return PROTECTED.some((prefix) => key.startsWith(prefix) && !sent.startsWith(prefix))
}

/** An empty tree with PHP's own rule for `[]`: one above the highest integer key so far. */
export function createVariableTree(): VariableTree {
  const tree: PhpArray = new Map()
  const nextIndex = new Map<PhpArray, bigint>()

  // An array that already holds the largest integer takes no further `[]`: the value is dropped.
  const keyFor = (array: PhpArray, key: string | null): string | undefined => {
    if (key !== null) return key
    const next = String(nextIndex.get(array) ?? 0n)
    return array.has(next) ? undefined : next
  }

  const store = (array: PhpArray, key: string, value: PhpValue) => {
    array.set(key, value)
    if (!isIntegerKey(key)) return
    const index = BigInt(key)
    const next = nextIndex.get(array)
    if (next !== undefined && index < next) return
    nextIndex.set(array, index < MAX_INTEGER ? index + 1n : MAX_INTEGER)
  }

  const arrayAt = (array: PhpArray, key: string | null): PhpArray | undefined => {
    const name = keyFor(array, key)
    if (name === undefined) return undefined
    const found = array.get(name)
    if (found instanceof Map) return found
    const made: PhpArray = new Map()
    store(array, name, made)
    return made
  }

  const put = (name: VariableName, value: string) => {
    let array = tree
    let key: string | null = name.top
    for (const inner of name.keys) {
      const next = arrayAt(array, key)
      if (next === undefined) return
      array = next
      key = inner
    }
    if (name.isValueLost) {
      arrayAt(array, key)
      return
    }
    const last = keyFor(array, key)
    if (last !== undefined) store(array, last, value)
  }

  return { tree, put }
}
