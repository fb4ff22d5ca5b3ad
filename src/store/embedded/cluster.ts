import { chmod, chown, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Binaries } from './binaries.ts'
import { EmbeddedError } from './errors.ts'
import { giveTree, lookAt, namesIn, readIfThere, syncDir, token, writeWhole } from './files.ts'
import { type Location, usableBinaries } from './location.ts'
import { run } from './run-as.ts'
import { databaseName, type Log, type Site } from './site.ts'

/**
 * Whether finished data lie in the place. What an interrupted `initdb` left there is put aside;
 * data of another major version, or damaged, throw EmbeddedError.
 */
export async function inspectData(place: Location, pack: Binaries, log: Log): Promise<boolean> {
  const { pgDir } = place
  const names = await namesIn(pgDir)
  if (names.length === 0) return false
  const version = (await readIfThere(join(pgDir, 'PG_VERSION')))?.trim()
  const isWhole = (await lookAt(join(pgDir, 'global', 'pg_control'))) !== undefined
  if (isWhole && version === undefined) {
    throw new EmbeddedError(`${pgDir} is damaged (no PG_VERSION). Bring it back from a backup.`)
  }
  if (version !== undefined && version !== pack.major) throw otherVersion(pgDir, version, pack)
  if (isWhole) return true
  const aside = `${pgDir}.unfinished-${token()}`
  await rename(pgDir, aside)
  log.warn(`${pgDir} was never finished: moved to ${aside}, beginning anew`)
  return false
}

function otherVersion(pgDir: string, version: string, pack: Binaries): EmbeddedError {
  return new EmbeddedError(
    `${pgDir} was made by PostgreSQL ${version}, and this Countersign brings ${pack.major}: ` +
      `run PostgreSQL ${version} on it, pg_dump the database, move the directory away, start ` +
      'Countersign and load the dump; or set DATABASE_URL to a server with that database.',
  )
}

/** Makes the data directory. It appears under its name only when it is whole and on the disk. */
export async function makeData(site: Site): Promise<void> {
  const { home, pgDir, user } = site
  for (const name of await namesIn(home)) {
    if (!name.startsWith('pg.new-')) continue
    // An initdb whose gateway was killed may still be writing there; the next start tries again.
    await rm(join(home, name), { recursive: true, force: true }).catch(() => {})
  }
  const binaries = await usableBinaries(site.pack, site)
  const draft = join(home, `pg.new-${token()}`)
  await mkdir(draft, { mode: 0o700 })
  try {
    if (user) await chown(draft, user.uid, user.gid)
    await initialize(site, binaries, draft)
    await rename(join(draft, 'data'), pgDir)
    await syncDir(home)
  } finally {
    await rm(draft, { recursive: true, force: true }).catch(() => {})
  }
}

async function initialize(site: Site, binaries: Binaries, draft: string): Promise<void> {
  const passwordFile = join(draft, 'password')
  await writeWhole(passwordFile, `${site.password}\n`, 0o600, site.user)
  const { code, output } = await run(site.user, binaries.initdb, [
    `--pgdata=${join(draft, 'data')}`,
    `--username=${databaseName}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
  ])
  if (code === 0) return
  throw startFailure(`initdb failed in ${site.home}`, output)
}

/** Data that were brought back as root, or with loose rights, are what PostgreSQL accepts again. */
export async function repairRights(site: Site): Promise<void> {
  const found = await lookAt(site.pgDir)
  if (!found) return
  if (site.user && found.uid !== site.user.uid) {
    site.log.info(`giving ${site.pgDir} to user ${site.user.name}`)
    await giveTree(site.pgDir, site.user)
  }
  if (process.platform !== 'win32' && (found.mode & 0o777) !== 0o700) {
    await chmod(site.pgDir, 0o700)
  }
}

/** Words what a program of PostgreSQL printed before it gave up. */
export function startFailure(what: string, output: string): EmbeddedError {
  if (/No space left on device|Disk quota exceeded/i.test(output)) {
    return new EmbeddedError(`${what}: the disk is full. Make room and start again.`)
  }
  if (/error while loading shared libraries/i.test(output)) {
    return new EmbeddedError(
      `${what}: the embedded PostgreSQL does not fit this system: set DATABASE_URL. ` +
        `It said: ${lastLines(output)}`,
    )
  }
  return new EmbeddedError(`${what}. It said: ${lastLines(output)}`)
}

function lastLines(output: string): string {
  return output.trim().split('\n').slice(-6).join('\n')
}
