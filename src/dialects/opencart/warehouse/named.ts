/** A map from id to name in the order of the names, whatever their letters' case. */
export function byName(named: readonly (readonly [number, string])[]): ReadonlyMap<number, string> {
  const keyed = named.map(([id, name]) => ({ id, name, key: name.toLowerCase() }))
  keyed.sort((one, other) => {
    if (one.key === other.key) return one.id - other.id
    return one.key < other.key ? -1 : 1
  })
  return new Map(keyed.map(({ id, name }) => [id, name]))
}
