import { afterEach, describe, expect, it } from 'vitest'
import { expectedSignature } from '../../../src/dialects/opencart/v41/signature.ts'
import { idleByClock } from './idle.ts'
import { type RecordedServer, serveRecording } from './recorded-server.ts'
import {
  type Expected,
  type Place,
  readKeys,
  readRecording,
  type Version,
  versions,
} from './recording.ts'
import { type LetIdle, type Replayed, replay } from './replay.ts'
import { digestOf } from './signing.ts'

const now = () => 1_700_000_000_000
const basePath = '/opencart/demo/'
const seed = async () => undefined
const letIdle: LetIdle = async () => undefined

let server: RecordedServer | undefined

afterEach(async () => {
  await server?.close()
  server = undefined
})

async function start(version: Version, answerOf?: (place: Place) => Expected) {
  server = await serveRecording(readRecording(version), answerOf)
  return server
}

function counts(results: readonly Replayed[]): Readonly<Record<string, number>> {
  const found: Record<string, number> = {}
  for (const { outcome } of results) found[outcome] = (found[outcome] ?? 0) + 1
  return found
}

describe.each(versions)('a replay of %s against its own answers', (version) => {
  const recording = readRecording(version)
  const defects = recording.filter(({ exchange }) => {
    return exchange.original_defect !== undefined && exchange.advised === undefined
  })

  it('finds every exchange equal and gives the defects back', async () => {
    const results = await replay(await start(version), { version, basePath, now, seed, letIdle })
    expect(results.filter(({ differences }) => differences.length > 0)).toEqual([])
    expect(counts(results)).toEqual({
      equal: recording.length - defects.length,
      defect: defects.length,
    })
    expect(
      results.filter(({ outcome }) => outcome === 'defect').every(({ answer }) => answer),
    ).toBe(true)
  })

  it('sends each request as recorded', async () => {
    const { seen, port } = await start(version)
    await replay({ port }, { version, basePath, now, seed, letIdle })
    expect(seen).toHaveLength(recording.length)
    for (const [index, { exchange }] of recording.entries()) {
      const { request } = exchange
      const sent = seen[index]
      expect(JSON.stringify(sent)).not.toContain('{{')
      expect(sent?.method).toBe(request.method)
      expect(sent?.from).toBe(request.from_ip ?? '127.0.0.1')
      expect(sent?.headers.host).toBe(`127.0.0.1:${port}`)
      const query = request.query.map((pair) => pair.join('=')).join('&')
      const pattern = `${basePath}index.php${query === '' ? '' : `?${query}`}`
      expect(matches(pattern, sent?.url ?? '')).toBe(true)
      expect(matches(request.body ?? '', sent?.body ?? '')).toBe(true)
      for (const [name, value] of Object.entries(request.headers)) {
        if (name !== 'cookie')
          expect(sent?.headers[name]).toBe(value.replace('{{token}}', '(token)'))
      }
    }
  })

  it('finds each answer that another server would give', async () => {
    const other = await start(version, () => ({ status: 200, json: { success: 'Something else' } }))
    const results = await replay(other, { version, basePath, now, seed, letIdle })
    expect(results.filter(({ outcome }) => outcome === 'equal')).toEqual([])
    expect(results.some(({ outcome }) => outcome === 'different')).toBe(true)
  })
})

/** Whether a text is the recorded one but for what stands in place of the placeholders. */
function matches(recorded: string, sent: string): boolean {
  const literal = recorded
    .split(/\{\{\w+\}\}/)
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
  return new RegExp(`^${literal.join('[^&]*')}$`, 's').test(sent)
}

describe('a signed request', () => {
  it('carries a signature over what is sent, of the moment of sending', async () => {
    const { seen, port } = await start('4.1.0.3')
    await replay({ port }, { version: '4.1.0.3', basePath, now, seed, letIdle })
    const confirm = seen.find(({ url }) => url.includes('call=confirm'))
    const query = new URLSearchParams(confirm?.url.split('?')[1])
    expect(query.get('time')).toBe('1700000000')
    const digest = digestOf(confirm?.body ?? '', 'escaped')
    const lines = ['api/order', 'confirm', 'alumio', `127.0.0.1:${port}`, basePath, '0', 'en-gb']
    const text = [...lines, 'USD', digest, '1700000000', ''].join('\n')
    const signature = expectedSignature(text, readKeys().get('alumio') ?? '')
    expect(decodeURIComponent(query.get('signature') ?? '')).toBe(signature)
  })

  it('is for another host where one is given', async () => {
    const { seen, port } = await start('4.1.0.3')
    const host = 'demo.example.test'
    await replay({ port }, { version: '4.1.0.3', basePath: '/', host, now, seed, letIdle })
    expect(seen[0]?.headers.host).toBe(host)
    expect(seen.every(({ url }) => url.startsWith('/index.php'))).toBe(true)
  })

  it('has the wished sign in it, raw or encoded, by an earlier second', async () => {
    const { seen, port } = await start('4.1.0.3')
    await replay({ port }, { version: '4.1.0.3', basePath, now, seed, letIdle })
    for (const [index, { exchange }] of readRecording('4.1.0.3').entries()) {
      const { sign } = exchange.request
      if (sign?.signature_contains !== '+') continue
      const url = seen[index]?.url ?? ''
      const plus = { raw: '+', once: '%2B', twice: '%252B' }[sign.percent_encode]
      expect(url.slice(url.indexOf('&signature='))).toContain(plus)
    }
  })
})

describe('a replay', () => {
  const version = '3.0.3.9'

  it('seeds the server first', async () => {
    const calls: string[] = []
    const { seen, port } = await start(version)
    await replay(
      { port },
      {
        version,
        basePath,
        now,
        letIdle,
        seed: async (gateway, which) => {
          calls.push(`${which} ${gateway.port === port} ${seen.length}`)
        },
      },
    )
    expect(calls).toEqual(['3.0.3.9 true 0'])
  })

  it('leaves out what the server cannot be told, and sends nothing for it', async () => {
    const places = readRecording(version).filter(({ exchange }) => exchange.setup === undefined)
    server = await serveRecording(places)
    const results = await replay(server, { version, basePath, now, seed })
    const leftOut = results.filter(({ outcome }) => outcome === 'left-out')
    expect(leftOut.map(({ name }) => name)).toEqual([
      'token idle 61 minutes (expired)',
      'token idle 59 minutes (still good)',
    ])
    expect(server.seen).toHaveLength(places.length)
  })

  it('lets the named token idle before the exchange that says so', async () => {
    const idles: unknown[] = []
    const { seen, port } = await start(version)
    const remember: LetIdle = async (token, minutes) => {
      idles.push([token, minutes, seen.length])
    }
    await replay({ port }, { version, basePath, now, seed, letIdle: remember })
    const places = readRecording(version)
    const at = (minutes: number) =>
      places.findIndex(({ exchange }) => exchange.setup?.[0]?.minutes === minutes)
    expect(idles).toEqual([
      ['(token)', 61, at(61)],
      ['(token)', 59, at(59)],
    ])
  })

  it('lets an exchange differ that may, if it is JSON or empty', async () => {
    const json = { success: 'Another answer' }
    const outcomes = async (other: Expected) => {
      await server?.close()
      const running = await start(version, ({ exchange }) =>
        exchange.may_differ === undefined ? exchange.response : other,
      )
      const results = await replay(running, { version, basePath, now, seed, letIdle })
      const which = new Set(
        readRecording(version).flatMap(({ exchange }) =>
          exchange.may_differ ? [exchange.name] : [],
        ),
      )
      return new Set(results.filter(({ name }) => which.has(name)).map(({ outcome }) => outcome))
    }
    expect(await outcomes({ status: 200, json })).toEqual(new Set(['may-differ-ok']))
    expect(await outcomes({ status: 204, text: '' })).toEqual(new Set(['may-differ-ok']))
    expect(await outcomes({ status: 404, text: '<html>' })).toEqual(new Set(['different']))
  })

  it('compares a defect with the advised answer where there is one', async () => {
    const running = await start(version, ({ exchange }) => exchange.response)
    const results = await replay(running, { version, basePath, now, seed, letIdle })
    const different = results.filter(({ outcome }) => outcome === 'different')
    expect(different.map(({ name }) => name)).toContain('no token: shipping/address')
    expect(different.every(({ reason }) => reason !== undefined)).toBe(true)
  })

  it('reports a request whose values no answer gave, and does not send it', async () => {
    const running = await start(version, ({ exchange }) =>
      exchange.captures.token === undefined ? exchange.response : { status: 200, json: [] },
    )
    const results = await replay(running, { version, basePath, now, seed, letIdle })
    const unsent = results.filter(({ differences }) => {
      return differences.includes('nothing was captured as token')
    })
    expect(unsent.length).toBeGreaterThan(50)
    expect(
      unsent.every(({ outcome, answer }) => outcome === 'different' && answer === undefined),
    ).toBe(true)
  })
})

describe('idling by the clock', () => {
  it('keeps every other token alive at no more than 20 minutes', async () => {
    const clock = { now: 0 }
    const { seen, port } = await start('3.0.3.9')
    const captures = new Map([
      ['token', 'first'],
      ['token_2', 'second'],
      ['order_id', '1'],
    ])
    await idleByClock('3.0.3.9', clock, { port, basePath })('second', 61, captures)
    expect(clock.now).toBe(61 * 60_000)
    const url = `${basePath}index.php?route=api/cart/products&api_token=first`
    expect(seen.map((one) => one.url)).toEqual([url, url, url, url])
  })
})
