import { createReadStream, unlinkSync } from 'node:fs'
import { open, realpath, rename, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type BackupFiles, type BackupTarget, mistake } from './commands/command-line.ts'
import { syncDir } from './store/embedded/files.ts'

/** Backups on disk, and on standard input and output. */
export const backupFiles: Omit<BackupFiles, 'passphrase'> = {
  read: (path) => readBytes(path),
  write: (path) => (path === undefined ? Promise.resolve(standardOutput) : openFile(path)),
  stdoutIsTerminal: () => process.stdout.isTTY === true,
}

const readBytesAtOnce = 262_144

async function* readBytes(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* path === '-' ? process.stdin : createReadStream(path, { highWaterMark: readBytesAtOnce })
  } catch (error) {
    throw worded(path, error)
  }
}

const standardOutput: BackupTarget = {
  write: (bytes) =>
    new Promise((resolve, reject) => {
      process.stdout.write(bytes, (error) => {
        if (error) reject(mistake('the output was closed before the backup was whole'))
        else resolve()
      })
    }),
  finish: async () => undefined,
  discard: async () => undefined,
}

/** Only its owner may read it, and it takes its name once it is on disk whole. */
async function openFile(path: string): Promise<BackupTarget> {
  await refuseOther(path)
  // Behind a link, so that the link stays one.
  const target = await realpath(path).catch(() => path)
  const draft = `${target}.${process.pid}.part`
  const tried = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw worded(path, error)
    }
  }
  const file = await tried(() => open(draft, 'wx', 0o600))
  const keep = removedBySignals(draft)
  return {
    write: (bytes) => tried(() => file.writeFile(bytes)),
    finish: () =>
      tried(async () => {
        await file.sync()
        await file.close()
        await rename(draft, target)
        keep()
        // Not every file system can; the name is there all the same.
        await syncDir(dirname(target)).catch(() => undefined)
      }),
    async discard() {
      await file.close().catch(() => undefined)
      await unlink(draft).catch(() => undefined)
      keep()
    },
  }
}

/** A name that is taken over must be a file's: the rename would put one in a device's place. */
async function refuseOther(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined || found.isFile()) return
  const why = found.isDirectory()
    ? problems.EISDIR
    : 'it is no file; leave --file out, and send standard output there'
  throw mistake(`${path}: ${why}`)
}

const deadly = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Half a backup, with its buyers, is not left behind; gives back how to leave the name alone. */
function removedBySignals(draft: string): () => void {
  const remove = (signal: NodeJS.Signals): void => {
    keep()
    try {
      unlinkSync(draft)
    } finally {
      // Ends the program as it would have without us.
      process.kill(process.pid, signal)
    }
  }
  const keep = (): void => {
    for (const signal of deadly) process.off(signal, remove)
  }
  for (const signal of deadly) process.on(signal, remove)
  return keep
}

const problems: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or directory',
  EACCES: 'this user may not do that',
  EISDIR: 'it is a directory',
  EEXIST: 'a file of that name with .part at its end is in the way',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full',
  EROFS: 'the disk cannot be written',
}

function worded(path: string, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const why = problems[code]
  return why === undefined ? error : mistake(`${path}: ${why}`)
}
