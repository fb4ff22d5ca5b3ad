import { TransportError } from './errors.ts'
import type { RawAnswer } from './verify.ts'

export type Outgoing = {
  readonly functionName: string
  readonly url: string
  readonly body: string
  readonly timeoutMs: number
  readonly fetch: typeof fetch
}

/** Posts a form and reads the whole answer; never follows a redirect. Throws TransportError. */
export async function send(outgoing: Outgoing): Promise<RawAnswer> {
  const { functionName } = outgoing
  try {
    const response = await outgoing.fetch(outgoing.url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: outgoing.body,
      redirect: 'manual',
      signal: AbortSignal.timeout(outgoing.timeoutMs),
    })
    const body = new Uint8Array(await response.arrayBuffer())
    return {
      functionName,
      status: response.status,
      body,
      header: (name) => response.headers.get(name),
    }
  } catch (error) {
    const isTimeout = error instanceof Error && error.name === 'TimeoutError'
    throw new TransportError(functionName, isTimeout ? 'timeout' : 'connection', { cause: error })
  }
}
