/** One step of a path: into a key, an entry, each entry, or the entry with that value. */
export type Step =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'entry'; readonly index: number }
  | { readonly kind: 'each' }
  | { readonly kind: 'where'; readonly key: string; readonly value: string }

const STEP = /\.(\w+)|\[(\*)\]|\[(\d+)\]|\[(\w+)=([^\]]*)\]/y

/** Reads `$.a.b`, `$.list[0].c`, `$.list[*].c` and `$.list[key=value].c`. */
export function parsePath(path: string): readonly Step[] {
  const steps: Step[] = []
  STEP.lastIndex = 1
  while (path.startsWith('$') && STEP.lastIndex < path.length) {
    const found = STEP.exec(path)
    if (found === null) break
    steps.push(stepOf(found))
    if (STEP.lastIndex === path.length) return steps
  }
  throw new Error(`not a path: ${path}`)
}

function stepOf([, key, each, index, where, value]: RegExpExecArray): Step {
  if (key !== undefined) return { kind: 'key', key }
  if (each !== undefined) return { kind: 'each' }
  if (index !== undefined) return { kind: 'entry', index: Number(index) }
  return { kind: 'where', key: where ?? '', value: value ?? '' }
}

export function isObject(json: unknown): json is Readonly<Record<string, unknown>> {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}

/** Whether a step leads to this entry of a list. */
export function leadsTo(step: Step, index: number, entry: unknown): boolean {
  if (step.kind === 'each') return true
  if (step.kind === 'entry') return step.index === index
  if (step.kind === 'key') return false
  return isObject(entry) && String(entry[step.key]) === step.value
}

/** The value at a path, the first of many; `undefined` if there is none. */
export function valueAt(json: unknown, path: string): unknown {
  let here = json
  for (const step of parsePath(path)) {
    if (step.kind === 'key') here = isObject(here) ? here[step.key] : undefined
    else {
      const entries: readonly unknown[] = Array.isArray(here) ? here : []
      here = entries.find((entry, index) => leadsTo(step, index, entry))
    }
  }
  return here
}
