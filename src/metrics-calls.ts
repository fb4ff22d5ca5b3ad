import { Counter, Histogram, type Registry } from 'prom-client'
import { outcomeKind } from './model/call-outcome.ts'

export type MeasuredCall = {
  readonly dialect: string
  readonly function: string | undefined
  readonly outcome: string | undefined
  readonly tookMs: number
}

/** What of a dialect the measuring needs. */
export type MeasuredDialect = { readonly name: string; readonly calls: readonly string[] }

const seconds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

type Child = { readonly inc: (by: number) => void }

/**
 * Counts calls. Each combination of labels is looked up once and then kept, since this is done for
 * every call; a function that the dialect does not have counts as `other`, whatever its name.
 */
export function measureCalls(
  registry: Registry,
  dialects: readonly MeasuredDialect[],
): (call: MeasuredCall) => void {
  const calls = new Counter({
    name: 'countersign_calls_total',
    help: 'Calls that were answered',
    labelNames: ['dialect', 'function', 'outcome'],
    registers: [registry],
  })
  const durations = new Histogram({
    name: 'countersign_call_seconds',
    help: 'From the beginning of a call to the beginning of its answer',
    labelNames: ['dialect'],
    buckets: seconds,
    registers: [registry],
  })
  const meters = new Map(
    dialects.map(({ name, calls: functions }) => [
      name,
      {
        functions: new Set(functions),
        children: new Map<string, Child>(),
        duration: durations.labels(name),
      },
    ]),
  )
  return (call) => {
    const meter = meters.get(call.dialect)
    if (meter === undefined) return
    const name = meter.functions.has(call.function ?? '') ? call.function : undefined
    const outcome = outcomeKind(call.outcome ?? 'bug')
    const key = name === undefined ? outcome : `${outcome} ${name}`
    let child = meter.children.get(key)
    if (child === undefined) {
      child = calls.labels(call.dialect, name ?? 'other', outcome)
      meter.children.set(key, child)
    }
    child.inc(1)
    meter.duration.observe(call.tookMs / 1000)
  }
}
