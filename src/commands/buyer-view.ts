import type { ErasedCounts } from '../core/erase-buyer.ts'
import type { ExportedPart } from '../core/export-buyer.ts'
import { namedLines } from './output.ts'

const words: readonly (readonly [keyof ErasedCounts, string])[] = [
  ['orders', 'orders (their buyer; numbers, sums and lines stay)'],
  ['comments', 'words that people wrote about them'],
  ['messages', 'messages to endpoints about them'],
  ['customers', 'customers'],
  ['contacts', 'calls about the contact'],
  ['vouchers', 'gift vouchers (whom they name; codes and amounts stay)'],
  ['sessions', 'checkouts under way'],
  ['answers', 'answers kept for repeated calls'],
  ['keptRequests', 'kept bodies of refused calls (of every buyer: they may say anything)'],
]

/** What there is, a line each. */
export function countLines(counts: ErasedCounts): string[] {
  const some = words.filter(([name]) => counts[name] > 0)
  return namedLines(some.map(([name, what]) => [String(counts[name]), what]))
}

export function otherOrderLines(numbers: readonly number[]): string[] {
  if (numbers.length === 0) return []
  return [
    `Left as they are, since they name another e-mail: orders ${numbers.join(', ')} of the same customer.`,
  ]
}

/** For whoever answers the person. */
export const whatStays = [
  'Backups that were made before still hold him, and so do the systems that were told of his orders.',
  'Tracking numbers stay with their parcels, and what carriers know of them is theirs.',
]

/** An export as one JSON document, in pieces; `text` makes the JSON of a value. */
export async function* exportText(
  head: Readonly<Record<string, unknown>>,
  parts: readonly ExportedPart[],
  text: (value: unknown, indent: number) => string,
): AsyncGenerator<string, void, void> {
  yield '{'
  for (const [name, value] of Object.entries(head)) {
    yield `  ${text(name, 0)}: ${indented(text(value, 2), 2)},`
  }
  const about = Object.fromEntries(parts.map((part) => [part.name, part.about]))
  yield `  "about": ${indented(text(about, 2), 2)}${parts.length > 0 ? ',' : ''}`
  for (const [at, part] of parts.entries()) {
    yield `  ${text(part.name, 0)}: [`
    let held: string | undefined
    for await (const row of part.rows) {
      if (held !== undefined) yield `${held},`
      held = `    ${indented(text(row, 2), 4)}`
    }
    if (held !== undefined) yield held
    yield at === parts.length - 1 ? '  ]' : '  ],'
  }
  yield '}'
}

function indented(json: string, by: number): string {
  return json.replaceAll('\n', `\n${' '.repeat(by)}`)
}
