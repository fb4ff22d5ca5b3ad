import { createHash } from 'node:crypto'
import type { Dialect } from '../../src/dialects/dialect.ts'
import { toy } from '../fixtures/toy-dialect.ts'

/** What of a call reached the protocol behind nginx. */
export type Heard = {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly from: string
  readonly host: string | undefined
  readonly length: string | undefined
  readonly expect: string | undefined
  readonly forwarded: string | undefined
  readonly bytes: number
  readonly sha256: string
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/**
 * A protocol that says what reached it. At `/echo/<login>/long` it answers with a list that goes on
 * when `goOn` is called, and breaks off at `/echo/<login>/cut`; at `/echo/<login>/busy` with 503.
 */
export function anEcho() {
  const state = { calls: 0, goOn: () => {} }
  const dialect: Dialect = {
    ...toy,
    name: 'echo',
    bodyLimit: 16_000_000,
    matchNative: () => undefined,
    createHandler: () => async (call) => {
      state.calls += 1
      if (call.path === '/busy') {
        return new Response('{"error_code":8}', { status: 503, headers: { 'retry-after': '1' } })
      }
      if (call.path === '/long' || call.path === '/cut') return list(call.path === '/cut')
      const body = call.body === 'too-large' ? '' : call.body
      const heard: Heard = {
        method: call.method,
        path: call.wholePath,
        query: call.query,
        from: call.peerAddress,
        host: call.header('host'),
        length: call.header('content-length'),
        expect: call.header('expect'),
        forwarded: call.header('x-forwarded-for'),
        bytes: call.body === 'too-large' ? -1 : call.body.length,
        sha256: sha256(body),
      }
      return Response.json(heard)
    },
  }
  const list = (isCut: boolean): Response => {
    const more = new Promise<void>((resolve) => {
      state.goOn = resolve
    })
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(Buffer.from('first\n'))
        await more
        if (isCut) return controller.error(new Error('half way'))
        controller.enqueue(Buffer.from('last\n'))
        controller.close()
      },
    })
    return new Response(body, { headers: { 'content-type': 'text/html; charset=utf-8' } })
  }
  return { dialect, state }
}
