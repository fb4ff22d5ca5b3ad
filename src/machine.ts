import { statfs } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import type { Disk, GatewayAnswer, Machine } from './commands/command-line.ts'
import type { Config } from './config.ts'

const answerWithinMs = 5000

type Settings = Pick<Config, 'host' | 'port' | 'workers' | 'committer' | 'databaseUrl' | 'dataDir'>

/** Where a client on this machine finds the gateway of these settings. */
export function localUrl({ host, port }: Pick<Config, 'host' | 'port'>, anywhere: string): string {
  const isAnywhere = host === '0.0.0.0' || host === '::'
  const name = isAnywhere ? anywhere : host.includes(':') ? `[${host}]` : host
  return `http://${name}:${port}`
}

/** What can be seen of the gateway from outside its book. */
export function createMachine(settings: Settings, now: () => number): Machine {
  return {
    now,
    askGateway: () => askGateway(settings, now),
    async disks(place) {
      // The disk of a Postgres elsewhere cannot be seen from here.
      if (settings.databaseUrl !== undefined) return []
      const paths = [settings.dataDir, ...(place !== undefined && isAbsolute(place) ? [place] : [])]
      const found = await Promise.all([...new Set(paths)].map(lookAtDisk))
      return distinct(found.filter((disk) => disk !== undefined))
    },
  }
}

async function lookAtDisk(path: string): Promise<Disk | undefined> {
  try {
    const { bavail, blocks, bsize } = await statfs(path)
    return { path, freeBytes: bavail * bsize, bytes: blocks * bsize }
  } catch (error) {
    // Nothing has been kept there yet.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Two folders on one disk are one disk. */
function distinct(disks: readonly Disk[]): Disk[] {
  const bySize = new Map(disks.map((disk) => [`${disk.freeBytes}/${disk.bytes}`, disk]))
  return [...bySize.values()]
}

async function askGateway(settings: Settings, now: () => number): Promise<GatewayAnswer> {
  const url = localUrl(settings, '127.0.0.1')
  const nothing = { url, dateMs: null, queue: null }
  // Such a gateway listens wherever there is room, and only its log says where.
  if (settings.port === 0) return { ...nothing, state: 'nowhere' }
  try {
    const response = await ask(`${url}/readyz`)
    const answeredAt = now()
    const dateMs = Date.parse(response.headers.get('date') ?? '')
    const said: unknown = await response.json().catch(() => undefined)
    const state = stateOf(said)
    const queue = state === 'stranger' ? null : await askQueue(url, settings)
    const isKnown = state !== 'stranger' && !Number.isNaN(dateMs)
    return { url, state, dateMs: isKnown ? dateMs + now() - answeredAt : null, queue }
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError'
    return { ...nothing, state: isLate ? 'silent' : 'not-running' }
  }
}

function stateOf(said: unknown): GatewayAnswer['state'] {
  const status = typeof said === 'object' && said !== null && 'status' in said ? said.status : ''
  if (status === 'ready') return 'ready'
  return status === 'not ready' ? 'not-ready' : 'stranger'
}

/** Null where the gateway does not tell this machine. */
async function askQueue(url: string, settings: Settings): Promise<GatewayAnswer['queue']> {
  const text = await ask(`${url}/metrics`).then(
    (response) => response.text(),
    () => '',
  )
  const waiting = /^countersign_commands_queued (\d+)$/m.exec(text)?.[1]
  if (waiting === undefined) return null
  return { waiting: Number(waiting), most: settings.committer.maxQueued * settings.workers }
}

function ask(address: string): Promise<Response> {
  const signal = AbortSignal.timeout(answerWithinMs)
  return fetch(address, { signal, redirect: 'manual', headers: { connection: 'close' } })
}
