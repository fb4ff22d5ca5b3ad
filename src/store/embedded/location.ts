import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { type Binaries, dropOldCopies, linkLibraries, ownCopy } from './binaries.ts'
import { EmbeddedError } from './errors.ts'
import { lookAt, makeDir, readIfThere, writeWhole } from './files.ts'
import { canReach, chooseServerUser, type ServerUser } from './run-as.ts'

/** Where the server's things lie and whose they are. */
export type Location = {
  /** The gateway's: key, password, log, lock. */
  dataDir: string
  /** The server's: `pg`, `socket`, `bin-<version>`. DATA_DIR, or a place of its own. */
  home: string
  pgDir: string
  /** Names this DATA_DIR where its whole path is too long. */
  hash: string
  user: ServerUser | null
}

/** Parent of the places for data that root's server can't reach in DATA_DIR. */
const systemHome = '/var/lib/countersign'

/**
 * Decides where the data lie. What is there stays where it is; a new book lies in DATA_DIR, or
 * under `outside` where the server's user can't reach DATA_DIR.
 */
export async function locate(dataDir: string, outside: string = systemHome): Promise<Location> {
  const real = await realpath(dataDir)
  const hash = createHash('sha256').update(real).digest('hex').slice(0, 16)
  const at = async (home: string): Promise<Location> => {
    const pgDir = join(home, 'pg')
    return { dataDir, home, pgDir, hash, user: await chooseServerUser(pgDir) }
  }
  const noted = (await readIfThere(join(dataDir, 'location')))?.trim()
  if (noted) {
    const place = await at(noted)
    if (!(await lookAt(place.pgDir))) throw lostData(dataDir, place.pgDir)
    return checked(place)
  }
  const inside = await at(real)
  if (inside.user === null || (await lookAt(inside.pgDir))) return checked(inside)
  // The package may be out of reach: then its programs are copied, and the data stay here.
  if (await canReach(inside.user, [real])) return inside
  const place = await at(join(outside, hash))
  await makeDir(outside, 0o755)
  await makeDir(place.home, 0o711)
  if (await canReach(place.user, [place.home])) return place
  throw new EmbeddedError(
    `PostgreSQL refuses to run as root, and user ${place.user?.name} reaches neither ${real} ` +
      `nor ${place.home}. Choose a DATA_DIR it can reach, or set DATABASE_URL.`,
  )
}

/** Throws EmbeddedError where no book was ever made for this DATA_DIR. */
export async function refuseEmpty(dataDir: string): Promise<void> {
  const marks = await Promise.all(['pg', 'location'].map((name) => lookAt(join(dataDir, name))))
  if (marks.some((mark) => mark !== undefined)) return
  throw new EmbeddedError(
    `there is no order book in ${dataDir} (DATA_DIR). Run this with the settings of the gateway, ` +
      'from its folder; to begin a new book, start the gateway: countersign serve',
  )
}

async function checked(place: Location): Promise<Location> {
  const { pgDir, user } = place
  const owner = await lookAt(pgDir)
  const uid = process.getuid?.()
  if (owner && uid !== undefined && uid !== 0 && owner.uid !== uid) {
    throw new EmbeddedError(
      `${pgDir} belongs to another user (uid ${owner.uid}). ` +
        'Start Countersign as the user that made it, or as root.',
    )
  }
  if (!(await canReach(user, [place.home]))) {
    throw new EmbeddedError(
      `PostgreSQL refuses to run as root, and user ${user?.name}, whose data lie in ${pgDir}, ` +
        `can't reach them. Give it the right to pass: chmod o+x on ${place.home} and its parents.`,
    )
  }
  return place
}

function lostData(dataDir: string, pgDir: string): EmbeddedError {
  return new EmbeddedError(
    `${join(dataDir, 'location')} says that the data lie in ${pgDir}, but nothing is there. ` +
      'Bring that directory back; to begin with an empty book instead, delete the file.',
  )
}

/** Notes for later starts, and for the reader, that the data lie outside DATA_DIR. */
export async function noteLocation(place: Location): Promise<boolean> {
  if (place.home === (await realpath(place.dataDir))) return false
  const note = join(place.dataDir, 'location')
  if ((await readIfThere(note))?.trim() === place.home) return false
  await writeWhole(note, `${place.home}\n`, 0o644)
  return true
}

/**
 * Programs that the server's user can run, with their library links: the package's own, or a copy
 * beside the data where that user can't reach the package or the links can't be made there.
 */
export async function usableBinaries(pack: Binaries, place: Location): Promise<Binaries> {
  const linked = await linkLibraries(pack.root)
  const paths = [pack.initdb, pack.postgres, join(pack.root, 'share'), join(pack.root, 'lib')]
  if (linked && (await canReach(place.user, paths))) return pack
  await dropOldCopies(place.home, pack.version)
  return ownCopy(pack, place.home)
}

/** Directories of DATA_DIR that root made must let the server's user through. */
export async function openDataDir(dataDir: string): Promise<void> {
  await makeDir(dataDir, process.getuid?.() === 0 ? 0o711 : 0o700)
}
