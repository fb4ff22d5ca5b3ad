import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeDataDir } from '../support/data-dir.ts'
import { until } from '../support/poll.ts'
import { startGatewayProcess } from '../support/process.ts'
import { callSigned } from '../support/signed-call.ts'
import { isAlive, namedWorkers, workersOf } from '../support/workers.ts'

let dir: Awaited<ReturnType<typeof makeDataDir>>
let secret = ''
beforeAll(async () => {
  dir = await makeDataDir()
})
afterAll(() => dir.remove())

const start = () => startGatewayProcess({ DATA_DIR: dir.dataDir, WORKERS: '2' })

async function isServerThere(): Promise<boolean> {
  const home = await readFile(join(dir.dataDir, 'location'), 'utf8').catch(() => dir.dataDir)
  return existsSync(join(home.trim(), 'pg', 'postmaster.pid'))
}

it('greets once with two workers on the embedded server, and ends every process', async () => {
  const gateway = await start()
  await until('the first call on the screen', () => gateway.output().includes('curl '))
  secret = /shown this once: (\S+)/.exec(gateway.output())?.[1] ?? ''
  expect(gateway.output().match(/shown this once/g)).toHaveLength(1)
  const answer = await callSigned(gateway.url, { login: 'demo', secret }, 'GetAllGoods')
  expect(answer.result).toHaveLength(6)
  expect(await gateway.end('SIGTERM')).toBe(0)
  const workers = await namedWorkers(gateway, 2)
  expect([workers.length, workers.filter(isAlive)]).toEqual([2, []])
  expect(await isServerThere()).toBe(false)
})

it('is killed whole, and the next start takes server and book over', async () => {
  const killed = await start()
  const shop = { login: 'demo', secret }
  const sent = { bill_id: 100000, status: 'sent', date: 1362254400, rpo: 'RR1' }
  expect(await callSigned(killed.url, shop, 'UpdateOrderStatus', sent)).toMatchObject({
    error_code: 0,
  })
  await killed.end('SIGKILL')
  const next = await start()
  const answer = await callSigned(next.url, shop, 'getOrderDetails', { bill_id: 100000 })
  expect(answer.result).toMatchObject({ rpo: 'RR1' })
  await until('the end of the old workers', () => !workersOf(killed).some(isAlive))
  expect(await next.end('SIGTERM')).toBe(0)
  expect(await isServerThere()).toBe(false)
})
