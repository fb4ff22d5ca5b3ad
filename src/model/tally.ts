/** How many rows a save has added, changed and found as they were. */
export type Tally = { readonly added: number; readonly changed: number; readonly same: number }

export type RowOutcome = keyof Tally

export const nothingSaved: Tally = { added: 0, changed: 0, same: 0 }

export function tallyOf(outcomes: Iterable<RowOutcome>): Tally {
  const tally = { ...nothingSaved }
  for (const outcome of outcomes) tally[outcome] += 1
  return tally
}
