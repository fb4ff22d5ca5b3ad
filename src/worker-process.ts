import type { Worker } from 'node:cluster'
import { placesOf } from './server.ts'
import { hello, type Job, stop } from './worker.ts'

/** From its first instruction to the port; a process that hangs there is ended. */
const startDeadlineMs = 60_000

/** Beyond the time for calls under way: the committer's deadlines and closing connections. */
const lettingGoMs = 20_000

/** The main one first. */
export type Ports = readonly [port: number, legacyPort: number | undefined]

type Watcher = {
  /** Called once, when the worker listens wherever it should. */
  readonly onListening: (ports: Ports) => void
  /** Called once. */
  readonly onEnd: (how: { code?: number; signal?: string; error?: string }) => void
}

/** Gives a worker its job once it says hello, and tells what becomes of it. */
export function watch(worker: Worker, job: Job, { onListening, onEnd }: Watcher): void {
  const tooLong = setTimeout(() => worker.process.kill('SIGKILL'), startDeadlineMs)
  worker.on('message', (message) => {
    if (message === hello) worker.send(job, ignored)
  })
  const ports: number[] = []
  const wanted = placesOf(job.config).length
  worker.on('listening', ({ port }) => {
    ports.push(port)
    if (ports.length !== wanted) return
    clearTimeout(tooLong)
    const [main = port, legacy] = ports
    onListening([main, legacy])
  })
  worker.once('exit', (code, signal) => {
    clearTimeout(tooLong)
    onEnd(signal ? { signal } : { code })
  })
  worker.on('error', (error: NodeJS.ErrnoException) => {
    // Any other error of the channel is followed by the worker's end.
    if (worker.process.pid !== undefined) return
    clearTimeout(tooLong)
    onEnd({ error: error.code ?? error.name })
  })
}

/** Lets a worker finish its calls, and waits until its process is gone. */
export async function release(worker: Worker, shutdownTimeoutMs: number): Promise<void> {
  if (worker.process.pid === undefined || worker.isDead()) return
  const gone = new Promise((resolve) => worker.once('exit', resolve))
  worker.send(stop, ignored)
  const timer = setTimeout(() => worker.process.kill('SIGKILL'), shutdownTimeoutMs + lettingGoMs)
  await gone
  clearTimeout(timer)
}

/** A message to a worker that is just ending: its end is what counts. */
function ignored(): void {}
