import { afterAll, beforeAll, expect, it } from 'vitest'
import { useEmptyDatabase } from '../support/database-url.ts'
import { until } from '../support/poll.ts'
import { type GatewayProcess, runCommand, startGatewayProcess } from '../support/process.ts'
import { callSigned, type Shop } from '../support/signed-call.ts'
import { answeringWorkers, namedWorkers, workersOf } from '../support/workers.ts'

const database = useEmptyDatabase()

let gateway: GatewayProcess
let shop: Shop
beforeAll(async () => {
  const { stdout } = await runCommand(['account', 'add', 'shop', '--json'], database().env)
  shop = { login: 'shop', secret: JSON.parse(stdout).influencersoft.secret }
  gateway = await startGatewayProcess({ ...database().env, WORKERS: '3' })
})
afterAll(() => gateway.end('SIGTERM'))

/** Over a connection of its own, so that any of the workers may answer. */
async function read(): Promise<{ status: number; text: string }> {
  const headers = { connection: 'close' }
  const response = await fetch(`${gateway.url}/metrics`, { headers })
  return { status: response.status, text: await response.text() }
}
const valueIn = (text: string, sample: string): number =>
  Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${sample} `))
      ?.split(' ')[1] ?? 0,
  )
const good = 'countersign_calls_total{dialect="influencersoft",function="GetAllGoods",outcome="ok"}'
const refused =
  'countersign_calls_total{dialect="influencersoft",function="GetAllGoods",outcome="refused"}'
const sumOf = (text: string): number => valueIn(text, good) + valueIn(text, refused)
const processes = /^countersign_processes\{version="[^"]+"\} (\d+)$/m

let made = 0
async function call(): Promise<void> {
  const knock = { headers: { connection: 'close' } }
  await fetch(`${gateway.url}/nothing`, knock)
  await callSigned(gateway.url, shop, 'GetAllGoods')
  made += 1
}

it('any worker tells what all of them measured together', async () => {
  await until('calls to all', async () => {
    await call()
    return answeringWorkers(gateway).size === 3
  })
  for (let count = 0; count < 12; count += 1) {
    const { status, text } = await read()
    expect(status).toBe(200)
    expect(sumOf(text)).toBe(made)
    expect(processes.exec(text)?.[1]).toBe('3')
    expect(valueIn(text, 'countersign_ready')).toBe(1)
  }
})

it('what a worker counted that was killed is kept, and the next one counts on', async () => {
  const before = await namedWorkers(gateway, 3)
  // What was told last is what the others know of it.
  expect(sumOf((await read()).text)).toBe(made)
  process.kill(before[0] as number, 'SIGKILL')
  await until('a new worker', () => workersOf(gateway).length > before.length)
  await until('all of them', async () => processes.exec((await read()).text)?.[1] === '3')
  expect(sumOf((await read()).text)).toBe(made)
  await call()
  expect(sumOf((await read()).text)).toBe(made)
})

it('a worker that hangs is waited for only a moment, and counts with what it said last', async () => {
  const before = await namedWorkers(gateway, 4)
  const hanging = before.at(-1) as number
  process.kill(hanging, 'SIGSTOP')
  try {
    let told = 0
    await until('the others', async () => {
      const answer = await fetch(`${gateway.url}/metrics`, {
        headers: { connection: 'close' },
        signal: AbortSignal.timeout(6000),
      }).catch(() => undefined)
      // The one that hangs may have been given the connection.
      if (answer === undefined) return false
      expect(answer.status).toBe(200)
      expect(sumOf(await answer.text())).toBe(made)
      told += 1
      return told === 2
    })
  } finally {
    process.kill(hanging, 'SIGCONT')
  }
})
