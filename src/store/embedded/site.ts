import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { Binaries } from './binaries.ts'
import { EmbeddedError } from './errors.ts'
import { readIfThere, writeWhole } from './files.ts'
import type { Location } from './location.ts'

export type Log = { info: (message: string) => void; warn: (message: string) => void }

/** All that the steps of a start share. */
export type Site = Location & {
  pack: Binaries
  logFile: string
  password: string
  settings: Record<string, string>
  log: Log
  now: () => number
}

/** The database, and its one role (the cluster's superuser), carry the same name. */
export const databaseName = 'countersign'

/** The password of the server in DATA_DIR; a new one is made where no data are yet. */
export async function serverPassword(place: Location, hasData: boolean): Promise<string> {
  const path = join(place.dataDir, 'postgres-password')
  const kept = (await readIfThere(path))?.trim()
  if (kept) return kept
  if (hasData) {
    throw new EmbeddedError(
      `${path} is missing, and without it nobody can log in to the data in ${place.pgDir}. ` +
        'Bring the file back from the backup that the data came from; to begin with an empty ' +
        `book instead, delete ${place.pgDir}.`,
    )
  }
  const fresh = randomBytes(24).toString('base64url')
  await writeWhole(path, `${fresh}\n`, 0o600)
  return fresh
}
