import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs'
import { IncomingMessage, ServerResponse } from 'node:http'
import { connect, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { Dialect } from '../../src/dialects/dialect.ts'
import { createSpool } from '../../src/spool.ts'
import { toy } from '../fixtures/toy-dialect.ts'
import { useGateway } from '../support/gateway.ts'
import { until } from '../support/poll.ts'
import { rawAnswers, sendRaw } from '../support/raw-http.ts'

setFlagsFromString('--expose_gc')
const collectGarbage = runInNewContext('gc') as () => void

const megabyte = 1024 * 1024
const piece = `${'0123456789abcdef'.repeat(4095)}${'-'.repeat(16)}`

/** Bytes in buffers that somebody still needs, or that are just being given back. */
function buffersInUse(): number {
  collectGarbage()
  return process.memoryUsage().arrayBuffers
}

/** What was seen from inside while answers were made. */
const seen = { pieces: 0, left: 0, names: [''], whenWhole: () => Promise.resolve() }

/** `/list?pieces=<count>&breaks=<after so many>`: a streamed answer of as many pieces. */
const streaming: Dialect = {
  ...toy,
  name: 'streaming',
  matchNative: () => undefined,
  createHandler: () => async (call) => {
    const query = new URLSearchParams(call.query)
    const [count, breaks] = ['pieces', 'breaks'].map((name) => Number(query.get(name) ?? 1e9))
    let made = 0
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          if (made === breaks) throw new Error('no more')
          if (made === count) {
            await seen.whenWhole()
            seen.names = readdirSync(place)
            return controller.close()
          }
          made += 1
          seen.pieces += 1
          controller.enqueue(Buffer.from(piece))
        },
        cancel() {
          seen.left += 1
        },
      },
      { highWaterMark: 0 },
    )
    return new Response(body, { headers: { 'content-type': 'text/xml' } })
  },
}

let place = ''
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'spool-test-'))
  vi.stubEnv('TMPDIR', place)
})
const gateway = useGateway({ dialects: [streaming, toy] })
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(place, { recursive: true })
})

const ask = (query: string, version = '1.0', more = ''): string =>
  `GET /streaming/demo/list?${query} HTTP/${version}\r\nHost: a\r\n${more}\r\n`

/** Files of the place that this process holds open, as far as the system tells. */
function openFiles(): string[] {
  const folder = '/proc/self/fd'
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .map((name) => {
      try {
        return readlinkSync(join(folder, name))
      } catch {
        return ''
      }
    })
    .filter((target) => target.startsWith(place))
}

async function expectNothingLeft(): Promise<void> {
  await until('closed files', () => openFiles().length === 0)
  expect(readdirSync(place)).toEqual([])
}

describe('a streamed answer over HTTP/1.0', () => {
  it.each([0, 1, 2, 40])('of %i pieces goes out whole, with its length', async (count) => {
    const { status, headers, body } = await sendRaw(gateway().port, ask(`pieces=${count}`))
    expect(status).toBe(200)
    expect(body === piece.repeat(count)).toBe(true)
    expect(headers).toMatchObject({
      'content-type': 'text/xml',
      'content-length': String(count * piece.length),
      connection: 'close',
    })
    expect(headers).not.toHaveProperty('transfer-encoding')
    await expectNothingLeft()
  })

  it('ends its connection even where the client would go on', async () => {
    const request = ask('pieces=2', '1.0', 'Connection: keep-alive\r\n')
    expect((await sendRaw(gateway().port, request)).headers.connection).toBe('close')
  })

  it('is told by its head to one who asks for that alone', async () => {
    const request = ask('pieces=2').replace('GET', 'HEAD')
    const { status, body } = await sendRaw(gateway().port, request)
    expect([status, body]).toEqual([200, ''])
    await expectNothingLeft()
  })

  it.each([0, 1, 2, 40])('that breaks off after %i pieces is a 503', async (breaks) => {
    const text = await rawAnswers(gateway().port, ask(`breaks=${breaks}`))
    expect(text).toMatch(/^HTTP\/1\.1 503 /)
    expect(text.toLowerCase()).toContain('\r\nretry-after: 5\r\n')
    expect(text).not.toContain('0123456789')
    expect(text).not.toContain('no more')
    expect(gateway().logText()).toMatch(/"dialect":"streaming"[^\n]*"status":503/)
    await expectNothingLeft()
  })

  it('of 50 MB lies neither in memory nor under a name', async () => {
    const little = buffersInUse() + 8 * megabyte
    // A document held in memory would never come below it.
    seen.whenWhole = () => until('free memory', () => buffersInUse() < little)
    const count = Math.ceil((50 * megabyte) / piece.length)
    let bytes = 0
    const socket = connect(gateway().port, '127.0.0.1', () => socket.write(ask(`pieces=${count}`)))
    await new Promise((resolve, reject) => {
      socket.on('data', (chunk) => {
        bytes += chunk.length
      })
      socket.on('close', resolve).on('error', reject)
    })
    expect(bytes).toBeGreaterThan(count * piece.length)
    expect(seen.names).toEqual([])
    seen.whenWhole = () => Promise.resolve()
    await expectNothingLeft()
  })

  it('waits on disk for a client that reads slowly', async () => {
    const little = buffersInUse() + 8 * megabyte
    const count = Math.ceil((50 * megabyte) / piece.length)
    const socket = connect(gateway().port, '127.0.0.1', () => socket.write(ask(`pieces=${count}`)))
    socket.once('data', () => socket.pause())
    await until('the first bytes', () => socket.isPaused())
    await until('free memory', () => buffersInUse() < little)
    if (existsSync('/proc/self/fd')) expect(openFiles()).toHaveLength(1)
    socket.destroy()
    await expectNothingLeft()
  })

  it('is given up when its client goes away', async () => {
    const before = { ...seen }
    const socket = connect(gateway().port, '127.0.0.1', () => socket.write(ask('')))
    await until('a few pieces', () => seen.pieces > before.pieces + 10)
    socket.destroy()
    await until('the end of it', () => seen.left > before.left)
    await expectNothingLeft()
  })
})

describe('the room for gathered answers', () => {
  const log = { warn: vi.fn() }
  const outgoing = () => new ServerResponse(new IncomingMessage(new Socket()))
  const streamed = (count: number) =>
    new Response(Readable.toWeb(Readable.from(Array(count).fill(Buffer.from(piece)))) as never)

  it('is shared: who finds none hears 503, and it is there again when an answer is out', async () => {
    const spool = createSpool({ log, directory: place, mostBytes: 4 * piece.length })
    const first = outgoing()
    expect((await spool(streamed(3), first)).status).toBe(200)
    expect((await spool(streamed(2), outgoing())).status).toBe(503)
    expect(log.warn.mock.lastCall?.[0]).toMatchObject({ type: 'NoRoom' })
    first.emit('close')
    expect((await spool(streamed(4), first)).status).toBe(200)
    first.emit('close')
    await expectNothingLeft()
  })

  it('may be missing altogether: then long answers are refused, short ones are not', async () => {
    const spool = createSpool({ log, directory: join(place, 'nowhere') })
    expect((await spool(streamed(2), outgoing())).status).toBe(503)
    const short = await spool(streamed(1), outgoing())
    expect([short.status, await short.text()]).toEqual([200, piece])
  })
})

describe('a streamed answer over HTTP/1.1', () => {
  it('goes out piece by piece, and is cut where it breaks off', async () => {
    const whole = await rawAnswers(gateway().port, ask('pieces=9', '1.1', 'Connection: close\r\n'))
    expect(whole.toLowerCase()).toContain('transfer-encoding: chunked')
    expect(whole.endsWith('\r\n0\r\n\r\n')).toBe(true)
    const cut = await rawAnswers(gateway().port, ask('breaks=9', '1.1')).catch(() => '')
    expect(cut.endsWith('\r\n0\r\n\r\n')).toBe(false)
    await expectNothingLeft()
  })
})
