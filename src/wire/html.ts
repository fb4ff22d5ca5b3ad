import { isPlainObject } from './plain-object.ts'

const SPECIAL = /[&<>"]/g
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
}

/** PHP's `htmlspecialchars` with ENT_COMPAT: an apostrophe stays, an entity is escaped again. */
export function escapeHtml(text: string): string {
  return text.replace(SPECIAL, (sign) => entities[sign] ?? sign)
}

/**
 * The value with each text in it escaped, in lists, objects and Maps, names too; their order stays.
 * All else is handed through.
 */
export function escapeHtmlDeep(value: unknown): unknown {
  if (typeof value === 'string') return escapeHtml(value)
  if (Array.isArray(value)) return value.map(escapeHtmlDeep)
  if (value instanceof Map) return new Map([...value].map(escapeEntry))
  if (!isPlainObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(escapeEntry))
}

function escapeEntry([name, value]: [unknown, unknown]): [string, unknown] {
  return [escapeHtml(String(name)), escapeHtmlDeep(value)]
}
