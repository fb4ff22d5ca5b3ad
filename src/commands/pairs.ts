import { mistake } from './command-line.ts'

/** `name=value` texts as pairs, in order; a value may hold further equals signs. */
export function parsePairs(texts: readonly string[]): (readonly [string, string])[] {
  return texts.map((text) => {
    const at = text.indexOf('=')
    if (at < 1) throw mistake(`"${text}" is no name=value`)
    return [text.slice(0, at), text.slice(at + 1)] as const
  })
}

/** For an option that may be given more than once. */
export function collected(value: string, before: readonly string[] = []): string[] {
  return [...before, value]
}

/** A comma list without its blanks. */
export function parseList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
