import { beforeAll, describe, expect, it } from 'vitest'
import { changeSettings } from '../../../src/core/accounts.ts'
import { historyOf } from '../../../src/core/find-order.ts'
import type { Account } from '../../../src/model/account.ts'
import { anOrder } from '../../support/fixtures.ts'
import { useGateway } from '../../support/gateway.ts'
import { aRecordedStore } from './recorded-store.ts'
import type { RecordedRequest } from './recording.ts'
import { send } from './send.ts'
import { type SignedSend, signedRequest } from './signed-client.ts'

const gateway = useGateway()
const accounts: Record<string, Account> = {}

beforeAll(async () => {
  const { ctx } = gateway()
  for (const login of ['remembers', 'forgets']) {
    accounts[login] = await aRecordedStore(ctx, login, { version: 'auto' })
  }
  const remembers = accounts.remembers
  if (remembers !== undefined) await changeSettings(ctx, remembers, { replayMemoryMs: 3_600_000 })
  ctx.directory.forget()
})

function accountOf(login: string): Account {
  const account = accounts[login]
  if (account === undefined) throw new Error(`there is no ${login}`)
  return account
}

const targetOf = (login: string) => ({ port: gateway().port, basePath: `/opencart/${login}/` })

/** A signed request, to be sent as often as one likes. */
function captured(login: string, sent: SignedSend): RecordedRequest {
  return signedRequest(sent, targetOf(login), () => gateway().clock.now)
}

async function historyLength(login: string, number: number): Promise<number> {
  return (await historyOf(gateway().ctx, accountOf(login), number)).length
}

let orders = 0
function aPlacedOrder(login: string): Promise<number> {
  orders += 1
  const lines = [{ code: 'Product 1', quantity: 1 }]
  const buyer = { email: `buyer-${orders}@example.com` }
  return anOrder(gateway().ctx, accountOf(login), { buyer, lines })
}

/** Puts a comment on an order: each that is carried out is an event. */
const comment = (number: number, change: Partial<SignedSend> = {}): SignedSend => ({
  call: 'history_add',
  body: `order_id=${number}&order_status_id=0&comment=Packed`,
  ...change,
})

describe('a signed call of 4.1 that comes again', () => {
  it('is carried out once, and answered alike, where the account remembers', async () => {
    const number = await aPlacedOrder('remembers')
    const request = captured('remembers', comment(number))
    const before = await historyLength('remembers', number)
    const first = await send(targetOf('remembers'), request)
    const again = await send(targetOf('remembers'), request)
    expect(first.json).toEqual({ success: 'Success: You have modified orders!' })
    expect([again.status, again.json]).toEqual([200, first.json])
    expect(again.headers['access-control-allow-origin']).toBe('*')
    expect(await historyLength('remembers', number)).toBe(before + 1)
  })

  it('is carried out each time where it does not', async () => {
    const number = await aPlacedOrder('forgets')
    const request = captured('forgets', comment(number))
    const before = await historyLength('forgets', number)
    for (let n = 0; n < 2; n++) await send(targetOf('forgets'), request)
    expect(await historyLength('forgets', number)).toBe(before + 2)
  })

  it('is known by its order, whatever else is added to its address', async () => {
    const number = await aPlacedOrder('remembers')
    const other = await aPlacedOrder('remembers')
    const request = captured('remembers', comment(number))
    await send(targetOf('remembers'), request)
    const before = await historyLength('remembers', number)
    for (const [name, value] of [
      ['order_id', String(other)],
      ['x', '1'],
    ] as const) {
      await send(targetOf('remembers'), { ...request, query: [...request.query, [name, value]] })
    }
    expect(await historyLength('remembers', number)).toBe(before)
  })

  it('for another order that only the address names is another call', async () => {
    const [one, two] = [await aPlacedOrder('remembers'), await aPlacedOrder('remembers')]
    const body = 'order_status_id=0&comment=Packed'
    const lengths = [await historyLength('remembers', one), await historyLength('remembers', two)]
    for (const number of [one, two]) {
      const sent = { call: 'history_add', body, extra: { order_id: String(number) } }
      const { json } = await send(targetOf('remembers'), captured('remembers', sent))
      expect(json).toEqual({ success: 'Success: You have modified orders!' })
    }
    expect([await historyLength('remembers', one), await historyLength('remembers', two)]).toEqual(
      lengths.map((length) => length + 1),
    )
  })

  it('is asked anew a second later, and where it only works something out', async () => {
    const number = await aPlacedOrder('remembers')
    const before = await historyLength('remembers', number)
    await send(targetOf('remembers'), captured('remembers', comment(number)))
    gateway().clock.now += 1000
    await send(targetOf('remembers'), captured('remembers', comment(number)))
    expect(await historyLength('remembers', number)).toBe(before + 2)
    await send(targetOf('remembers'), captured('remembers', { call: 'cart' }))
    const rows = await gateway().database.sql`select distinct function from replays`
    expect(rows).toEqual([{ function: 'api/order history_add' }])
  })
})
