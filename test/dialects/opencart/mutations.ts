import { isObject } from './json-path.ts'

export type Mutation = {
  /** Where, with `[*]` for every entry of a list. */
  readonly path: string
  readonly what: string
  /** Whether the value keeps its JSON type. */
  readonly sameKind: boolean
  readonly json: unknown
}

type Change = Omit<Mutation, 'path'>

/** A JSON value with one thing changed, in each way and at each place that counts. */
export function mutationsOf(json: unknown, path = '$', inError = false): Mutation[] {
  const here = changesOf(json, inError).map((change) => ({ ...change, path }))
  if (Array.isArray(json)) {
    const inside = json.flatMap((entry, index) =>
      mutationsOf(entry, `${path}[*]`, inError).map((one) => ({
        ...one,
        json: json.with(index, one.json),
      })),
    )
    return [...here, ...inside]
  }
  if (!isObject(json)) return here
  const inside = Object.entries(json).flatMap(([key, value]) => {
    const { [key]: _, ...rest } = json
    const at = `${path}.${key}`
    return [
      { path: at, what: 'removed', sameKind: false, json: rest },
      ...mutationsOf(value, at, inError || key === 'error').map((one) => ({
        ...one,
        json: { ...json, [key]: one.json },
      })),
    ]
  })
  return [...here, ...inside]
}

function changesOf(json: unknown, inError: boolean): Change[] {
  const changed = (what: string, value: unknown, sameKind = false): Change => {
    return { what, sameKind, json: value }
  }
  if (typeof json === 'string') {
    const number = json === '' ? 0 : Number(json)
    return [
      changed('another text', `${json}x`, true),
      changed('null', null),
      changed('a number', Number.isNaN(number) ? 7 : number),
    ]
  }
  if (typeof json === 'number') {
    return [changed('one more', json + 1, true), changed('as text', String(json))]
  }
  if (typeof json === 'boolean') {
    return [changed('the opposite', !json, true), changed('as number', Number(json))]
  }
  if (Array.isArray(json)) return listChanges(json, changed)
  if (!isObject(json)) return [changed('a text', ''), changed('a list', [])]
  const more = { ...json, 'a-key-more': 1 }
  return [
    changed('a list', [json]),
    changed('an empty list', []),
    ...(inError ? [changed('a key more', more, true)] : []),
  ]
}

function listChanges(
  list: readonly unknown[],
  changed: (what: string, value: unknown, sameKind?: boolean) => Change,
): Change[] {
  if (list.length === 0) {
    return [changed('an empty object', {}), changed('null', null), changed('an entry', [1], true)]
  }
  return [
    changed('an entry less', list.slice(1), true),
    changed('an entry more', [...list, list[0]], true),
    changed('an object', { ...list }),
  ]
}
