import { execFile } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { errorCode } from './errors.ts'
import { readIfThere } from './files.ts'

type ProcessState = { state: string; startTicks: string }

/** Whether the process runs; one that ended and waits to be collected does not. */
export async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (errorCode(error) !== 'EPERM') return false
  }
  return (await linuxState(pid))?.state !== 'Z'
}

/** Tells a process from a later one with the same number; undefined where the system can't say. */
export async function startMark(pid: number): Promise<string | undefined> {
  return (await linuxState(pid))?.startTicks
}

/** Process numbers mean something only to processes that share this name. */
export function processSpace(hostname: string): string {
  try {
    return `${hostname} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return hostname
  }
}

/** Whether the process is the PostgreSQL of that data directory and not a later namesake. */
export async function isServerOf(pid: number, pgDir: string): Promise<boolean> {
  if (!(await isRunning(pid))) return false
  if (process.platform === 'win32') return true
  if (process.platform !== 'linux') return isNamedPostgres(pid)
  const name = await readIfThere(`/proc/${pid}/comm`).catch(() => undefined)
  if (name?.trim() !== 'postgres') return false
  try {
    const [works, data] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(pgDir)])
    return works.dev === data.dev && works.ino === data.ino
  } catch {
    // Another user's process: its name is all that can be seen.
    return true
  }
}

/** Whether the process sees other mounts than this one (a container, a private /tmp). */
export function seesOtherMounts(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`) !== readlinkSync('/proc/self/ns/mnt')
  } catch {
    return false
  }
}

async function isNamedPostgres(pid: number): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'comm=', '-p', String(pid)])
    return stdout.includes('postgres')
  } catch {
    return false
  }
}

async function linuxState(pid: number): Promise<ProcessState | undefined> {
  if (process.platform !== 'linux') return undefined
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The name in brackets may itself hold brackets and spaces; fields count from its end.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0] ?? '', startTicks: fields[19] ?? '' }
  } catch {
    return undefined
  }
}
