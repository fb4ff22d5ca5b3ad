import { readdir, readFile } from 'node:fs/promises'
import { readPostmasterFile } from '../../src/store/embedded/postmaster-file.ts'
import { until } from '../support/poll.ts'
import type { GatewayProcess } from '../support/process.ts'
import { isAlive, workersOf } from '../support/workers.ts'
import { pgDirOf } from './crash-book.ts'

/** What is killed: the gateway, one of its workers, the database under it, both, or the machine. */
export type Victim = 'gateway' | 'worker' | 'postgres' | 'both' | 'power'

export async function kill(
  gateway: GatewayProcess,
  victim: Victim,
  dataDir: string | undefined,
  random: () => number,
): Promise<void> {
  if (victim === 'power') return killAll(gateway, dataDir ?? '')
  const postmaster = dataDir === undefined ? undefined : await postmasterPid(dataDir)
  if (victim === 'worker') {
    const living = workersOf(gateway).filter(isAlive)
    const one = living[Math.floor(random() * living.length)]
    if (one !== undefined) process.kill(one, 'SIGKILL')
  }
  if (victim === 'gateway' || victim === 'both') gateway.child.kill('SIGKILL')
  if ((victim === 'postgres' || victim === 'both') && postmaster !== undefined)
    process.kill(postmaster, 'SIGKILL')
}

async function postmasterPid(dataDir: string): Promise<number> {
  const file = await readPostmasterFile(await pgDirOf(dataDir))
  if (file?.pid === undefined) throw new Error('the server has no process file')
  return file.pid
}

/**
 * The server stands still at once, so that nothing more is written; then the gateway goes, which
 * would start it anew, and then the rest.
 */
async function killAll(gateway: GatewayProcess, dataDir: string): Promise<void> {
  const postmaster = await postmasterPid(dataDir)
  const workers = workersOf(gateway).filter(isAlive)
  const family = new Set([postmaster, ...(await childrenOf(postmaster))])
  for (const pid of family) signal(pid, 'SIGSTOP')
  // A stopped server starts no more processes; one may have come since.
  for (const pid of await childrenOf(postmaster)) family.add(pid)
  for (const pid of workers) signal(pid, 'SIGSTOP')
  await gateway.end('SIGKILL')
  for (const pid of [...workers, ...family]) signal(pid, 'SIGKILL')
  await until('all of the server to be gone', async () => {
    const left = await Promise.all([...family].map(isRunning))
    return !left.includes(true)
  })
}

/** It may be gone already. */
function signal(pid: number, name: NodeJS.Signals): void {
  if (isAlive(pid)) process.kill(pid, name)
}

async function childrenOf(parent: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number)
  const parents = await Promise.all(pids.map(async (pid) => (await statOf(pid))?.parent))
  return pids.filter((_, at) => parents[at] === parent)
}

async function isRunning(pid: number): Promise<boolean> {
  const found = await statOf(pid)
  return found !== undefined && found.state !== 'Z'
}

async function statOf(pid: number): Promise<{ state: string; parent: number } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
  const [state = '', parent = ''] = text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? []
  return text === undefined ? undefined : { state, parent: Number(parent) }
}
