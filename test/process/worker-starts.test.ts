import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { connectionsNeeded } from '../../src/book.ts'
import { readConfig } from '../../src/config.ts'
import { startsInVain } from '../../src/restarts.ts'
import { startWorkers, WorkersGone } from '../../src/workers.ts'
import { useBook } from '../support/book.ts'

const book = useBook()

test.each([
  [1, 10, 22],
  [2, 10, 38],
  [4, 10, 60],
  [4, 40, 92],
  [16, 10, 196],
])('%i workers that share %i connections need %i with all that is beside', (...row) => {
  const [workers, connections, needed] = row
  const settings = { WORKERS: String(workers), DATABASE_CONNECTIONS: String(connections) }
  expect(connectionsNeeded(readConfig(settings))).toBe(needed)
})

test('gives up with a clear line when one worker after another ends at its start', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'countersign-test-'))
  const program = join(folder, 'ends-at-once.cjs')
  await writeFile(program, 'process.exit(3)')
  const lines: string[] = []
  const { ctx } = book()
  const keys = { all: [Buffer.alloc(32, 7)] as const, dir: undefined }
  const server = { target: ctx.database.target, place: 'a test', keys }
  const rotateKey = async () => ({ resealed: null, keptIn: 'settings' as const })
  const refused = await startWorkers({
    book: { ctx, server, place: 'a test', rotateKey, close: async () => undefined },
    config: readConfig({ PORT: '0', WORKERS: '2' }),
    log: pino({ base: null }, { write: (line) => void lines.push(line) }),
    clock: () => performance.now(),
    program,
  }).catch((error: unknown) => error)
  await rm(folder, { recursive: true })
  expect(refused).toBeInstanceOf(WorkersGone)
  const ends = lines.map((line) => JSON.parse(line)).filter(({ code }) => code === 3)
  expect(ends.length).toBe(startsInVain - 1)
})
