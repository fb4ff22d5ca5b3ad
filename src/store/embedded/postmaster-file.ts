import { join } from 'node:path'
import { lookAt, readIfThere, writeWhole } from './files.ts'
import type { ServerUser } from './run-as.ts'

/** What PostgreSQL writes about itself while it runs, and leaves behind when it is killed. */
export type PostmasterFile = {
  /** Undefined where the file was not written to its end. */
  pid: number | undefined
  /** Where it listens: a socket directory or an address; undefined while that is not known. */
  host: string | undefined
  port: number
  isReady: boolean
}

export async function readPostmasterFile(pgDir: string): Promise<PostmasterFile | undefined> {
  const text = await readIfThere(join(pgDir, 'postmaster.pid'))
  if (text === undefined) return undefined
  // Lines: pid, data directory, start, port, socket directory, address, shared memory, state.
  const lines = text.split('\n').map((line) => line.trim())
  const pid = Math.abs(Number.parseInt(lines[0] ?? '', 10))
  const port = Number.parseInt(lines[3] ?? '', 10)
  const host = lines[4] || lines[5] || undefined
  return {
    pid: pid > 0 ? pid : undefined,
    host: port > 0 ? host : undefined,
    port,
    isReady: lines[7] === 'ready',
  }
}

/**
 * Lets PostgreSQL start although a stranger now has the number in its stale file: our own number,
 * which is its parent's, it knows for stale. The file itself stays, because from the line about
 * shared memory PostgreSQL sees whether orphans of the dead server still work on the data.
 */
export async function disownPostmasterFile(pgDir: string, user: ServerUser | null): Promise<void> {
  const path = join(pgDir, 'postmaster.pid')
  const text = await readIfThere(path)
  if (text === undefined) return
  const lines = text.split('\n')
  lines[0] = String(process.pid)
  await writeWhole(path, lines.join('\n'), 0o600, user)
}

/** Milliseconds since the file was last written. */
export async function postmasterFileAge(pgDir: string, now: () => number): Promise<number> {
  const found = await lookAt(join(pgDir, 'postmaster.pid'))
  return found ? now() - found.mtimeMs : 0
}
