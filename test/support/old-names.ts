import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export type OldNames = {
  /** For `ALL_PROXY`: a client that resolves its names here needs no other change. */
  readonly proxy: string
  /** `name:port` as clients asked for them. */
  readonly asked: readonly string[]
  stop(): Promise<void>
}

/**
 * Stands for a hosts file: every name leads to this machine, and its ports to others. A proxy of
 * SOCKS 5 (RFC 1928), which curl takes from the environment.
 */
export async function startOldNames(ports: Readonly<Record<number, number>>): Promise<OldNames> {
  const asked: string[] = []
  const open = new Set<Socket>()
  const server = createServer((client) => {
    open.add(client)
    client.on('error', () => client.destroy()).on('close', () => open.delete(client))
    lead(client, ports, asked).catch(() => client.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    proxy: `socks5h://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async stop() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function lead(
  client: Socket,
  ports: Readonly<Record<number, number>>,
  asked: string[],
): Promise<void> {
  await once(client, 'data')
  client.write(Buffer.from([5, 0]))
  const [request] = (await once(client, 'data')) as [Buffer]
  const name = request.subarray(5, 5 + (request[4] ?? 0)).toString('latin1')
  const port = request.readUInt16BE(5 + name.length)
  asked.push(`${name}:${port}`)
  const way = connect(ports[port] ?? 0, '127.0.0.1')
  way.on('error', () => client.destroy())
  await once(way, 'connect')
  client.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]))
  client.pipe(way).pipe(client)
}
