import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { consoleOn } from '../commands/console.ts'
import { useGateway } from '../support/gateway.ts'
import { type Ground, hostileTrial, replay } from './hostile.ts'
import type { HostileCall } from './hostile-call.ts'
import { readCorpus } from './hostile-corpus.ts'
import { oldCalls } from './hostile-old.ts'
import { domain } from './hostile-render.ts'
import { addKeys, fillStore, type Run } from './hostile-store.ts'

const gateway = useGateway({
  settings: { BASE_DOMAINS: domain, TRUSTED_PROXIES: '127.0.0.1', LEGACY_HTTP_PORT: '0' },
  runningClock: true,
})
let ground: Ground

beforeAll(async () => {
  const { ctx, url, legacyPort = 0, database, logText } = gateway()
  const run: Run = async (args, input = '') => {
    const { code, out, err } = await consoleOn(ctx).run(args, { stdin: input })
    if (code !== 0) throw new Error(`${args.join(' ')}: ${err}`)
    return out
  }
  const [quiet, own] = [await addKeys(run), await addKeys(run)]
  ground = {
    url,
    legacyPort,
    logText,
    isAlive: () => true,
    sql: database.sql,
    quiet: await fillStore(url, quiet),
    stores: [await fillStore(url, own)],
  }
})

describe('generated calls', () => {
  it('are answered in their protocol, and change nothing where they are refused', async () => {
    const { finds, heard, calls } = await hostileTrial(ground, {
      calls: 1000,
      seed: 20_261_122,
      watch: true,
    })
    expect(finds).toEqual([])
    expect(calls).toBeGreaterThanOrEqual(1000)
    // Calls that never get past the proof would prove nothing.
    for (const dialect of ['influencersoft', 'mintsoft', 'opencart', 'shopsite']) {
      expect(heard[`${dialect} ok`], dialect).toBeGreaterThan(3)
      expect(heard[`${dialect} refused`], dialect).toBeGreaterThan(3)
      expect(heard[`${dialect} unproved`], dialect).toBeGreaterThan(3)
    }
  })
})

describe('generated calls of old clients, at their port', () => {
  it('are answered so that these can read it, and change nothing where they are refused', async () => {
    const { finds, heard, calls } = await hostileTrial(ground, {
      calls: 400,
      seed: 20_261_122,
      watch: true,
      old: true,
    })
    expect(finds).toEqual([])
    expect(calls).toBeGreaterThanOrEqual(400)
    for (const what of ['ok', 'refused', 'unproved', 'http']) {
      expect(heard[`shopsite ${what}`], what).toBeGreaterThan(3)
    }
    // Protocols whose clients can do without that port: not even a right proof leads there.
    for (const dialect of ['influencersoft', 'mintsoft', 'opencart']) {
      expect(heard[`${dialect} nothing-there`], dialect).toBeGreaterThan(3)
      expect(heard[`${dialect} ok`] ?? 0, dialect).toBe(0)
    }
  })
})

describe('a port that does not serve old clients', () => {
  const some = { numRuns: 20, seed: 1 }
  const others = oldCalls().filter(({ dialect }) => dialect !== 'shopsite')
  const served = others.map((one): HostileCall => ({ ...one, lineEnds: 'crlf', http: '1.0' }))

  it.each([
    ['refuses them', oldCalls(), /^400 of HTTP, not of the protocol/],
    ['serves other protocols', served, /^at no address: 200/],
  ])('is found out where it %s', async (_what, calls, why) => {
    const strict = { ...ground, legacyPort: gateway().port }
    const { finds } = await replay(strict, fc.sample(calls, some))
    expect(finds).toContainEqual(expect.objectContaining({ why: expect.stringMatching(why) }))
  })
})

describe('calls that once were answered wrongly', () => {
  it('are answered as they should be', async () => {
    const corpus = readCorpus()
    const { finds, calls } = await replay(
      ground,
      corpus.map(({ call }) => call),
    )
    expect(finds).toEqual([])
    expect(calls).toBeGreaterThanOrEqual(corpus.length)
  })
})
