import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../../src/config.ts'
import { findOrder } from '../../../src/core/find-order.ts'
import { anAccount, anOrder } from '../../support/fixtures.ts'
import { type Gateway, startGateway, useGateway } from '../../support/gateway.ts'
import { crowd, tally, warningsIn } from '../crowd.ts'
import { call, checked, post } from './client.ts'

const gateway = useGateway({ settings: { TRUSTED_PROXIES: '127.0.0.1' } })
const tooMany = 'Too many failed calls from this address, try again later'
const wrongHash = '0'.repeat(32)
let second: Gateway
let closeSecond: () => Promise<void> = async () => undefined

/** Another gateway on the same book, with a lower limit. */
beforeAll(async () => {
  const settings = { PORT: '0', TRUSTED_PROXIES: '127.0.0.1', FAILED_PROOFS_PER_MINUTE: '30' }
  const started = await startGateway(gateway().database, readConfig(settings), {})
  second = started.gateway
  closeSecond = started.close
})
afterAll(() => closeSecond())

/** A call with a wrong hash, from an address that the proxy names. */
async function wrong(
  login: string,
  { from = '127.0.0.1', query = 'bill_id=1', at = second } = {},
): Promise<string> {
  const response = await fetch(`${at.url}/influencersoft/${login}/api/UpdateOrderStatus`, {
    method: 'POST',
    body: `${query}&hash=${wrongHash}`,
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-forwarded-for': from },
  })
  return response.text()
}

const codeOf = (text: string): number => JSON.parse(text).error_code

describe('1,000 wrong hashes in a minute', () => {
  it('hear 4 up to the limit and 8 beyond, while no right call is refused', async () => {
    const shop = await anAccount(gateway().ctx)
    const { account, credential } = shop
    const number = await anOrder(gateway().ctx, account)
    const query = `bill_id=${number}&status=paid&date=1700000000`
    let over = false
    const flood = crowd(1000, 12, () => wrong(account.login, { query, at: gateway() })).finally(
      () => {
        over = true
      },
    )
    const right: number[] = []
    while (!over) right.push((await call(gateway(), shop, 'GetAllGoods')).code)
    const heard = await flood
    expect(tally(heard.map(codeOf))).toEqual({ 4: 300, 8: 700 })
    expect(new Set(right)).toEqual(new Set([0]))
    const paths = [gateway(), second].map((at) => call(at, shop, 'GetAllGoods'))
    expect((await Promise.all(paths)).map(({ code }) => code)).toEqual([0, 0])
    expect(await findOrder(gateway().ctx, account, number)).toMatchObject({ payment: 'waiting' })
    const path = `/influencersoft/${account.login}/api/GetAllGoods`
    const last = await post(gateway(), path, `hash=${wrongHash}`)
    expect(await checked(last, credential.secret)).toMatchObject({
      status: 200,
      code: 8,
      errorText: tooMany,
      result: [],
    })
    const warnings = warningsIn(gateway().logText())
    expect(warnings).toMatchObject([
      { dialect: 'influencersoft', account: account.login, from: '127.0.0.1', perMinute: 300 },
    ])
    expect(gateway().logText()).not.toContain(credential.secret)
  })

  it('are counted by each gateway for itself', async () => {
    const { account } = await anAccount(gateway().ctx)
    await crowd(31, 12, () => wrong(account.login))
    expect(codeOf(await wrong(account.login))).toBe(8)
    expect(codeOf(await wrong(account.login, { at: gateway() }))).toBe(4)
  })

  it('count for a minute', async () => {
    const { account } = await anAccount(gateway().ctx)
    await crowd(31, 12, () => wrong(account.login))
    second.clock.now += 59_999
    expect(codeOf(await wrong(account.login))).toBe(8)
    second.clock.now += 1
    expect(codeOf(await wrong(account.login))).toBe(4)
  })

  it('from one address are not held against another', async () => {
    const { account } = await anAccount(gateway().ctx)
    const other = await anAccount(gateway().ctx)
    await crowd(31, 12, () => wrong(account.login, { from: '192.0.2.1' }))
    expect(codeOf(await wrong(account.login, { from: '192.0.2.1' }))).toBe(8)
    expect(codeOf(await wrong(account.login, { from: '192.0.2.2' }))).toBe(4)
    expect(codeOf(await wrong(other.account.login, { from: '192.0.2.1' }))).toBe(4)
  })

  it('from addresses of one /64 count as one', async () => {
    const { account } = await anAccount(gateway().ctx)
    await crowd(31, 12, (n) => wrong(account.login, { from: `2001:db8:0:7::${n.toString(16)}` }))
    expect(codeOf(await wrong(account.login, { from: '2001:db8:0:7:ffff::1' }))).toBe(8)
    expect(codeOf(await wrong(account.login, { from: '2001:db8:0:8::1' }))).toBe(4)
  })
})

describe('logins that nobody has', () => {
  it('are counted as known ones are', async () => {
    const heard = await crowd(31, 12, () => wrong('nobody-here', { from: '192.0.2.3' }))
    expect(tally(heard.map(codeOf))).toEqual({ 5: 30, 8: 1 })
    const { error_text } = JSON.parse(await wrong('nobody-here', { from: '192.0.2.3' }))
    expect(error_text).toBe(tooMany)
  })

  it('are counted all together, too, so that a search for logins ends', async () => {
    const from = '192.0.2.4'
    const heard = await crowd(301, 12, (n) => wrong(`nobody-${n}`, { from }))
    expect(tally(heard.map(codeOf))).toEqual({ 5: 300, 8: 1 })
    const { account } = await anAccount(gateway().ctx)
    expect(codeOf(await wrong(account.login, { from }))).toBe(8)
    expect(warningsIn(second.logText()).at(-1)).toMatchObject({ from, perMinute: 300 })
  })
})

it('what is no wrong proof is not counted', async () => {
  const shop = await anAccount(gateway().ctx)
  const path = `/influencersoft/${shop.account.login}/api/GetAllGoods`
  const bodies = ['', 'a=1', 'a'.repeat(3)]
  await crowd(50, 12, (n) => post(second, path, bodies[n % bodies.length] ?? ''))
  expect(codeOf(await wrong(shop.account.login))).toBe(4)
})
