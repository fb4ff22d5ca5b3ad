import { existsSync, readFileSync } from 'node:fs'
import { link, open, rename, rm, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { readKey } from './read-key.ts'
import type { Drizzle } from './store/database.ts'
import { syncDir, writeWhole } from './store/embedded/files.ts'
import { checkOf, holdCheck, wrongKey } from './store/secrets.ts'

// DATA_DIR/key is the installation's key. A rotation writes the next one to DATA_DIR/key.new
// before it commits and renames it afterwards, so that at any moment the key that the database
// belongs to is in one of the two.

const keyFile = (dir: string): string => join(dir, 'key')
const newKeyFile = (dir: string): string => join(dir, 'key.new')

/** The keys that there are, the one in use first unless a rotation is not settled yet. */
export function keysIn(dir: string): Buffer[] {
  // The new one is read first: were it renamed between the two, it would be missed.
  const fresh = keyAt(newKeyFile(dir))
  const key = keyAt(keyFile(dir))
  return [key, fresh].filter((one) => one !== undefined)
}

/** Undefined where it is missing, may not be read, or holds no key. */
function keyAt(path: string): Buffer | undefined {
  try {
    return readKey(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

/** Makes a key where there is none; 0600. */
export async function ensureKeyFile(
  dir: string,
  randomBytes: (count: number) => Buffer,
): Promise<void> {
  const path = keyFile(dir)
  if (existsSync(path) || existsSync(newKeyFile(dir))) return
  const draft = `${path}.${randomBytes(8).toString('hex')}`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.chmod(0o600)
    await file.writeFile(asText(randomBytes(32)))
    await file.sync()
  } finally {
    await file.close()
  }
  try {
    // A link fails where another process was quicker: then its key counts.
    await link(draft, path)
  } catch (error) {
    if (!existsSync(path)) throw error
  } finally {
    await unlink(draft)
  }
  await syncDir(dir)
}

/** Lays a fresh key beside the one in use, for the same user. Only under the held check value. */
export async function layNewKey(
  dir: string,
  randomBytes: (count: number) => Buffer,
): Promise<Buffer> {
  const key = randomBytes(32)
  const { uid, gid } = await stat(keyFile(dir))
  const owner = process.getuid?.() === 0 ? { uid, gid } : null
  await writeWhole(newKeyFile(dir), asText(key), 0o600, owner)
  return key
}

/** After a rotation, whether it was finished or broken off: one key is left, the database's. */
export async function settleKeyFiles(db: Drizzle, dir: string): Promise<void> {
  if (!existsSync(newKeyFile(dir))) return
  await db.transaction(async (tx) => settleUnder(await holdCheck(tx), dir))
}

/** The same for whoever holds the check value: no rotation can be under way meanwhile. */
export async function settleUnder(check: string | undefined, dir: string): Promise<void> {
  const belongs = (key: Buffer | undefined): boolean => key !== undefined && checkOf(key) === check
  if (!existsSync(newKeyFile(dir))) return
  if (belongs(keyAt(newKeyFile(dir)))) await rename(newKeyFile(dir), keyFile(dir))
  else if (belongs(keyAt(keyFile(dir)))) await rm(newKeyFile(dir), { force: true })
  else throw wrongKey()
  await syncDir(dir)
}

function asText(key: Buffer): string {
  return `${key.toString('hex')}\n`
}
