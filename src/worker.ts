import cluster from 'node:cluster'
import { type BookServer, bookOn, type Sources } from './book.ts'
import type { Config } from './config.ts'
import { type Gateway, startGateway } from './gateway.ts'
import { createLog } from './log.ts'
import { joinMetrics } from './metrics-workers.ts'

/** What a worker is sent once it has said hello: all that it needs, so that it reads nothing. */
export type Job = { readonly config: Config; readonly server: BookServer }

export const hello = 'hello'
export const stop = 'stop'

/** Takes calls as one worker of several, until it is told to stop or its primary is gone. */
export async function work(told: Promise<void>, sources: Sources, version: string): Promise<void> {
  const ending = Promise.race([told, untilReleased()])
  const job = await Promise.race([nextJob(), ending])
  try {
    if (job !== undefined) await carryOut(job, ending, sources, version)
  } finally {
    // The channel would keep the process alive.
    if (process.connected) process.disconnect()
  }
}

/** Resolves when the primary says so, or is gone. */
function untilReleased(): Promise<void> {
  return new Promise((resolve) => {
    process.on('message', (message) => {
      if (message === stop) resolve()
    })
    cluster.worker?.once('disconnect', () => {
      // Else Node ends the process here, in the middle of its calls.
      if (cluster.worker !== undefined) cluster.worker.exitedAfterDisconnect = true
      resolve()
    })
  })
}

function nextJob(): Promise<Job> {
  return new Promise((resolve) => {
    process.on('message', (message) => {
      if (message !== stop) resolve(message as Job)
    })
    process.send?.(hello)
  })
}

async function carryOut(
  job: Job,
  ending: Promise<void>,
  sources: Sources,
  version: string,
): Promise<void> {
  const { config } = job
  const log = createLog(config, process.pid)
  const book = bookOn(job.server, config, log, sources)
  try {
    const { clock } = sources
    const gateway: Gateway = await startGateway({
      book,
      config,
      log,
      clock,
      version,
      joinMetrics,
    })
    await ending
    await gateway.stop()
  } finally {
    await book.close()
  }
}
