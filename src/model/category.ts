export type Category = {
  readonly id: number
  /** Null: on the top level. */
  readonly parentId: number | null
  readonly name: string
}

export type CategoryClash = { readonly id: number; readonly reason: string }

/**
 * The wanted categories that cannot stand beside the others: one name stands once below a parent.
 * Categories that are there already give way to a wanted one of the same id.
 */
export function categoryClashes(
  existing: readonly Category[],
  wanted: readonly Category[],
): readonly CategoryClash[] {
  const ids = new Set(wanted.map(({ id }) => id))
  const holders = new Map<string, number>()
  for (const one of existing) if (!ids.has(one.id)) holders.set(keyOf(one), one.id)
  return wanted.flatMap((one) => {
    if (one.parentId === one.id) return [{ id: one.id, reason: 'it is its own parent' }]
    const holder = holders.get(keyOf(one))
    holders.set(keyOf(one), holder ?? one.id)
    if (holder === undefined || holder === one.id) return []
    return [{ id: one.id, reason: `the category ${holder} has the same name and parent` }]
  })
}

function keyOf({ parentId, name }: Category): string {
  return `${parentId ?? ''}/${name}`
}
