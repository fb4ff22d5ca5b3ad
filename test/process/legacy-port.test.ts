import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { useEmptyDatabase } from '../support/database-url.ts'
import { until } from '../support/poll.ts'
import { type GatewayProcess, runCommand, startGatewayProcess } from '../support/process.ts'
import { sendRaw } from '../support/raw-http.ts'
import { answeringWorkers, namedWorkers } from '../support/workers.ts'

const database = useEmptyDatabase()

const bareLineFeeds = 'GET /influencersoft/nobody/api/GetBills HTTP/1.0\nHost: a\r\n\n'

async function legacyPortOf(gateway: GatewayProcess): Promise<number> {
  const said = /^Clients of old HTTP are heard on http:\/\/127\.0\.0\.1:(\d+)$/m
  await until('the second port', () => said.test(gateway.output()))
  return Number(said.exec(gateway.output())?.[1])
}

describe('a gateway with a port for old HTTP', () => {
  it.each(['1', '2'])('hears bare line feeds there alone, with %s workers', async (workers) => {
    const env = { ...database().env, LEGACY_HTTP_PORT: '0', WORKERS: workers }
    const gateway = await startGatewayProcess(env)
    const port = Number(new URL(gateway.url).port)
    const legacyPort = await legacyPortOf(gateway)
    expect((await sendRaw(port, bareLineFeeds)).status).toBe(400)
    await until('calls to all', async () => {
      expect((await sendRaw(legacyPort, bareLineFeeds)).status).toBe(404)
      return workers === '1' || answeringWorkers(gateway).size === 2
    })
    const count = workers === '1' ? 0 : 2
    expect(await namedWorkers(gateway, count)).toHaveLength(count)
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200)
    expect(await gateway.end('SIGTERM')).toBe(0)
    for (const closed of [port, legacyPort]) {
      await expect(sendRaw(closed, bareLineFeeds)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    }
  })

  it.each(['1', '2'])(
    'says that it is in use, with %s workers, and does not start',
    async (workers) => {
      const other = createServer()
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
      const { port } = other.address() as { port: number }
      const env = { PORT: '0', LEGACY_HTTP_PORT: String(port), WORKERS: workers }
      const { code, stdout, stderr } = await runCommand(['serve'], { ...database().env, ...env })
      other.close()
      const place = `port ${port} of 127.0.0.1`
      const what = `${place} is in use; stop what listens there or set LEGACY_HTTP_PORT`
      expect([code, stderr]).toEqual([1, `countersign: ${what}\n`])
      expect(stdout).not.toContain('listens')
    },
  )

  it('has none unless a setting says so', async () => {
    const gateway = await startGatewayProcess(database().env)
    await until('its place', () => gateway.output().includes('Its data lies'))
    expect(gateway.output()).not.toContain('old HTTP')
    expect(await gateway.end('SIGTERM')).toBe(0)
  })
})
