import { spawn } from 'node:child_process'
import { copyFile, open, rm, stat, truncate } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { usableBinaries } from './location.ts'
import { spawnFailure, spawnOptions } from './run-as.ts'
import type { Site } from './site.ts'
import { makeSocketDir } from './socket-dir.ts'

/** A server that was started and may still be on its way; `ended` is set when it is gone. */
export type Launched = { pid: number | undefined; ended?: { output: string } | { error: Error } }

/** Nothing an acknowledged order hangs on may be turned off by a setting from elsewhere. */
const durable = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' }

const usual = {
  max_connections: '100',
  shared_buffers: '128MB',
  wal_compression: 'on',
  min_wal_size: '128MB',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Small when idle: no helper processes that a book of orders never uses.
  io_method: 'sync',
  max_logical_replication_workers: '0',
  max_parallel_workers_per_gather: '0',
  // The log keeps starts, stops and crashes. An error goes to its client, who logs it without
  // the values; here it would repeat buyers' data.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
  logging_collector: 'off',
  log_destination: 'stderr',
}

/**
 * Starts the server in a session of its own, so that it outlives the gateway and no Ctrl-C of
 * its terminal reaches it. Its output goes to the log file.
 */
export async function launch(site: Site): Promise<Launched> {
  const binaries = await usableBinaries(site.pack, site)
  const settings = { ...usual, ...(await listening(site)), ...site.settings, ...durable }
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  await boundLog(site.logFile)
  const log = await open(site.logFile, 'a', 0o600)
  try {
    const { size } = await log.stat()
    const child = spawn(binaries.postgres, ['-D', site.pgDir, ...args], {
      ...spawnOptions(site.user),
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    })
    const launched: Launched = { pid: child.pid }
    child.once('error', (error) => {
      launched.ended = { error: spawnFailure(error, binaries.postgres, site.user) }
    })
    child.once('exit', () => {
      readFrom(site.logFile, size).then((output) => {
        launched.ended ??= { output }
      })
    })
    child.unref()
    return launched
  } finally {
    await log.close()
  }
}

async function listening(site: Site): Promise<Record<string, string>> {
  if (process.platform === 'win32') {
    const port = String(await freePort())
    return { listen_addresses: '127.0.0.1', unix_socket_directories: '', port }
  }
  const socketDir = await makeSocketDir(site)
  // Left by a killed server; its lock would stand for as long as its number is anybody's.
  for (const name of ['.s.PGSQL.5432', '.s.PGSQL.5432.lock']) {
    await rm(join(socketDir, name), { force: true })
  }
  return {
    listen_addresses: '',
    unix_socket_directories: socketDir,
    unix_socket_permissions: '0700',
    port: '5432',
    // Shared memory files outlive a logout (systemd RemoveIPC) and a small /dev/shm.
    dynamic_shared_memory_type: 'mmap',
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

async function readFrom(path: string, offset: number): Promise<string> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    const buffer = Buffer.alloc(Math.min(Math.max(size - offset, 0), 8000))
    await file.read(buffer, 0, buffer.length, Math.max(offset, size - buffer.length))
    return buffer.toString('utf8')
  } catch {
    return ''
  } finally {
    await file.close()
  }
}

/**
 * Keeps the log below a size, with one older part beside it. The server appends, so the file may
 * be emptied under its hands.
 */
export async function boundLog(path: string, maxBytes = 10_000_000): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (!found || found.size <= maxBytes) return
  await copyFile(path, `${path}.1`)
  await truncate(path)
}
