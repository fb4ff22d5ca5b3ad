import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { repairRights, startFailure } from './cluster.ts'
import { EmbeddedError, errorCode } from './errors.ts'
import { type Connection, type Holder, takeHold } from './holder.ts'
import { type Launched, launch } from './launch.ts'
import {
  disownPostmasterFile,
  type PostmasterFile,
  postmasterFileAge,
  readPostmasterFile,
} from './postmaster-file.ts'
import { isServerOf, seesOtherMounts } from './process-table.ts'
import { databaseName, type Site } from './site.ts'
import { isOwnDir } from './socket-dir.ts'

export type Running = { connection: Connection; holder: Holder; adopted: boolean }

const pollMs = 10
const deafMs = 2_000
const orphansMs = 30_000
const patienceMs = 10 * 60_000

/** Nobody listens there. */
const unheard = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTSOCK'])
/** Somebody does: starting up, shutting down, full, or too slow just now. */
const busy = new Set([
  '57P03',
  '57P01',
  '57P02',
  '53300',
  'ECONNRESET',
  'EPIPE',
  'EAGAIN',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECT_TIMEOUT',
])

type Progress = {
  launched: Launched | undefined
  startedAt: number
  deafSince: number | undefined
  saidAt: number
}

/**
 * Comes back with a server that answered a query: the one that runs, or one started now. Call it
 * under the lock. Recovery after a crash may take long; a server that lives is waited for.
 */
export async function bringUp(site: Site, onLost: () => void): Promise<Running> {
  const startedAt = site.now()
  const progress: Progress = {
    launched: undefined,
    startedAt,
    deafSince: undefined,
    saidAt: startedAt,
  }
  for (;;) {
    const file = await readPostmasterFile(site.pgDir)
    const connection = file && (await connectionTo(site, file))
    const mayAnswer = progress.launched === undefined || file?.isReady === true
    const answer = connection && mayAnswer ? await attempt(site, connection, onLost) : {}
    if (connection && answer.holder) {
      return { connection, holder: answer.holder, adopted: progress.launched === undefined }
    }
    if (progress.launched) await watch(site, progress)
    else if (file?.pid !== undefined && (await isServerOf(file.pid, site.pgDir))) {
      await waitFor(site, progress, file.pid, file.isReady && !answer.isBusy)
    } else await begin(site, progress, file)
    checkPatience(site, progress)
    // Each attempt on a busy server costs it a process and a line in its log.
    await sleep(answer.isBusy ? pollMs * 10 : pollMs)
  }
}

async function connectionTo(site: Site, file: PostmasterFile): Promise<Connection | undefined> {
  const { host, port } = file
  if (host === undefined) return undefined
  if (host.startsWith('/') && !(await isOwnDir(host, site.user))) return undefined
  const { password } = site
  return { host, port, database: databaseName, username: databaseName, password }
}

type Answer = { holder?: Holder; isBusy?: boolean }

async function attempt(site: Site, connection: Connection, onLost: () => void): Promise<Answer> {
  try {
    return { holder: await takeHold(connection, onLost) }
  } catch (error) {
    const code = errorCode(error) ?? ''
    if (code === '28P01') throw wrongPassword(site)
    if (unheard.has(code)) return {}
    if (busy.has(code)) return { isBusy: true }
    throw new EmbeddedError(
      `PostgreSQL on ${site.pgDir} runs but can't be used: ${error instanceof Error ? error.message : code}`,
      { cause: error },
    )
  }
}

/** No server runs: what a dead one left is made harmless, and a new one is started. */
async function begin(site: Site, progress: Progress, file: PostmasterFile | undefined) {
  if (file?.pid !== undefined) await disownPostmasterFile(site.pgDir, site.user)
  else if (file) {
    // PostgreSQL refuses an empty file: it may be a server that is just writing it.
    if ((await postmasterFileAge(site.pgDir, site.now)) < 2_000) return
    await rm(join(site.pgDir, 'postmaster.pid'), { force: true })
  }
  await repairRights(site)
  progress.launched = await launch(site)
}

/** A server that we started ended again: tried anew only while orphans of a killed one go away. */
async function watch(site: Site, progress: Progress): Promise<void> {
  const ended = progress.launched?.ended
  if (!ended) return
  if ('error' in ended) throw ended.error
  const isBlocked = /pre-existing shared memory|lock file "[^"]*" already exists/.test(ended.output)
  if (isBlocked && site.now() - progress.startedAt < orphansMs) {
    await sleep(100)
    progress.launched = undefined
    return
  }
  throw startFailure(`PostgreSQL did not start (its log is ${site.logFile})`, ended.output)
}

/**
 * A server lives that we did not start: it may be on its way up or down. One that says it is
 * ready but can't be reached (its socket was deleted) is stopped, so that a new one can start.
 */
async function waitFor(site: Site, progress: Progress, pid: number, isDeaf: boolean) {
  if (!isDeaf) {
    progress.deafSince = undefined
    return
  }
  progress.deafSince ??= site.now()
  if (site.now() - progress.deafSince < deafMs) return
  if (seesOtherMounts(pid)) {
    throw new EmbeddedError(
      `PostgreSQL (process ${pid}) runs on ${site.pgDir} in another container or service, and its ` +
        'socket is not visible here. Run this command there too, or choose a DATA_DIR with a short ' +
        'plain path, so that the socket lies in it.',
    )
  }
  site.log.warn(`PostgreSQL (process ${pid}) can't be reached at its socket: restarting it`)
  process.kill(pid, 'SIGINT')
  progress.deafSince = undefined
}

function checkPatience(site: Site, progress: Progress): void {
  const now = site.now()
  if (now - progress.startedAt > patienceMs) {
    throw new EmbeddedError(
      `PostgreSQL has not become ready in 10 minutes. See ${site.logFile}, and start again.`,
    )
  }
  if (now - progress.saidAt < 5_000) return
  progress.saidAt = now
  site.log.info('PostgreSQL is not ready yet (recovery after a crash takes a while): waiting')
}

function wrongPassword(site: Site): EmbeddedError {
  return new EmbeddedError(
    `The server on ${site.pgDir} refuses the password in ${join(site.dataDir, 'postgres-password')}. ` +
      'Bring the file back from the backup that the data came from.',
  )
}
