import { chown, mkdir, mkdtemp } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EmbeddedError, errorCode } from './errors.ts'
import { lookAt, token } from './files.ts'
import type { Location } from './location.ts'
import { canReach, type ServerUser } from './run-as.ts'

/** The shorter of the systems' limits (Linux 107 bytes, macOS 103) less PostgreSQL's own part. */
const maxBytes = 103 - '/.s.PGSQL.5432.lock'.length

/**
 * A directory for the socket that only the server's user (and root) can enter: beside the data,
 * or in a system directory where that path is too long, has signs that PostgreSQL splits at, or
 * lies on a file system without sockets. A directory that somebody else put there is never taken.
 */
export async function makeSocketDir(place: Location): Promise<string> {
  const { home, hash, user } = place
  const name = `countersign-${user?.uid ?? process.getuid?.()}-${hash}`
  const temporary = [...new Set([tmpdir(), '/tmp'])]
  const candidates = [
    join(home, 'socket'),
    ...(user ? [join('/run', name)] : []),
    ...temporary.map((dir) => join(dir, name)),
  ]
  for (const path of candidates) {
    if (fits(path) && (await makeOwn(path, user)) && (await isUsable(path, user))) return path
  }
  for (const dir of temporary) {
    const path = await mkdtemp(join(dir, 'countersign-'))
    if (user) await chown(path, user.uid, user.gid)
    if (fits(path) && (await isUsable(path, user))) return path
  }
  throw new EmbeddedError(
    `No directory was found for PostgreSQL's socket (tried ${candidates.join(', ')}). ` +
      'Choose a DATA_DIR with a short plain path on a local disk, or set DATABASE_URL.',
  )
}

/** Whether the directory is the server user's alone, so that nobody can feign the server. */
export async function isOwnDir(path: string, user: ServerUser | null): Promise<boolean> {
  const found = await lookAt(path).catch(() => undefined)
  if (!found?.isDirectory()) return false
  return found.uid === (user?.uid ?? process.getuid?.()) && (found.mode & 0o777) === 0o700
}

function fits(path: string): boolean {
  return Buffer.byteLength(path) <= maxBytes && /^[\w./+-]+$/.test(path)
}

async function makeOwn(path: string, user: ServerUser | null): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 })
    if (user) await chown(path, user.uid, user.gid)
    return true
  } catch (error) {
    return errorCode(error) === 'EEXIST' && isOwnDir(path, user)
  }
}

async function isUsable(path: string, user: ServerUser | null): Promise<boolean> {
  return (await canReach(user, [path])) && takesSockets(path)
}

/** Some shared and network file systems refuse sockets. */
function takesSockets(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(join(path, token()), () => probe.close(() => resolve(true)))
  })
}
