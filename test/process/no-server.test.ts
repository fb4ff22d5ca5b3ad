import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { runCommand } from '../support/process.ts'

/** Ports that nobody listens on any more. */
async function deadPorts(): Promise<number[]> {
  const servers = [createServer(), createServer()]
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve) => {
          server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port))
        }),
    ),
  )
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

test.each([['serve'], ['account', 'list']])(
  'countersign %s … names the servers that are away, and no password',
  async (...words) => {
    const args = words.filter((word) => word !== undefined)
    const [first, second] = await deadPorts()
    const { code, stdout, stderr } = await runCommand(args, {
      DATABASE_URL: `postgres://keeper:hidden-word@127.0.0.1:${first},127.0.0.1:${second}/book`,
      COUNTERSIGN_KEY: '07'.repeat(32),
      PORT: '0',
    })
    expect(code).toBe(1)
    expect(stderr).toContain(
      'no server of DATABASE_URL can be written to: ' +
        `127.0.0.1:${first} does not answer, 127.0.0.1:${second} does not answer`,
    )
    expect(stdout + stderr).not.toMatch(/hidden-word|keeper/)
  },
)
