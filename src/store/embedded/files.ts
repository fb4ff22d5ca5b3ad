import { randomBytes } from 'node:crypto'
import { chmod, chown, lstat, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errorCode } from './errors.ts'

type Owner = { uid: number; gid: number }

/** A short random part of a file name. */
export function token(): string {
  return randomBytes(6).toString('hex')
}

/** The file's text, or undefined where there is no such file. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** What stands at the path itself (a link is not followed), or undefined. */
export async function lookAt(path: string) {
  try {
    return await lstat(path)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Names in a directory; none where it doesn't exist. */
export async function namesIn(path: string): Promise<string[]> {
  try {
    return await readdir(path)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
}

/** Writes a file so that a crash leaves the old text or the new one, never a half. */
export async function writeWhole(path: string, text: string, mode: number, owner?: Owner | null) {
  const draft = `${path}.${token()}`
  try {
    const file = await open(draft, 'wx', mode)
    try {
      await file.writeFile(text)
      if (owner) await file.chown(owner.uid, owner.gid)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
  await syncDir(dirname(path))
}

/** Makes a rename in the directory durable. */
export async function syncDir(path: string) {
  if (process.platform === 'win32') return
  const dir = await open(path, 'r')
  try {
    await dir.sync()
  } finally {
    await dir.close()
  }
}

/** Makes a directory with its parents; the mode is set on what was missing, whatever the umask. */
export async function makeDir(path: string, mode: number) {
  const first = await mkdir(path, { recursive: true, mode })
  if (first !== undefined) await chmod(path, mode)
}

/** Gives a whole tree to a user; links are not followed. */
export async function giveTree(path: string, owner: Owner) {
  await chown(path, owner.uid, owner.gid)
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const inner = join(path, entry.name)
    if (entry.isDirectory()) await giveTree(inner, owner)
    else if (entry.isFile()) await chown(inner, owner.uid, owner.gid)
  }
}
