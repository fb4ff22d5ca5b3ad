import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

/** Every property that the model gives an order or a product, by name. */
const known = new Set(
  ['src/model/order.ts', 'src/model/product.ts'].flatMap((path) =>
    [...read(path).matchAll(/\breadonly (\w+)\??:/g)].map(([, name]) => name),
  ),
)

type Field = { readonly wire: string; readonly book: string; readonly direction: string }

/** The rows of the tables with a column `book`. */
const fields: readonly Field[] = read('docs/order-fields.md')
  .split(/^\| wire \|.*\n/m)
  .slice(1)
  .flatMap((part) => part.slice(0, part.search(/^(?!\|)/m)).split('\n'))
  .filter((line) => line.startsWith('| ') && !line.startsWith('|---'))
  .map((line) => {
    const [, wire = '', book = '', direction = ''] = line.split('|').map((cell) => cell.trim())
    return { wire, book, direction }
  })

describe('docs/order-fields.md', () => {
  it('has a table for every dialect', () => {
    expect(fields.length).toBeGreaterThan(150)
  })

  it.each(fields)('sends $wire somewhere that the book has', ({ book, direction }) => {
    expect(['in', 'out', 'both']).toContain(direction)
    if (book === '–') return
    const [held = '', ...needed] = book.split('needs ')
    const names = [...held.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? '')
    expect(names.length + needed.length).toBeGreaterThan(0)
    for (const name of names) {
      for (const part of name.split('.')) expect(known).toContain(part.replace('[]', ''))
    }
  })
})
