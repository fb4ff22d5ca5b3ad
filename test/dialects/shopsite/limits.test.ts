import { afterEach, describe, expect, it } from 'vitest'
import { useGateway } from '../../support/gateway.ts'
import { flood, warningsIn } from '../crowd.ts'
import {
  aStore,
  aToken,
  basicHeader,
  type Fields,
  pathOf,
  plainDownload,
  proofOf,
  type Store,
  tokenRequest,
} from './client.ts'

const gateway = useGateway({ settings: { FAILED_PROOFS_PER_MINUTE: '100' } })

/** Beyond a test's own minute. */
afterEach(() => {
  gateway().clock.now += 60_000
})

type Wrong = (store: Store, token: string) => Promise<Response>

function send(path: string, fields: Fields): Promise<Response> {
  const body = new URLSearchParams(fields)
  return fetch(`${gateway().url}${path}`, { method: 'POST', body })
}

const wrongSignature: Wrong = (store) =>
  send(pathOf(store, 'authorize.cgi'), tokenRequest('1', {}, 'wrong'))
const wrongToken: Wrong = (store) =>
  send(pathOf(store), proofOf({}, { token: 'made-up', path: pathOf(store) }))
const wrongDownload: Wrong = (store, token) =>
  send(pathOf(store), proofOf({}, { token, path: pathOf(store), key: 'wrong' }))
const wrongLogin: Wrong = (store) =>
  fetch(`${gateway().url}${pathOf(store)}`, { headers: basicHeader('backoffice', 'no') })

describe('400 wrong proofs', () => {
  it.each([
    ['signatures', wrongSignature, 200],
    ['tokens', wrongToken, 200],
    ['signatures of downloads', wrongDownload, 200],
    ['passwords', wrongLogin, 401],
  ])('by %s hear one text, while no right call is refused', async (_by, wrong, status) => {
    const store = await aStore(gateway())
    const token = await aToken(gateway(), store)
    const before = warningsIn(gateway().logText()).length
    let over = false
    const flooding = flood(400, () => wrong(store, token)).finally(() => {
      over = true
    })
    const right: number[] = []
    while (!over) {
      right.push((await plainDownload(gateway(), store)).status)
      expect(await aToken(gateway(), store)).toMatch(/./)
    }
    const [heard = '', ...others] = new Set(await flooding)
    expect([Number(heard.slice(0, 3)), others]).toEqual([status, []])
    expect(new Set(right)).toEqual(new Set([200]))
    expect(warningsIn(gateway().logText()).slice(before)).toMatchObject([
      { dialect: 'shopsite', account: store.account.login, perMinute: 100 },
    ])
  })
})
