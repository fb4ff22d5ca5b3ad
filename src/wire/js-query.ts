import { readText } from './charset.ts'
import type { FormField } from './form-pairs.ts'

/**
 * What a JavaScript client would have signed (contract §2.2, check 3): the fields in the order
 * sent, but for those named `leaveOut`, written with `encodeURIComponent`, `%20` as `+` in values.
 * `null` where a name or value is not UTF-8.
 */
export function jsQuery(fields: readonly FormField[], leaveOut: string): string | null {
  const pairs: string[] = []
  for (const field of fields) {
    if (field.name === leaveOut) continue
    const name = readText(field.name)
    const value = readText(field.value)
    if (name.charset !== 'utf-8' || value.charset !== 'utf-8') return null
    const written = encodeURIComponent(value.text).replaceAll('%20', '+')
    pairs.push(`${encodeURIComponent(name.text)}=${written}`)
  }
  return pairs.join('&')
}
