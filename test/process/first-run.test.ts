import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeDataDir } from '../support/data-dir.ts'
import { until } from '../support/poll.ts'
import { startGatewayProcess } from '../support/process.ts'
import { callSigned } from '../support/signed-call.ts'

const hasCurl = spawnSync('curl', ['--version']).status === 0

async function isServerThere(dataDir: string): Promise<boolean> {
  const home = await readFile(join(dataDir, 'location'), 'utf8').catch(() => dataDir)
  return existsSync(join(home.trim(), 'pg', 'postmaster.pid'))
}

describe('the first run', () => {
  let dir: Awaited<ReturnType<typeof makeDataDir>>
  let secret = ''
  beforeAll(async () => {
    dir = await makeDataDir()
  })
  afterAll(() => dir.remove())

  it('prints a call that works as it stands', async (context) => {
    const gateway = await startGatewayProcess({ DATA_DIR: dir.dataDir })
    try {
      await expect.poll(gateway.output).toMatch(/^curl .*\n/m)
      secret = /shown this once: (\S+)/.exec(gateway.output())?.[1] ?? ''
      expect(secret.length).toBeGreaterThanOrEqual(32)
      const curl = /^curl .*$/m.exec(gateway.output())?.[0] ?? ''
      if (!hasCurl && process.env.CI === 'true') throw new Error('CI must have curl')
      if (!hasCurl) context.skip('curl is not installed, so the printed call is not made')
      const { stdout } = spawnSync('sh', ['-c', curl], { encoding: 'utf8' })
      expect(JSON.parse(stdout)).toMatchObject({ error_code: 0 })
      const shop = { login: 'demo', secret }
      const answer = await callSigned(gateway.url, shop, 'getOrderDetails', { bill_id: 100000 })
      expect(answer.result).toMatchObject({ rpo: '10000000000000' })
      expect(await callSigned(gateway.url, shop, 'GetAllGoods')).toMatchObject({
        result: { length: 6 },
      })
    } finally {
      expect(await gateway.end('SIGTERM')).toBe(0)
    }
    expect(await isServerThere(dir.dataDir)).toBe(false)
  })

  it('is the only one that prints a secret', async () => {
    const gateway = await startGatewayProcess({ DATA_DIR: dir.dataDir, LOG_LEVEL: 'trace' })
    await callSigned(gateway.url, { login: 'demo', secret }, 'GetAllGoods')
    expect(await gateway.end('SIGTERM')).toBe(0)
    // What it said last is read after it has gone.
    await until('the call in the log', () => gateway.output().includes('"GetAllGoods"'))
    expect(gateway.output()).not.toContain(secret)
    expect(gateway.output()).not.toContain('curl')
  })

  it('stops whole where one Ctrl-C arrives twice, from the terminal and from npm', async () => {
    const gateway = await startGatewayProcess({ DATA_DIR: dir.dataDir })
    gateway.child.kill('SIGINT')
    // Looked for often: the second one has to come while it is stopping.
    await expect.poll(gateway.output, { interval: 5 }).toContain('stopping')
    expect(await gateway.end('SIGINT')).toBe(0)
    expect(await isServerThere(dir.dataDir)).toBe(false)
  })
})
