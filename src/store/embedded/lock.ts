import { link, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { EmbeddedError, errorCode } from './errors.ts'
import { readIfThere, token } from './files.ts'
import { isRunning, processSpace, startMark } from './process-table.ts'

type Owner = { pid: number; start?: string | undefined; space: string; token: string }

const beatMs = 2_000
const silentMs = 20_000
const patienceMs = 15 * 60_000

/**
 * Does the work while no other process does work under the same lock file. A lock left by a
 * process that was killed is broken; so is one of another process space (a container that is
 * gone) whose owner has given no sign for 20 s. Throws EmbeddedError after 15 minutes.
 */
export async function withLock<T>(path: string, now: () => number, work: () => Promise<T>) {
  const mine = await acquire(path, now)
  const beat = setInterval(() => {
    const time = new Date(now())
    utimes(path, time, time).catch(() => {})
  }, beatMs)
  beat.unref()
  try {
    return await work()
  } finally {
    clearInterval(beat)
    await release(path, mine)
  }
}

async function acquire(path: string, now: () => number): Promise<Owner> {
  const mine: Owner = {
    pid: process.pid,
    start: await startMark(process.pid),
    space: processSpace(hostname()),
    token: token(),
  }
  const giveUp = now() + patienceMs
  while (!(await claim(path, mine))) {
    const text = await readIfThere(path)
    if (text === undefined) continue
    const owner = parseOwner(text)
    if (await isGone(path, owner, mine.space, now)) await breakLock(path, text, now)
    else if (now() > giveUp) {
      throw new EmbeddedError(
        `Process ${owner?.pid ?? '?'} has held ${path} for 15 minutes. ` +
          'Wait for it, or end it and start again.',
      )
    } else await sleep(10)
  }
  return mine
}

/** A link appears whole or not at all, so nobody ever sees a lock without its owner. */
async function claim(path: string, mine: Owner): Promise<boolean> {
  const draft = `${path}.${token()}`
  try {
    await writeFile(draft, JSON.stringify(mine), { flag: 'wx', mode: 0o644 })
    await link(draft, path)
    return true
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

/**
 * Removes one particular dead lock. Whoever removes it holds a second lock named after it and
 * looks again, so that a slow process never removes the lock of its successor.
 */
async function breakLock(path: string, text: string, now: () => number): Promise<void> {
  const name = parseOwner(text)?.token ?? 'unreadable'
  await withLock(`${path}.${name}`, now, async () => {
    if ((await readIfThere(path)) === text) await rm(path, { force: true })
  })
}

async function release(path: string, mine: Owner): Promise<void> {
  const owner = parseOwner((await readIfThere(path)) ?? '')
  if (owner?.token === mine.token) await rm(path, { force: true })
}

async function isGone(
  path: string,
  owner: Owner | undefined,
  space: string,
  now: () => number,
): Promise<boolean> {
  if (owner?.space === space) {
    if (!(await isRunning(owner.pid))) return true
    const start = await startMark(owner.pid)
    return start !== undefined && owner.start !== undefined && start !== owner.start
  }
  try {
    return now() - (await stat(path)).mtimeMs > silentMs
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false
    throw error
  }
}

function parseOwner(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text)
    const whole = Number.isInteger(owner?.pid) && /^[0-9a-f]{12}$/.test(owner?.token)
    return whole && typeof owner.space === 'string' ? owner : undefined
  } catch {
    return undefined
  }
}
