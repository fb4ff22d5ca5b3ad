import { request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { beforeAll, describe, expect, it } from 'vitest'
import { getAccount } from '../../src/core/accounts.ts'
import { credentialsOf } from '../../src/core/credentials.ts'
import { findOrder } from '../../src/core/find-order.ts'
import { saveGoods } from '../../src/core/goods.ts'
import { dialects } from '../../src/dialects/registry.ts'
import { toy } from '../fixtures/toy-dialect.ts'
import { anOrder, someGoods } from '../support/fixtures.ts'
import { useGateway } from '../support/gateway.ts'
import { consoleOn } from './console.ts'

// The one line of `registry.ts` that a new dialect changes.
const withToy = [...dialects, toy]

const at = useGateway({ dialects: withToy, settings: { BASE_DOMAINS: 'orders.test' } })
const on = () => consoleOn(at().ctx, { dialects: withToy, publicUrl: at().url })

type Sheets = { login: string; toy: { url: string; name: string; key: string } }

/** Posts to a path of the gateway under any host name. */
async function post(path: string, headers: Record<string, string>): Promise<string> {
  return new Promise((resolve, reject) => {
    request(`${at().url}${path}`, { method: 'POST', headers }, (response) => {
      buffer(response).then((bytes) => resolve(bytes.toString('utf8')), reject)
    })
      .on('error', reject)
      .end()
  })
}

describe('a dialect that the registry lists', () => {
  let sheets: Sheets

  beforeAll(async () => {
    sheets = await on().runJson<Sheets>('account add toy-shop --json')
    await saveGoods(at().ctx, await getAccount(at().ctx, 'toy-shop'), someGoods)
  })

  const payment = async (number: number) => {
    const account = await getAccount(at().ctx, 'toy-shop')
    return (await findOrder(at().ctx, account, number)).payment
  }
  const newOrder = async () => anOrder(at().ctx, await getAccount(at().ctx, 'toy-shop'))

  it('has its member in what account add prints', () => {
    expect(Object.keys(sheets)).toEqual(['login', ...withToy.map(({ name }) => name)])
    expect(sheets.toy).toMatchObject({ url: `${at().url}/toy/toy-shop/pay`, name: 'toy-toy-shop' })
  })

  it('is reached by the address and the key that account add printed', async () => {
    const number = await newOrder()
    const response = await fetch(`${sheets.toy.url}?number=${number}`, {
      method: 'POST',
      headers: { key: sheets.toy.key },
    })
    expect(await response.text()).toBe('ok')
    expect(await payment(number)).toBe('paid')
  })

  it("is reached by its native address on the account's own name", async () => {
    const number = await newOrder()
    const headers = { host: 'toy-shop.orders.test', key: sheets.toy.key }
    expect(await post(`/toy-api/pay?number=${number}`, headers)).toBe('ok')
    expect(await payment(number)).toBe('paid')
  })

  it('refuses a wrong key in its own words, and the order stays', async () => {
    const number = await newOrder()
    expect(await post(`/toy/toy-shop/pay?number=${number}`, { key: 'wrong' })).toBe('wrong key')
    expect(await post(`/toy/toy-shop/pay?number=${number}`, {})).toBe('no key')
    expect(await post(`/toy/nobody/pay?number=${number}`, { key: sheets.toy.key })).toBe('who?')
    expect(await payment(number)).toBe('waiting')
  })

  it('explains a saved call through verify', async () => {
    const query = new URLSearchParams({ key: sheets.toy.key }).toString()
    const words = ['verify', 'toy', 'toy-shop', '--body', '-', '--path', '/pay', '--query']
    const right = await on().run([...words, query])
    expect([right.code, right.out]).toEqual([0, 'Accepted.'])
    const wrong = await on().run([...words, `${query}%20`])
    expect(wrong.code).toBe(1)
    expect(wrong.out).toContain('Known mistake: blanks around the key.')
    expect(wrong.out).not.toContain(sheets.toy.key)
  })

  it('gets further keys with its own settings', async () => {
    const words = 'credential add toy-shop --dialect toy --set greeting=hello --json'
    const made = await on().runJson<Sheets>(words)
    const number = await newOrder()
    const path = `/toy/toy-shop/pay?number=${number}`
    expect(await post(path, { key: made.toy.key })).toBe('hello')
  })

  it('has its held-back orders listed, with the reason, for each key that works', async () => {
    const words = 'order list held-shop --held'
    await on().run('account add held-shop')
    await saveGoods(at().ctx, await getAccount(at().ctx, 'held-shop'), someGoods)
    const shop = await getAccount(at().ctx, 'held-shop')
    expect((await on().run(words)).out).toBe('No order is held back.')
    const followUps = [{ kind: 'pay' as const }]
    const [first, second] = [
      await anOrder(at().ctx, shop, { followUps }),
      await anOrder(at().ctx, shop, { followUps }),
    ]
    await anOrder(at().ctx, shop, { followUps, buyer: { phone: '555 0100' } })
    await anOrder(at().ctx, shop)
    const keys = (await credentialsOf(at().ctx, shop)).filter(({ dialect }) => dialect === 'toy')
    const credentialId = keys[0]?.id
    const reason = 'a toy needs the phone of its buyer'
    const held = await on().runJson<{ dialect: string }[]>(`${words} --json`)
    expect(held.filter(({ dialect }) => dialect === 'toy')).toEqual([
      { number: first, dialect: 'toy', credentialId, reason, mend: ['phone'] },
      { number: second, dialect: 'toy', credentialId, reason, mend: ['phone'] },
    ])
    const { out } = await on().run(words)
    expect(out).toMatch(new RegExp(`^${first} +toy +${credentialId} +${reason} +phone=…$`, 'm'))
    await on().run(`credential revoke held-shop ${credentialId}`)
    const after = await on().runJson<{ dialect: string }[]>(`${words} --json`)
    expect(after.filter(({ dialect }) => dialect === 'toy')).toEqual([])
  })

  it('says so where its protocol signs nothing', async () => {
    const { code, err } = await on().run('sign toy-shop pay number=1 --dialect toy')
    expect([code, err]).toEqual([1, 'countersign: Toy protocol signs nothing'])
  })
})
