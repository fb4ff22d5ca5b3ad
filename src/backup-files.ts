import { createReadStream } from 'node:fs'
import { open, rename, unlink } from 'node:fs/promises'
import { type BackupFiles, type BackupTarget, mistake } from './commands/command-line.ts'

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
  const draft = `${path}.${process.pid}.part`
  const tried = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw worded(path, error)
    }
  }
  const file = await tried(() => open(draft, 'wx', 0o600))
  return {
    write: (bytes) => tried(() => file.writeFile(bytes)),
    finish: () =>
      tried(async () => {
        await file.sync()
        await file.close()
        await rename(draft, path)
      }),
    async discard() {
      await file.close().catch(() => undefined)
      await unlink(draft).catch(() => undefined)
    },
  }
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
