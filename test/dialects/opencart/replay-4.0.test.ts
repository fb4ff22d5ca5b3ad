import { beforeAll, describe, expect, it } from 'vitest'
import { useGateway } from '../../support/gateway.ts'
import { idleByClock } from './idle.ts'
import { aRecordedStore } from './recorded-store.ts'
import { type Replayed, replay } from './replay.ts'
import { countsInDocs, countsOf } from './replay-counts.ts'

const version = '4.0.2.3'
const gateway = useGateway()
let results: readonly Replayed[] = []

beforeAll(async () => {
  const { ctx, port, clock } = gateway()
  const basePath = '/opencart/recorded/'
  results = await replay(gateway(), {
    version,
    basePath,
    now: () => clock.now,
    seed: async () => {
      await aRecordedStore(ctx, 'recorded', { version: 'auto' })
    },
    letIdle: idleByClock(version, clock, { port, basePath }),
  })
})

/** What the gateway answers otherwise, on purpose. */
const otherwise: Readonly<Record<string, string>> = {
  'login 10: GET with credentials in the query': 'fields are read from the query, too',
  'login 11: credentials as JSON body': 'JSON bodies are read, too',
  'auth 18: token in POST body only': 'the token is read from the body, too (contract §2.2)',
  'order 10: addHistory: order_id in the query only': 'the order is found in the query, too',
}

/** Answers of the original that are no model, and what is answered instead. */
const instead: Readonly<Record<string, { readonly status: number; readonly json: unknown }>> = {
  'login 1: 3.0 route api/login on 4.0': {
    status: 200,
    json: {
      success: 'Success: API session successfully started!',
      api_token: expect.stringMatching(/^[0-9a-f]{26}$/),
    },
  },
  'auth 23: unknown api route, valid token': {
    status: 404,
    json: { error: 'The page you requested cannot be found!' },
  },
  'auth 24: unknown method, valid token': {
    status: 404,
    json: { error: 'The page you requested cannot be found!' },
  },
  'auth 25: 3.0 style route api/cart/products': {
    status: 200,
    json: {
      products: [],
      vouchers: [],
      totals: [
        { title: 'Sub-Total', text: '$0.00' },
        { title: 'Total', text: '$0.00' },
      ],
    },
  },
  'auth 27: 3.0 style separator (slash method)': {
    status: 200,
    json: { success: 'Success: You have modified your shopping cart!' },
  },
  'voucher 6: remove: unknown': {
    status: 200,
    json: { error: 'Warning: Gift voucher could not be found!' },
  },
  'order 8: info does not exist: order.info': {
    status: 200,
    json: expect.objectContaining({
      success: 'Success: You have modified orders!',
      order: expect.objectContaining({ email: 'ada.guest@example.com', order_status_id: '2' }),
    }),
  },
}

function nameOf({ entity, index, name }: Replayed): string {
  return `${entity} ${index}: ${name}`
}

function named(outcomes: readonly Replayed['outcome'][]): readonly Replayed[] {
  return results.filter(({ outcome }) => outcomes.includes(outcome))
}

describe('the recording of 4.0.2.3', () => {
  it('comes out as the docs say', () => {
    expect(countsOf(results)).toEqual(countsInDocs(version))
  })

  it('is sent whole', () => {
    expect(named(['left-out']).map(nameOf)).toEqual([])
    expect(results).toHaveLength(131)
    expect(gateway().logText()).not.toContain('"outcome":"bug"')
  })

  it('is answered as recorded, or as advised, in at least 95 of 100 exchanges', () => {
    const compared = named(['equal', 'different', 'may-differ-ok']).length
    expect(named(['equal']).length / compared).toBeGreaterThanOrEqual(0.95)
  })

  it('is answered otherwise only where a reason is known', () => {
    const found = named(['different', 'may-differ-ok'])
    const unlisted = found.filter((one) => !(nameOf(one) in otherwise))
    expect(unlisted.map((one) => [nameOf(one), one.differences])).toEqual([])
    expect(found.map(nameOf).toSorted()).toEqual(Object.keys(otherwise).toSorted())
  })

  it('has these defects, and no others, that are answered better', () => {
    const answers = named(['defect']).map((one) => [
      nameOf(one),
      { status: one.answer?.status, json: one.answer?.json },
    ])
    expect(Object.fromEntries(answers)).toEqual(instead)
  })
})
