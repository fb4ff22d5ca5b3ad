import { existsSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { makeDataDir } from '../support/data-dir.ts'
import { useEmptyDatabase } from '../support/database-url.ts'
import { runCommand, startGatewayProcess } from '../support/process.ts'

const database = useEmptyDatabase()

type Status = { ok: boolean; reasons: { kind: string; text: string; next: string }[] }

async function status(env: Readonly<Record<string, string>>, ...more: string[]) {
  const { code, stdout, stderr } = await runCommand(['status', '--json', ...more], env)
  expect(stderr).not.toMatch(/^ {4}at |this is a bug/m)
  return { code, ...(JSON.parse(stdout) as Status) }
}
const kindsOf = ({ reasons }: Status) => reasons.map(({ kind }) => kind)

/** A port on which something takes connections and says nothing; and a port with nothing at all. */
async function aPort(): Promise<{ port: number; server: Server }> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as { port: number }).port, server }
}
async function aDeadPort(): Promise<string> {
  const { port, server } = await aPort()
  await new Promise((resolve) => server.close(resolve))
  return String(port)
}

describe('countersign status', () => {
  it('is content with a gateway that takes calls, of one process or of several', async () => {
    for (const workers of ['1', '2']) {
      const gateway = await startGatewayProcess({ ...database().env, WORKERS: workers })
      const env = { ...database().env, PORT: new URL(gateway.url).port, WORKERS: workers }
      expect(await status(env)).toMatchObject({ code: 0, ok: true, reasons: [] })
      expect((await runCommand(['status'], env)).stdout).toMatch(/^All is well with /)
      await gateway.end('SIGTERM')
    }
  })

  it('says that the gateway does not run, and looks at the book all the same', async () => {
    const found = await status({ ...database().env, PORT: await aDeadPort() })
    expect([found.code, kindsOf(found)]).toEqual([1, ['gateway']])
    expect(found.reasons[0]?.text).toContain('no gateway answers at http://127.0.0.1:')
  })

  it('says that the gateway hangs', async () => {
    const { port, server } = await aPort()
    const found = await status({ ...database().env, PORT: String(port) })
    server.close()
    expect([found.code, kindsOf(found)]).toEqual([1, ['gateway']])
    expect(found.reasons[0]?.text).toContain('does not answer in time')
  })

  it('says that the key is another one', async () => {
    const port = await aDeadPort()
    await runCommand(['account', 'list'], database().env)
    const found = await status({ ...database().env, PORT: port, COUNTERSIGN_KEY: '08'.repeat(32) })
    expect([found.code, kindsOf(found)]).toEqual([1, ['gateway', 'key']])
    expect(found.reasons[1]?.text).toContain('filled with another key')
  })

  it('makes no book where there is none, and says so', async () => {
    const { dataDir, remove } = await makeDataDir()
    const nowhere = join(dataDir, 'mistyped')
    try {
      const env = { DATA_DIR: nowhere, PORT: await aDeadPort() }
      const found = await status(env)
      expect([found.code, kindsOf(found)]).toEqual([1, ['gateway', 'database']])
      expect(found.reasons[1]?.text).toContain(`there is no order book in ${nowhere} (DATA_DIR)`)
      const shown = await runCommand(['account', 'show', 'shop'], env)
      expect([shown.code, shown.stdout]).toEqual([1, ''])
      expect(shown.stderr).toContain('there is no order book')
      expect(existsSync(nowhere)).toBe(false)
    } finally {
      await remove()
    }
  })

  it.each([
    ['away', async () => `postgres://keeper:hidden-word@127.0.0.1:${await aDeadPort()}/book`],
    [
      'away, with its standby',
      async () =>
        `postgres://keeper:hidden-word@127.0.0.1:${await aDeadPort()},127.0.0.1:${await aDeadPort()}/book`,
    ],
  ])('says that the database is %s, and no password', async (_what, url) => {
    const env = { DATABASE_URL: await url(), COUNTERSIGN_KEY: '07'.repeat(32) }
    const found = await status({ ...env, PORT: await aDeadPort() })
    expect([found.code, kindsOf(found)]).toEqual([1, ['gateway', 'database']])
    expect(found.reasons[1]?.next).toContain('See that Postgres runs')
    expect(JSON.stringify(found)).not.toMatch(/hidden-word|keeper/)
  })

  it('says so of a database that takes the connection and then is silent', async () => {
    const { port, server } = await aPort()
    const env = { DATABASE_URL: `postgres://u:p@127.0.0.1:${port}/book` }
    const found = await status({ ...env, COUNTERSIGN_KEY: '07'.repeat(32), PORT: '0' })
    server.close()
    expect([found.code, kindsOf(found)]).toEqual([1, ['database']])
  })

  it('says which setting is bad', async () => {
    const { code, stdout, stderr } = await runCommand(['status'], { METRICS_FROM: 'everybody' })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toContain('METRICS_FROM=everybody')
  })
})
