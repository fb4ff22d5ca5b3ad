/**
 * How the value of a top-level member is written in valid JSON of one object, or undefined where
 * there is none: `JSON.parse` makes the same number of `0`, `0.0` and `-0`. Of several members of
 * one name the last counts. An object or list gives only its first character.
 */
export function memberToken(json: string, name: string): string | undefined {
  let found: string | undefined
  let depth = 0
  let key: string | undefined
  let isValue = false
  for (let at = 0; at < json.length; ) {
    const first = json.charAt(at)
    const end = tokenEnd(json, at)
    if (depth === 1 && !SPACE.includes(first)) {
      if (isValue) {
        if (key === name) found = json.slice(at, end).trimEnd()
        isValue = false
      } else if (first === '"') {
        key = String(JSON.parse(json.slice(at, end)))
      } else if (first === ':') {
        isValue = true
      }
    }
    if (first === '{' || first === '[') depth++
    else if (first === '}' || first === ']') depth--
    at = end
  }
  return found
}

const SPACE = ' \t\n\r'
const MARKS = '{}[]:,'

function tokenEnd(json: string, start: number): number {
  const first = json.charAt(start)
  if (first === '"') return stringEnd(json, start)
  if (MARKS.includes(first) || SPACE.includes(first)) return start + 1
  let at = start + 1
  while (at < json.length && !MARKS.includes(json.charAt(at))) at++
  return at
}

function stringEnd(json: string, start: number): number {
  let at = start + 1
  while (at < json.length && json.charAt(at) !== '"') at += json.charAt(at) === '\\' ? 2 : 1
  return at + 1
}
