import { z } from 'zod'
import type { LineOption } from './order.ts'

/** What a warehouse calls a product with these options; other options of it do not matter. */
export const optionArticleSchema = z.object({
  options: z.record(z.string(), z.string()),
  article: z.string().min(1),
})

export type OptionArticle = z.output<typeof optionArticleSchema>

/** One article set for these options; null takes it away. */
export type OptionArticleChange = {
  readonly options: OptionArticle['options']
  readonly article: string | null
}

type Choice = Pick<LineOption, 'name' | 'value'>

/**
 * The article of a line with these options: that of the mapping whose options are all among them.
 * Of several the one with most options counts, then the one that was set first.
 */
export function articleWithOptions(
  own: string,
  mappings: readonly OptionArticle[],
  options: readonly Choice[],
): string {
  const chosen = new Set(options.map(choiceKey))
  const fitting = mappings
    .map(({ options: wanted, article }) => ({ keys: keysOf(wanted), article }))
    .filter(({ keys }) => keys.length > 0 && keys.every((key) => chosen.has(key)))
    .sort((one, other) => other.keys.length - one.keys.length)
  return fitting[0]?.article ?? own
}

/** The mappings after a few changes, each known by its options in whatever letters and order. */
export function changedOptionArticles(
  before: readonly OptionArticle[],
  changes: readonly OptionArticleChange[],
): OptionArticle[] {
  const mappings = new Map(before.map((one) => [mappingKey(one), one]))
  for (const { options, article } of changes) {
    const key = mappingKey({ options })
    if (article === null) mappings.delete(key)
    else mappings.set(key, { options, article })
  }
  return [...mappings.values()]
}

function mappingKey({ options }: Pick<OptionArticle, 'options'>): string {
  return JSON.stringify(keysOf(options).sort())
}

function keysOf(options: OptionArticle['options']): string[] {
  return Object.entries(options).map(([name, value]) => choiceKey({ name, value }))
}

function choiceKey({ name, value }: Choice): string {
  return JSON.stringify([foldOption(name), foldOption(value)])
}

/** Names and values count as the same in whatever letters. */
export function foldOption(text: string): string {
  return text.normalize('NFC').trim().toLowerCase()
}
