import type { LineOption, OrderLine } from '../../model/order.ts'
import { cut } from './cut.ts'
import type { Settings } from './settings.ts'

export type OrderItem = { readonly SKU: string; readonly Name: string; readonly Quantity: number }

const longestName = 99

/** What a title keeps beside long options. */
const shortestTitle = 40

/**
 * The lines of an order (contract B.2): the same SKU once, but for lines with different options,
 * which would lose what makes them different.
 */
export function orderItems(
  lines: readonly OrderLine[],
  settings: Pick<Settings, 'lines'>,
): OrderItem[] {
  const items = new Map<string, OrderItem>()
  for (const line of linesToPack(lines, settings)) {
    const options = [...line.options].sort(byName)
    const SKU = line.article.trim()
    const key = JSON.stringify([SKU, options.map(({ name, value }) => [name, value])])
    const before = items.get(key)
    const Name = before?.Name ?? nameOf(line.title.trim(), options)
    items.set(key, { SKU, Name, Quantity: (before?.Quantity ?? 0) + line.quantity })
  }
  return [...items.values()]
}

/** The lines that this feed's warehouse packs. */
export function linesToPack(
  lines: readonly OrderLine[],
  settings: Pick<Settings, 'lines'>,
): readonly OrderLine[] {
  if (settings.lines === 'all') return lines
  return lines.filter(({ productType }) => productType === 'physical')
}

function nameOf(title: string, options: readonly LineOption[]): string {
  if (options.length === 0) return cut(title, longestName)
  const said = ` (${options.map(({ name, value }) => `${name}: ${value}`).join(', ')})`
  // A long title gives way: the packer needs the options more.
  const room = Math.max(longestName - said.length, shortestTitle)
  return cut(`${cut(title, room)}${said}`, longestName)
}

function byName(a: LineOption, b: LineOption): number {
  if (a.name === b.name) return 0
  return a.name < b.name ? -1 : 1
}
