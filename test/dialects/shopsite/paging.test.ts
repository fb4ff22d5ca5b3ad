import { describe, expect, it } from 'vitest'
import { changeOrder } from '../../../src/core/change-order.ts'
import { anOrder } from '../../support/fixtures.ts'
import { useGateway } from '../../support/gateway.ts'
import {
  aReleased,
  aStore,
  aToken,
  numbersIn,
  plainDownload,
  publicUrl,
  type Store,
  signedDownload,
} from './client.ts'
import { names, parseXml } from './well-formed.ts'

const gateway = useGateway({ settings: { PUBLIC_URL: publicUrl } })

async function crowd(count: number, at: number, make: () => Promise<unknown>): Promise<void> {
  let left = count
  await Promise.all(
    Array.from({ length: at }, async () => {
      while (left-- > 0) await make()
    }),
  )
}

/** As order managers page: from one above the highest number they have, until a page is empty. */
async function pageAll(store: Store, until: () => boolean): Promise<number[]> {
  const seen: number[] = []
  const token = await aToken(gateway(), store)
  for (let from = 1; ; ) {
    const parameters = {
      clientApp: '1',
      dbname: 'orders',
      maxorder: '50',
      startorder: String(from),
    }
    const isLast = until()
    const { text } = await signedDownload(gateway(), store, parameters, { token })
    const page = numbersIn(text)
    seen.push(...page)
    from = (page.at(-1) ?? from - 1) + 1
    if (page.length === 0 && isLast) return seen
  }
}

describe('a client that pages', () => {
  it.each(['released', 'placed'] as const)(
    'misses none of the %s orders and gets none twice, while others come in',
    async (orders) => {
      const store = await aStore(gateway(), { settings: { orders } })
      const make = () => aReleased(gateway(), store)
      await crowd(1200, 16, make)
      let done = false
      const coming = crowd(500, 32, make).then(() => {
        done = true
      })
      const seen = await pageAll(store, () => done)
      await coming
      expect(seen).toHaveLength(1700)
      expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b))
    },
    120_000,
  )

  it.each(['released', 'placed'] as const)(
    'gets an order once that is paid long after later ones were downloaded: %s',
    async (orders) => {
      const store = await aStore(gateway(), { settings: { orders } })
      const { ctx } = gateway()
      const late = await anOrder(ctx, store.account)
      const early = await aReleased(gateway(), store)
      const before = await plainDownload(gateway(), store)
      const author = { via: 'operator', credentialId: null }
      const command = { kind: 'pay' } as const
      await changeOrder(ctx, store.account, { number: late, command, author })
      const highest = numbersIn(before.text).at(-1) ?? 0
      const after = await plainDownload(gateway(), store, `startorder=${highest + 1}`)
      const ids = [...`${before.text}${after.text}`.matchAll(/TransactionID>(\d+)</g)]
      expect(ids.map(([, id]) => Number(id)).sort()).toEqual([late, early].sort())
    },
  )
})

describe('a document of everything', () => {
  it('is well-formed, all ASCII, and holds every order once', async () => {
    const store = await aStore(gateway())
    const buyer = { email: 'zoe@example.net', firstName: 'Zoë', lastName: 'O’Hara <&> 𝄞' }
    await crowd(1500, 16, () => aReleased(gateway(), store, { buyer }))
    const { text } = await plainDownload(gateway(), store)
    expect(numbersIn(text)).toEqual(Array.from({ length: 1500 }, (_, n) => n + 1))
    expect(text).toMatch(/^[\n\x20-\x7e]*$/)
    // Throws where it is not well-formed.
    expect(names(parseXml(text))).toHaveLength(1501)
  }, 60_000)
})
