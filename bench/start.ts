// npm run bench:start -- --rounds 9: from the start of the process to the first accepted call on
// an existing data directory, and what the gateway then holds in memory while it idles.
import { type ChildProcess, spawn } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { md5Hex } from '../src/wire/digest.ts'
import { createFigures } from './figures.ts'
import { memoryOf, processes } from './process-memory.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '9' },
    'idle-seconds': { type: 'string', default: '5' },
  },
})
const program = fileURLToPath(new URL('../bin/countersign.js', import.meta.url))
const port = 8195
const figures = createFigures()
const home = await mkdtemp(join(tmpdir(), 'countersign-bench-'))
await chmod(home, 0o711)
const dataDir = join(home, 'data')

/** What else starts on this machine: the least that any server on Node takes. */
const leastServer = `require('node:http').createServer((_, answer) => answer.end('{"error_code":0}'))
  .listen(${port}, '127.0.0.1')`

function start(args: readonly string[]): ChildProcess {
  const env = { ...process.env, DATA_DIR: dataDir, PORT: String(port), DATABASE_URL: '' }
  return spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}

/** Makes the data directory; gives the key of the account `demo`, which the first run prints. */
async function firstRun(): Promise<string> {
  const child = start([program, 'serve'])
  const lines = createInterface({ input: child.stdout as NonNullable<ChildProcess['stdout']> })
  let secret = ''
  for await (const line of lines) {
    secret = /shown this once: (\S+)/.exec(line)?.[1] ?? secret
    if (line.startsWith('curl ')) break
  }
  child.stdout?.resume()
  await end(child)
  return secret
}

/** Milliseconds until a call is accepted; asks again and again from the start on. */
async function firstAccepted(secret: string, startedAt: number): Promise<number> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/influencersoft/demo/api/GetAllGoods`, {
      method: 'POST',
      body: `hash=${md5Hex(`::demo::${secret}`)}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded', connection: 'close' },
    }).then(
      (response) => response.text(),
      () => '',
    )
    if (answer.includes('"error_code":0')) return performance.now() - startedAt
    if (performance.now() - startedAt > 60_000) throw new Error(`no accepted call: ${answer}`)
    await sleep(2)
  }
}

async function postmasterPid(): Promise<number> {
  const noted = await readFile(join(dataDir, 'location'), 'utf8').catch(() => dataDir)
  return Number.parseInt(await readFile(join(noted.trim(), 'pg', 'postmaster.pid'), 'utf8'), 10)
}

async function noteMemory(name: string, pid: number): Promise<void> {
  await sleep(Number(values['idle-seconds']) * 1000)
  const server = await postmasterPid()
  const all = processes()
  const gateway = all.filter((one) => one.pid === pid || (one.parent === pid && one.pid !== server))
  const postgres = all.filter((one) => one.pid === server || one.parent === server)
  const pidsOf = (found: typeof all) => found.map((one) => one.pid)
  for (const [of, pids] of [
    ['gateway', pidsOf(gateway)],
    ['postgres', pidsOf(postgres)],
    ['both', pidsOf([...gateway, ...postgres])],
  ] as const) {
    const { rss, pss } = memoryOf(pids)
    figures.note(`${name}, ${of} | PSS MB`, pss)
    if (of === 'gateway') figures.note(`${name}, ${of} | RSS MB`, rss)
    figures.note(`${name}, ${of} | processes`, pids.length)
  }
}

async function measure(name: string, args: readonly string[], secret: string): Promise<void> {
  const startedAt = performance.now()
  const child = start(args)
  child.stdout?.resume()
  figures.note(`${name} | start ms`, await firstAccepted(secret, startedAt))
  if (args[0] === program) await noteMemory(name, child.pid ?? 0)
  await end(child)
}

try {
  const secret = await firstRun()
  for (let round = 0; round < Number(values.rounds); round += 1) {
    await measure('least server on Node', ['-e', leastServer], secret)
    await measure('gateway', [program, 'serve'], secret)
    await measure('gateway with 2 workers', [program, 'serve', '--workers', '2'], secret)
  }
} finally {
  await rm(home, { recursive: true, force: true })
}
figures.print([
  [
    'gateway / least server, start',
    figures.median('gateway | start ms'),
    figures.median('least server on Node | start ms'),
  ],
])
