/**
 * JSON that Postgres takes apart without an error: halves of surrogate pairs and NUL, which its
 * texts cannot hold, become the replacement character.
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(/\\(?:u(?:d[89a-f][0-9a-f]{2}|0000)|.)/g, (pair) =>
    pair.length > 2 ? '\uFFFD' : pair,
  )
}
