import { spawn } from 'node:child_process'
import {
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { backupFiles } from '../../src/backup-files.ts'
import { useEmptyDatabase } from '../support/database-url.ts'
import { until } from '../support/poll.ts'
import { runCommand } from '../support/process.ts'

const program = fileURLToPath(new URL('../../bin/countersign.js', import.meta.url))

let home: string
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'countersign-backup-'))
})
afterAll(() => rm(home, { recursive: true, force: true }))

describe('the file of a backup', () => {
  const written = async (path: string, text: string) => {
    const target = await backupFiles.write(path)
    await target.write(Buffer.from(text))
    await target.finish()
  }

  it('takes the place of the one before, readable by its owner alone', async () => {
    const path = join(home, 'nightly')
    await writeFile(path, 'yesterday', { mode: 0o644 })
    await written(path, 'today')
    expect(await readFile(path, 'utf8')).toBe('today')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('goes where a link leads, and the link stays', async () => {
    const path = join(home, 'far away')
    const link = join(home, 'newest')
    await writeFile(path, 'yesterday')
    await symlink(path, link)
    await written(link, 'today')
    expect([await readlink(link), await readFile(path, 'utf8')]).toEqual([path, 'today'])
  })

  it('never takes the place of what is no file', async () => {
    const path = join(home, 'socket')
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(path, resolve))
    try {
      await expect(backupFiles.write(path)).rejects.toMatchObject({
        code: 'invalid-input',
        detail: { reason: expect.stringContaining('it is no file; leave --file out') },
      })
      expect((await stat(path)).isSocket()).toBe(true)
    } finally {
      server.close()
    }
    await expect(backupFiles.write(home)).rejects.toMatchObject({
      detail: { reason: expect.stringContaining('it is a directory') },
    })
  })
})

describe('an export that is told to stop', () => {
  const database = useEmptyDatabase()
  beforeAll(async () => {
    const { stderr } = await runCommand(['account', 'add', 'shop', '--json'], database().env)
    expect(stderr).toBe('')
  })

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'by %s leaves nothing behind',
    async (signal) => {
      const dir = await mkdtemp(join(home, 'stopped-'))
      const { env, sql } = database()
      const held = await sql.reserve()
      try {
        // Its rows come late: the file is begun, and goes no further.
        await held`begin`
        await held`lock table vouchers in access exclusive mode`
        const child = spawn(
          process.execPath,
          [program, 'export', 'shop', '--file', `${dir}/backup`],
          {
            env: {
              PATH: process.env.PATH,
              HOME: process.env.HOME,
              ...env,
              BACKUP_PASSPHRASE: 'x'.repeat(12),
            },
            stdio: 'ignore',
          },
        )
        const gone = new Promise((resolve) => child.once('exit', (_, by) => resolve(by)))
        await until('the file', async () => (await readdir(dir)).length > 0)
        child.kill(signal)
        expect(await gone).toBe(signal)
        expect(await readdir(dir)).toEqual([])
      } finally {
        await held`rollback`
        held.release()
      }
    },
  )
})
