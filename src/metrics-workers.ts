import cluster, { type Worker } from 'node:cluster'
import { AggregatorRegistry } from 'prom-client'
import type { Measured } from './metrics.ts'

/** Between a worker and its primary: what all workers measured, what one did. */
type Message =
  | { readonly metrics: 'of-all'; readonly id: number }
  | { readonly metrics: 'of-one'; readonly id: number }
  | { readonly metrics: 'measured'; readonly id: number; readonly measured: readonly Measured[] }

/** A worker that does not answer by then counts with what it said last. */
const workerDeadlineMs = 2000

/** To be answered by the primary, whatever its workers do. */
const primaryDeadlineMs = 4000

function isMessage(message: unknown): message is Message {
  return typeof message === 'object' && message !== null && 'metrics' in message
}

/** Of a worker: gives what all of them measured, and answers when it is asked for its own. */
export function joinMetrics(own: () => Promise<Measured>): () => Promise<readonly Measured[]> {
  const waiting = new Map<number, (all: readonly Measured[]) => void>()
  let asked = 0
  process.on('message', (message: unknown) => {
    if (!isMessage(message)) return
    if (message.metrics === 'measured') waiting.get(message.id)?.(message.measured)
    if (message.metrics !== 'of-one') return
    const { id } = message
    void own().then((mine) => tell({ metrics: 'measured', id, measured: [mine] }), ignored)
  })
  return async () => {
    asked += 1
    const id = asked
    let timer: NodeJS.Timeout | undefined
    try {
      return await new Promise((resolve, reject) => {
        waiting.set(id, resolve)
        timer = setTimeout(() => reject(new Error('the primary is silent')), primaryDeadlineMs)
        tell({ metrics: 'of-all', id })
      })
    } finally {
      clearTimeout(timer)
      waiting.delete(id)
    }
  }
}

function tell(message: Message): void {
  if (process.connected) process.send?.(message, undefined, undefined, ignored)
}

export type MetricsHub = {
  /** From when it listens: only then does it answer. */
  join(worker: Worker): void
  /** What it had counted is kept: a sum that falls looks like a new beginning. */
  leave(worker: Worker): void
  close(): void
}

/** Of the primary: gathers what its workers measured for the one that was asked. */
export function createMetricsHub(): MetricsHub {
  const lastOf = new Map<Worker, Measured>()
  const members = new Set<Worker>()
  const waiting = new Map<string, (measured: Measured | undefined) => void>()
  let gone: Measured = []
  let asked = 0

  const askOne = (worker: Worker): Promise<void> => {
    asked += 1
    const id = asked
    const key = `${worker.id} ${id}`
    return new Promise((resolve) => {
      const done = (measured: Measured | undefined): void => {
        clearTimeout(timer)
        waiting.delete(key)
        if (measured !== undefined && members.has(worker)) lastOf.set(worker, measured)
        resolve()
      }
      const timer = setTimeout(() => done(undefined), workerDeadlineMs)
      waiting.set(key, done)
      send(worker, { metrics: 'of-one', id })
    })
  }
  const hear = (worker: Worker, message: unknown): void => {
    if (!isMessage(message)) return
    if (message.metrics === 'measured') {
      waiting.get(`${worker.id} ${message.id}`)?.(message.measured[0])
    }
    if (message.metrics !== 'of-all') return
    const { id } = message
    void Promise.all([...members].map(askOne)).then(() => {
      const measured = gone.length === 0 ? [...lastOf.values()] : [...lastOf.values(), gone]
      send(worker, { metrics: 'measured', id, measured })
    })
  }
  cluster.on('message', hear)
  return {
    join: (worker) => members.add(worker),
    leave(worker) {
      members.delete(worker)
      const last = lastOf.get(worker)
      lastOf.delete(worker)
      if (last === undefined) return
      void addUp([gone, countsOf(last)]).then((sum) => {
        gone = sum
      }, ignored)
    },
    close: () => cluster.off('message', hear),
  }
}

function send(worker: Worker, message: Message): void {
  if (worker.isConnected()) worker.send(message, ignored)
}

/** What only ever grows; a process that has ended has no memory and no sockets. */
function countsOf(measured: Measured): Measured {
  return measured.filter(({ type }) => ['counter', 'histogram'].includes(String(type)))
}

function addUp(all: Measured[]): Promise<Measured> {
  return AggregatorRegistry.aggregate(all).getMetricsAsJSON()
}

/** Whoever would hear it is gone. */
function ignored(): void {}
