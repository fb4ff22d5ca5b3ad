import { execFile } from 'node:child_process'
import {
  chmod,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  unlink,
} from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type CutRecord, readCutLog } from './power-cut-log.ts'

/** A log of what is not yet synced, beside the data directory of an embedded server. */
export type PowerCut = {
  /** What a gateway's environment needs, so that the server it starts keeps the log. */
  readonly env: Readonly<Record<string, string>>
  /** Makes of a data directory what the disk holds; no server may run on it. */
  readonly cut: (pgDir: string, how: CutKind, random: () => number) => Promise<CutFigures>
}

/** `all`: nothing that was not synced has arrived; `torn`: any 512-byte sector of it may have. */
export type CutKind = 'all' | 'torn'

export type CutFigures = { writes: number; bytes: number; names: number }

const sectorBytes = 512
/** How much of what was not synced a torn cut leaves in place. */
const arrivedShare = 0.4

export async function hasCompiler(): Promise<boolean> {
  return promisify(execFile)('cc', ['--version']).then(
    () => process.platform === 'linux',
    () => false,
  )
}

/**
 * Compiles the shim into `dir`, which must lie on the file system of the data and live as long.
 * `setting` takes away what keeps writes safe, as `fsync=off`: the trial must find what that loses.
 */
export async function preparePowerCut(dir: string, setting = ''): Promise<PowerCut> {
  const shim = join(dir, 'power-cut.so')
  const logDir = join(dir, 'unsynced')
  const source = fileURLToPath(new URL('./power-cut.c', import.meta.url))
  await promisify(execFile)('cc', ['-O2', '-shared', '-fPIC', '-o', shim, source, '-ldl'])
  await makeLogDir(logDir)
  const preload = new URL('./power-cut-preload.js', import.meta.url).href
  return {
    env: {
      NODE_OPTIONS: `--import=${preload}`,
      POWER_CUT_SHIM: shim,
      POWER_CUT_DIR: logDir,
      POWER_CUT_SETTING: setting,
      ...(setting === '' ? {} : { ALLOW_UNSAFE_DATABASE: 'on' }),
    },
    async cut(pgDir, how, random) {
      const records = readCutLog(await readFile(join(logDir, 'log')).catch(() => Buffer.alloc(0)))
      const figures = await undo({ records, logDir, pgDir, how, random })
      await rm(logDir, { recursive: true, force: true })
      await makeLogDir(logDir)
      return figures
    },
  }
}

/** The server writes there under its own user. */
async function makeLogDir(logDir: string): Promise<void> {
  for (const dir of [logDir, join(logDir, 'saved')]) {
    await mkdir(dir)
    await chmod(dir, 0o777)
  }
}

type Undoing = {
  readonly records: readonly CutRecord[]
  readonly logDir: string
  readonly pgDir: string
  readonly how: CutKind
  readonly random: () => number
}

async function undo(undoing: Undoing): Promise<CutFigures> {
  const { records, logDir, pgDir, how, random } = undoing
  const synced = new Map<bigint, number>()
  for (const { kind, ino, offset } of records) if (kind === 'S') synced.set(ino, offset)
  const isOpen = (at: number, ino: bigint): boolean => at >= (synced.get(ino) ?? 0)
  const writes = records.filter(
    ({ kind, at, ino }) => (kind === 'W' || kind === 'T') && isOpen(at, ino),
  )
  const names = records.filter(
    ({ kind, at, ino, parent }) =>
      (kind === 'C' && isOpen(at, ino) && isOpen(at, parent)) ||
      ((kind === 'U' || kind === 'R') && isOpen(at, parent)),
  )
  const paths = new Map([...(await pathsIn(pgDir)), ...(await pathsIn(logDir))])
  let [undone, bytes] = [0, 0]
  for (const [ino, ofFile] of groupByFile(writes)) {
    const path = paths.get(ino)
    if (path === undefined) continue
    await undoWrites(path, ofFile, undoing)
    undone += ofFile.length
    bytes += ofFile.reduce((sum, { count }) => sum + count, 0)
  }
  // Changes of names arrive in their order.
  const arrived = how === 'torn' ? Math.floor(random() * (names.length + 1)) : 0
  const lost = names.slice(arrived)
  for (const one of lost.reverse()) await undoName(one, undoing)
  return { writes: undone, bytes, names: lost.length }
}

function groupByFile(records: readonly CutRecord[]): Map<bigint, CutRecord[]> {
  const files = new Map<bigint, CutRecord[]>()
  for (const record of records) {
    const known = files.get(record.ino)
    if (known === undefined) files.set(record.ino, [record])
    else known.push(record)
  }
  return files
}

/** Files by number. */
async function pathsIn(dir: string): Promise<Map<bigint, string>> {
  const entries = await readdir(dir, { withFileTypes: true, recursive: true })
  const files = entries.filter((entry) => entry.isFile())
  return new Map(
    await Promise.all(
      files.map(async (entry): Promise<[bigint, string]> => {
        const path = join(entry.parentPath, entry.name)
        return [(await lstat(path, { bigint: true })).ino, path]
      }),
    ),
  )
}

/**
 * Newest first. A sector that has arrived keeps what it holds from there on; whether the file has
 * grown is decided once, since its length stands in one place.
 */
async function undoWrites(
  path: string,
  records: readonly CutRecord[],
  { how, random }: Undoing,
): Promise<void> {
  const file = await open(path, 'r+')
  const arrived = new Set<number>()
  const hasGrown = how === 'torn' && random() < 0.5
  try {
    for (const { kind, offset, count, size, bytes } of [...records].reverse()) {
      if (kind === 'T' || how === 'all') {
        await file.write(bytes, 0, bytes.length, offset)
        if (kind === 'T' || !hasGrown) await file.truncate(size)
        continue
      }
      const end = hasGrown ? offset + count : Math.min(offset + count, size)
      const old = Buffer.alloc(Math.max(0, end - offset))
      bytes.copy(old)
      for (let from = offset; from < end; ) {
        const sector = Math.floor(from / sectorBytes)
        const to = Math.min(end, (sector + 1) * sectorBytes)
        if (!arrived.has(sector)) {
          if (random() < arrivedShare) arrived.add(sector)
          else await file.write(old, from - offset, to - from, from)
        }
        from = to
      }
      if (!hasGrown) await file.truncate(size)
    }
  } finally {
    await file.close()
  }
}

async function undoName(
  { kind, names, saved }: CutRecord,
  { logDir, pgDir }: Undoing,
): Promise<void> {
  const [from = '', to = ''] = names
  if (!from.startsWith(`${pgDir}/`)) return
  const kept = join(logDir, 'saved', String(saved))
  // Who has taken the name meanwhile, and was synced, stays.
  const orNot = (): undefined => undefined
  if (kind === 'C') await unlink(from).catch(orNot)
  if (kind === 'U' && saved > 0) await link(kept, from).catch(orNot)
  if (kind === 'R') await rename(to, from).catch(orNot)
  if (kind === 'R' && saved > 0) await link(kept, to).catch(orNot)
}
