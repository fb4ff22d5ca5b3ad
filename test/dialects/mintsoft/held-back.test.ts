import { describe, expect, it } from 'vitest'
import type { HeldBack } from '../../../src/dialects/dialect.ts'
import { useGateway } from '../../support/gateway.ts'
import { callSigned } from '../../support/signed-call.ts'
import {
  aShopAndItsWarehouse,
  confirm,
  listFeed,
  mintsoft,
  orderMugs,
  setStatus,
  severalAtOnce,
} from './warehouse.ts'

const gateway = useGateway()

describe('orders between the shop and the list', () => {
  it('are held back where they could not be imported, and listed once they are complete', async () => {
    const { account, shop, feed } = await aShopAndItsWarehouse(gateway())
    const { ctx, url, database } = gateway()
    const wanting = await severalAtOnce([0, 1, 2, 3], 1, async (who) => {
      const number = await orderMugs(url, shop, { who, postcode: '' })
      await setStatus(url, shop, number, 'paid')
      return number
    })
    const [left, edited, replaced, cancelled] = wanting as [string, string, string, string]
    const whole = await orderMugs(url, shop, { who: 4 })
    await setStatus(url, shop, whole, 'paid')
    const listedNumbers = async () => (await listFeed(feed)).map(({ OrderNumber }) => OrderNumber)
    const heldNumbers = async () => {
      const held: HeldBack[] = []
      const credentials = (await ctx.directory.byLogin(account.login))?.credentials ?? []
      const own = credentials.filter(({ dialect }) => dialect === 'mintsoft')
      for await (const one of mintsoft.heldBack?.(ctx, account, own) ?? []) held.push(one)
      return held
    }

    expect(await listedNumbers()).toEqual([whole])
    const held = await heldNumbers()
    expect(held.map(({ number }) => String(number))).toEqual(wanting)
    for (const { reason } of held) expect(reason).toMatch(/post ?code/i)

    // What the shop's staff does: one address is completed, one order is made anew, one goes.
    await database.sql`
      update orders set billing = billing || '{"postcode": "GU34 1HH"}'
      where account_id = ${account.id} and number = ${Number(edited)}`
    await setStatus(url, shop, replaced, 'cancel')
    const anew = await orderMugs(url, shop, { who: 2 })
    await setStatus(url, shop, anew, 'paid')
    await setStatus(url, shop, cancelled, 'cancel')

    expect(await listedNumbers()).toEqual([edited, whole, anew])
    expect((await heldNumbers()).map(({ number }) => String(number))).toEqual([left])
    for (const number of [edited, whole, anew]) await confirm(feed, number)
    expect(await listedNumbers()).toEqual([])
  })

  it('need attention if they were changed before they were confirmed', async () => {
    const { account, shop, feed } = await aShopAndItsWarehouse(gateway())
    const { url, database } = gateway()
    const numbers = await severalAtOnce([0, 1], 1, async (who) => {
      const number = await orderMugs(url, shop, { who })
      await setStatus(url, shop, number, 'paid')
      return number
    })
    const [changed, same] = numbers as [string, string]
    expect(await listFeed(feed)).toHaveLength(2)
    await database.sql`
      update orders set billing = billing || '{"line1": "10 Mill Lane"}'
      where account_id = ${account.id} and number = ${Number(changed)}`
    // A call that is repeated before its answer came tells nothing new either.
    await Promise.all([changed, same, changed, changed].map((number) => confirm(feed, number)))
    await confirm(feed, changed)
    const flagged = await database.sql`
      select number, reason from attention where account_id = ${account.id}`
    expect(flagged.map(({ number, reason }) => [String(number), reason])).toEqual([
      [changed, 'changed-after-export'],
    ])
    expect(await listFeed(feed)).toEqual([])
  })

  it('need attention if somebody else sent them before they were confirmed', async () => {
    const { account, shop, feed } = await aShopAndItsWarehouse(gateway())
    const { url, database } = gateway()
    const number = await orderMugs(url, shop, { who: 0 })
    await setStatus(url, shop, number, 'paid')
    expect(await listFeed(feed)).toHaveLength(1)
    const sent = { bill_id: number, status: 'sent', date: 1_362_254_400, rpo: 'BY-HAND' }
    await callSigned(url, shop, 'UpdateOrderStatus', sent)
    expect(await listFeed(feed)).toEqual([])
    await confirm(feed, number)
    const flagged = await database.sql`
      select reason from attention where account_id = ${account.id}`
    expect(flagged.map(({ reason }) => reason)).toEqual(['sent-after-hand-over'])
  })
})
