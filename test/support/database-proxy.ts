import { createServer, connect as dial, type Socket } from 'node:net'

/**
 * `open`: passes everything on. `silent`: takes connections and bytes, and answers nothing.
 * `closing`: takes a connection and closes it. `gone`: nobody listens.
 */
export type ProxyMode = 'open' | 'silent' | 'closing' | 'gone'

export type DatabaseProxy = {
  readonly port: number
  /** Connections that were tried while somebody listened, since it was last asked. */
  attempts(): number
  set(mode: ProxyMode): Promise<void>
  close(): Promise<void>
}

/** Stands between a gateway and its Postgres, and fails as it is told. */
export async function startProxy(
  place: { readonly path: string } | { readonly host: string; readonly port: number },
): Promise<DatabaseProxy> {
  let mode: ProxyMode = 'open'
  let attempts = 0
  const callers = new Set<Socket>()
  const hangUp = (): void => {
    for (const near of callers) near.destroy()
  }
  const server = createServer((near) => {
    attempts += 1
    callers.add(near)
    near.on('error', () => undefined).on('close', () => callers.delete(near))
    if (mode === 'closing') {
      near.end()
      near.resume()
      return
    }
    if (mode === 'silent') {
      near.resume()
      return
    }
    const far = dial(place)
    far.on('error', () => undefined)
    near.on('data', (bytes) => mode === 'silent' || far.write(bytes))
    far.on('data', (bytes) => mode === 'silent' || near.write(bytes))
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
  })
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
  await listen(0)
  const { port } = server.address() as { port: number }
  const stopListening = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      hangUp()
    })
  return {
    port,
    attempts() {
      const counted = attempts
      attempts = 0
      return counted
    },
    async set(next) {
      if (mode === 'gone' && next !== 'gone') await listen(port)
      // What went silent half way through an answer is of no use any more.
      if (mode === 'silent' && next === 'open') hangUp()
      if (next === 'closing') hangUp()
      if (next === 'gone' && mode !== 'gone') await stopListening()
      mode = next
    },
    async close() {
      if (mode === 'gone') return
      await stopListening()
    },
  }
}
