import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { EmbeddedError, errorCode } from './errors.ts'
import { lookAt } from './files.ts'

export type ServerUser = { name: string; uid: number; gid: number }

/**
 * The user the server runs as, or null for the gateway's own. PostgreSQL refuses root: then it is
 * whoever owns the data already, else `postgres`, else `nobody`.
 */
export async function chooseServerUser(pgDir: string): Promise<ServerUser | null> {
  if (process.getuid?.() !== 0) return null
  const users = parsePasswd(await readFile('/etc/passwd', 'utf8'))
  const owner = await lookAt(pgDir)
  if (owner && owner.uid !== 0) {
    const known = users.find((user) => user.uid === owner.uid)
    return known ?? { name: `uid ${owner.uid}`, uid: owner.uid, gid: owner.gid }
  }
  const chosen =
    users.find((user) => user.name === 'postgres') ?? users.find((user) => user.name === 'nobody')
  if (chosen) return chosen
  throw new EmbeddedError(
    'PostgreSQL refuses to run as root, and there is no user "postgres" or "nobody" to run it as. ' +
      'Run Countersign as an ordinary user, or set DATABASE_URL.',
  )
}

/** The name, uid and gid of each line of a passwd file; lines that hold none are left out. */
export function parsePasswd(text: string): ServerUser[] {
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':')
    if (!name || !uid || !gid || !/^-?\d+$/.test(uid) || !/^-?\d+$/.test(gid)) return []
    return [{ name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 }]
  })
}

/** What a spawned program gets: no variable of ours may bend it (PGPORT, PGDATA, LC_ALL). */
export function spawnOptions(user: ServerUser | null) {
  const plain = { cwd: '/', env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } }
  if (process.platform === 'win32') return { windowsHide: true }
  return user ? { ...plain, uid: user.uid, gid: user.gid } : plain
}

/** Runs a program to its end as the server's user; gives its exit code and what it printed. */
export function run(
  user: ServerUser | null,
  program: string,
  args: string[],
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...spawnOptions(user),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const gather = (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-8000)
    }
    child.stdout.on('data', gather)
    child.stderr.on('data', gather)
    child.once('error', (error) => reject(spawnFailure(error, program, user)))
    child.once('close', (code) => resolve({ code, output }))
  })
}

/** Words why a program of the package didn't even begin. */
export function spawnFailure(error: Error, program: string, user: ServerUser | null): Error {
  const code = errorCode(error)
  if (code === 'EPERM' && user) {
    return new EmbeddedError(
      `This process is root but may not become user ${user.name} (needed to run PostgreSQL). ` +
        'Run Countersign as an ordinary user, or set DATABASE_URL.',
      { cause: error },
    )
  }
  // The kernel says ENOENT for a missing loader too, e.g. a glibc program on Alpine.
  return new EmbeddedError(
    `${program} can't be run here (${code ?? error.message}). ` +
      'The embedded PostgreSQL does not fit this system: set DATABASE_URL.',
    { cause: error },
  )
}

/** Whether the user gets through to all of the paths; the kernel decides, not mode bits. */
export async function canReach(user: ServerUser | null, paths: string[]): Promise<boolean> {
  if (user === null) return true
  const test = 'for p in "$@"; do test -x "$p" || exit 1; done'
  return (await run(user, '/bin/sh', ['-c', test, 'sh', ...paths])).code === 0
}
