import { WebSocket } from 'undici'

/** What `startGatewayProcess` needs in its environment, so that its heap can be swept. */
export const inspected = { NODE_OPTIONS: '--inspect=127.0.0.1:0' }

export type Memory = { readonly residentMb: number; readonly heapMb: number }

/** Sweeps the heap of a gateway process, then measures it. `output`: what it has printed. */
export async function sweptMemory(output: string): Promise<Memory> {
  const address = /Debugger listening on (ws:\S+)/.exec(output)?.[1]
  if (address === undefined) throw new Error('the gateway cannot be inspected')
  const socket = new WebSocket(address)
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', reject)
  })
  let id = 0
  const ask = (method: string, params: object = {}): Promise<{ value?: string }> => {
    id += 1
    const wanted = id
    return new Promise((resolve) => {
      const onMessage = ({ data }: { readonly data: unknown }): void => {
        const message = JSON.parse(String(data))
        if (message.id !== wanted) return
        socket.removeEventListener('message', onMessage)
        resolve(message.result?.result ?? {})
      }
      socket.addEventListener('message', onMessage)
      socket.send(JSON.stringify({ id: wanted, method, params }))
    })
  }
  for (let sweep = 0; sweep < 3; sweep += 1) await ask('HeapProfiler.collectGarbage')
  const { value = '{}' } = await ask('Runtime.evaluate', {
    expression: 'JSON.stringify(process.memoryUsage())',
  })
  socket.close()
  const { rss, heapUsed } = JSON.parse(value)
  return { residentMb: rss / 1024 ** 2, heapMb: heapUsed / 1024 ** 2 }
}
