import { until } from './poll.ts'
import type { GatewayProcess } from './process.ts'

/** Processes of the workers that ever listened, in that order. */
export function workersOf({ output }: GatewayProcess): number[] {
  return [...output().matchAll(/"worker":(\d+),"msg":"a worker listens"/g)].map(([, pid]) =>
    Number(pid),
  )
}

/** The same once the log names so many: a worker's calls may be read before the line of its start. */
export async function namedWorkers(gateway: GatewayProcess, count: number): Promise<number[]> {
  await until(`${count} workers in the log`, () => workersOf(gateway).length >= count)
  return workersOf(gateway)
}

/** Processes whose log lines say that they answered a call. */
export function answeringWorkers({ output }: GatewayProcess): Set<number> {
  return new Set([...output().matchAll(/"pid":(\d+).*"msg":"call"/g)].map(([, pid]) => Number(pid)))
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
