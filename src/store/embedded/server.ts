import { rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findPackage } from './binaries.ts'
import { bringUp, type Running } from './bring-up.ts'
import { inspectData, makeData } from './cluster.ts'
import { explain } from './errors.ts'
import { type Connection, leaveAsLast } from './holder.ts'
import { boundLog } from './launch.ts'
import { locate, noteLocation, openDataDir, refuseEmpty } from './location.ts'
import { withLock } from './lock.ts'
import { readPostmasterFile } from './postmaster-file.ts'
import { isServerOf } from './process-table.ts'
import { run } from './run-as.ts'
import { type Log, type Site, serverPassword } from './site.ts'

export type EmbeddedOptions = {
  /** Absolute path of DATA_DIR; made where it is missing. */
  dataDir: string
  /** True: nothing is made, and a DATA_DIR that holds no book is refused. */
  mustExist?: boolean
  log: Log
  now?: () => number
  /** More PostgreSQL settings; what keeps acknowledged writes safe can't be turned off. */
  settings?: Record<string, string>
  /** Where the package of binaries lies; by default the installed one for this system. */
  packageDir?: string
  /** Parent of places outside DATA_DIR; by default /var/lib/countersign. */
  outsideDir?: string
}

export type EmbeddedServer = {
  connection: Connection
  location: { dataDir: string; home: string; pgDir: string; keyDir: string; logFile: string }
  /** Whether the server ran already. */
  adopted: boolean
  /** Leaves the server; the last process to leave stops it. May be called more than once. */
  stop: () => Promise<void>
}

/**
 * The PostgreSQL of a DATA_DIR, shared by all processes that ask for it: started, or adopted if it
 * runs, made on the first start, and brought back if it dies. Throws EmbeddedError, worded for the
 * person at the console, where that can't be.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedServer> {
  try {
    return await start(options)
  } catch (error) {
    throw explain(error, options.dataDir)
  }
}

async function start(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const { dataDir, log, now = Date.now, mustExist = false } = options
  if (mustExist) await refuseEmpty(dataDir)
  await openDataDir(dataDir)
  const underLock = <T>(work: () => Promise<T>) => withLock(join(dataDir, 'lock'), now, work)
  const watched: Watched = { isStopping: false, isLost: false }
  const onLost = () => {
    watched.isLost = true
    watched.revive?.()
  }
  const { site, running } = await underLock(async () => {
    const site = await prepare(options, now)
    return { site, running: await bringUp(site, onLost) }
  })
  const server = supervise(site, running, underLock, watched, onLost)
  log.info(
    `PostgreSQL ${running.adopted ? 'was running and is used' : 'started'}: data in ${site.pgDir}`,
  )
  const { home, pgDir, logFile } = site
  return { ...server, location: { dataDir, home, pgDir, keyDir: dataDir, logFile } }
}

async function prepare(options: EmbeddedOptions, now: () => number): Promise<Site> {
  const { dataDir, log, settings = {} } = options
  const pack = await findPackage(options.packageDir)
  const place = await locate(dataDir, options.outsideDir)
  const hasData = await inspectData(place, pack, log)
  const password = await serverPassword(place, hasData)
  const logFile = join(dataDir, 'postgres.log')
  const site: Site = { ...place, pack, logFile, password, settings, log, now }
  if (!hasData) await makeData(site)
  if (await noteLocation(place)) {
    const { name } = place.user ?? { name: 'of the gateway' }
    log.warn(`user ${name} can't reach everything in ${dataDir}: the data lie in ${place.home}`)
  }
  return site
}

type UnderLock = <T>(work: () => Promise<T>) => Promise<T>
type Watched = { isStopping: boolean; isLost: boolean; revive?: () => void }

function supervise(
  site: Site,
  first: Running,
  underLock: UnderLock,
  state: Watched,
  onLost: () => void,
): Pick<EmbeddedServer, 'connection' | 'adopted' | 'stop'> {
  let running = first
  let reviving: Promise<void> | undefined
  let stopping: Promise<void> | undefined
  const revive = async () => {
    for (let waitMs = 50; !state.isStopping; waitMs = Math.min(waitMs * 2, 5_000)) {
      try {
        state.isLost = false
        await running.holder.release()
        running = await underLock(() => bringUp(site, onLost))
        site.log.warn(`PostgreSQL is back${running.adopted ? '' : ': it was started again'}`)
        return
      } catch (error) {
        site.log.warn(`PostgreSQL is gone and does not start: ${String(error)}`)
        await sleep(waitMs)
      }
    }
  }
  state.revive = () => {
    if (state.isStopping || !state.isLost || reviving) return
    reviving = revive().finally(() => {
      reviving = undefined
      // It may have been lost again while it was being brought back.
      state.revive?.()
    })
  }
  // The loss may have come before anybody listened.
  state.revive()
  const bounding = setInterval(() => boundLog(site.logFile).catch(() => {}), 10 * 60_000)
  bounding.unref()
  const leave = async () => {
    state.isStopping = true
    clearInterval(bounding)
    await reviving
    await underLock(() => leaveServer(site, running))
  }
  const stop = () => {
    stopping ??= leave()
    return stopping
  }
  return { connection: first.connection, adopted: first.adopted, stop }
}

async function leaveServer(site: Site, { holder, connection }: Running): Promise<void> {
  // A server that doesn't answer is gone already: there is nothing to stop.
  const isLast = await leaveAsLast(holder).catch(() => false)
  const file = isLast ? await readPostmasterFile(site.pgDir) : undefined
  await holder.release()
  if (file?.pid === undefined) return
  await stopServer(site, file.pid)
  // Only its own directory goes; any other still has something in it.
  if (connection.host.startsWith('/')) await rmdir(connection.host).catch(() => {})
}

async function stopServer(site: Site, pid: number): Promise<void> {
  if (process.platform === 'win32') {
    await run(null, site.pack.pgCtl, ['stop', '-D', site.pgDir, '-m', 'fast', '-w'])
    return
  }
  if (!(await isServerOf(pid, site.pgDir))) return
  process.kill(pid, 'SIGINT')
  const giveUp = site.now() + 120_000
  while (await isServerOf(pid, site.pgDir)) {
    if (site.now() > giveUp) return site.log.warn(`PostgreSQL (process ${pid}) is slow to stop`)
    await sleep(10)
  }
  site.log.info('PostgreSQL stopped: nobody else uses it')
}
