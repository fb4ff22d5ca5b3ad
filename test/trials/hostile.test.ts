import { beforeAll, describe, expect, it } from 'vitest'
import { consoleOn } from '../commands/console.ts'
import { useGateway } from '../support/gateway.ts'
import { type Ground, hostileTrial, replay } from './hostile.ts'
import { readCorpus } from './hostile-corpus.ts'
import { domain } from './hostile-render.ts'
import { addKeys, fillStore, type Run } from './hostile-store.ts'

const gateway = useGateway({
  settings: { BASE_DOMAINS: domain, TRUSTED_PROXIES: '127.0.0.1' },
  runningClock: true,
})
let ground: Ground

beforeAll(async () => {
  const { ctx, url, database, logText } = gateway()
  const run: Run = async (args, input = '') => {
    const { code, out, err } = await consoleOn(ctx).run(args, { stdin: input })
    if (code !== 0) throw new Error(`${args.join(' ')}: ${err}`)
    return out
  }
  const [quiet, own] = [await addKeys(run), await addKeys(run)]
  ground = {
    url,
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
