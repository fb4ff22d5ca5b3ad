import { beforeAll, describe, expect, it } from 'vitest'
import { useGateway } from '../../support/gateway.ts'
import {
  aReleased,
  aStore,
  aToken,
  type Fields,
  numbersIn,
  pathOf,
  post,
  proofOf,
  publicUrl,
  type Store,
} from './client.ts'

const gateway = useGateway({ settings: { PUBLIC_URL: publicUrl } })

const parameters = { clientApp: '1', dbname: 'orders', maxorder: '1', startorder: '2' }

let store: Store
let proof: Fields

beforeAll(async () => {
  store = await aStore(gateway())
  for (let count = 0; count < 3; count += 1) await aReleased(gateway(), store)
  proof = proofOf(parameters, { token: await aToken(gateway(), store), path: pathOf(store) })
})

const without = (name: keyof typeof parameters): Fields =>
  Object.fromEntries(Object.entries(parameters).filter(([other]) => other !== name))

describe('a signed call that somebody has changed on its way', () => {
  it.each<[string, Fields]>([
    ['has another value', { ...parameters, maxorder: '9' }],
    ['has an empty value', { ...parameters, maxorder: '' }],
    ['lacks a parameter', without('maxorder')],
    ['has one more', { ...parameters, endorder: '9' }],
    ['has a name in other letters', { ...without('maxorder'), MAXORDER: '1' }],
    [
      'hides one in the name of another',
      {
        clientApp: '1',
        'dbname=orders\nmaxorder': '1',
        startorder: '2',
      },
    ],
    [
      'hides one in the value of another',
      {
        clientApp: '1',
        dbname: 'orders\nmaxorder=1',
        startorder: '2',
      },
    ],
    ['hides them all', { clientApp: '1\ndbname=orders\nmaxorder=1\nstartorder=2' }],
    ['hides them all in a name', { 'clientApp=1\ndbname=orders\nmaxorder=1\nstartorder': '2' }],
  ])('%s', async (_name, changed) => {
    const { status, text, json } = await post(gateway(), pathOf(store), { ...changed, ...proof })
    expect([status, json?.error]).toEqual([200, 'invalid_request'])
    expect(text).not.toContain('<')
  })

  it.each<[string, Fields, string?]>([
    ['another nonce', { nonce: 'other' }],
    ['another timestamp', { timestamp: '1773057621' }],
    ['no signature to speak of', { signature: 'x' }],
    ['another program', {}, 'generate.cgi'],
    ['another folder', {}, 'cgi-bin/db_xml.cgi'],
  ])('has %s', async (_name, change, file = 'db_xml.cgi') => {
    const fields = { ...parameters, ...proof, ...change }
    const { json } = await post(gateway(), pathOf(store, file), fields)
    expect(json).toMatchObject({ error: 'invalid_request' })
  })

  it('has used up nothing: as it was, it is answered, once', async () => {
    const fields = { ...parameters, ...proof }
    const { text } = await post(gateway(), pathOf(store), fields)
    expect(numbersIn(text)).toEqual([2])
    expect((await post(gateway(), pathOf(store), fields)).json?.error).toBe('invalid_request')
  })
})
