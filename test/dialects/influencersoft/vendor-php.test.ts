import { describe, expect, it } from 'vitest'
import { anOrder } from '../../support/fixtures.ts'
import { useGateway } from '../../support/gateway.ts'
import { buyer, inTheMail, useVendorFlow } from './vendor-flow.ts'
import { triggersOf } from './vendor-triggers.ts'

const gateway = useGateway({ runningClock: true })

const { run, aShop } = useVendorFlow(gateway)

describe('a shop’s script, unchanged', () => {
  it('goes through all eight order functions and trusts every answer', async () => {
    const shop = await aShop()
    const ask = async (name: string, data: object) => {
      const answer = await run(shop, name, data)
      expect({ name, ...answer }).toMatchObject({ name, trusted: true, code: 0 })
      return answer
    }
    const goods = [{ good_name: 'mug', good_sum: 1500.5 }, { good_name: 'invoice' }]
    const created = await ask('CreateOrder', { ...buyer, goods })
    const { bill_id } = created.result as { bill_id: number }

    const paid = { bill_id, status: 'paid', date: '1362168000' }
    expect((await ask('UpdateOrderStatus', paid)).text).toBe('Order status changed')
    await ask('UpdateOrderStatus', {
      bill_id,
      status: 'sent',
      date: inTheMail,
      rpo: '10000000000000',
    })

    const details = await ask('getOrderDetails', { bill_id, good_info: true })
    expect(details.result).toMatchObject({
      id: bill_id,
      last_name: buyer.bill_surname,
      city: buyer.bill_city,
      pay_status: 'paid',
      paid: 1362168000,
      sent: Number(inTheMail),
      rpo: '10000000000000',
      items: [{ id: 'mug', sum: '1500.50' }, { id: 'invoice' }],
    })
    const info = await ask('GetOrderInfo', { bill_id })
    expect(info.result).toMatchObject({ id: bill_id, pay_status: 'paid' })
    expect((await ask('GetOrders', {})).result).toMatchObject([{ id: bill_id }])
    const listed = await ask('getOrdersWithGoods', { paid: false, goods: [] })
    expect(listed.result).toMatchObject([{ id: bill_id, is_recurrent: false, items: [{}, {}] }])
    const bills = await ask('GetBills', { email: buyer.bill_email, pay_status: 'paid' })
    expect(Object.keys(bills.result as object)).toEqual([String(bill_id)])
    expect((await ask('DeleteOrder', { bill_id })).text).toBe('Order deleted')
    expect((await run(shop, 'GetOrderInfo', { bill_id })).code).toBe(400)
  })
})

describe('the documented error codes', () => {
  it.each(triggersOf({ run, aShop }, gateway))('$code when $when', async ({ code, provoke }) => {
    const answer = await provoke()
    expect(answer).toMatchObject({ code, trusted: true })
  })

  it('5 when nobody has that login; no answer to it can carry a hash that fits', async () => {
    const shop = await aShop()
    const answer = await run(shop, 'GetOrders', {}, { login: 'nobody-here' })
    expect(answer).toMatchObject({ code: 5, trusted: false, result: [] })
  })

  it('8 when the database keeps an order waiting; the same call later is done', async () => {
    const shop = await aShop()
    const number = await anOrder(gateway().ctx, shop.account)
    const data = { bill_id: number, status: 'paid', date: inTheMail }
    const { id } = shop.account
    await gateway().database.sql.begin(async (sql) => {
      await sql`select 1 from order_states where account_id = ${id} and number = ${number} for update`
      expect(await run(shop, 'UpdateOrderStatus', data)).toMatchObject({ code: 8, trusted: true })
    })
    expect(await run(shop, 'UpdateOrderStatus', data)).toMatchObject({ code: 0, trusted: true })
    const seen = await run(shop, 'GetOrderInfo', { bill_id: number })
    expect(seen.result).toMatchObject({ pay_status: 'paid', paid: Number(inTheMail) })
  })

  it('a refused CreateOrder leaves no order behind', async () => {
    const shop = await aShop()
    for (const data of [
      { goods: [{ good_name: 'mug' }], bill_email: 'mira@example.com' },
      { goods: [{ good_name: 'teapot' }], bill_email: 'mira@example.com' },
      { goods: [], bill_email: 'mira@example.com' },
      { goods: [{ good_name: 'invoice' }], bill_email: 'none' },
    ]) {
      expect((await run(shop, 'CreateOrder', data)).code).not.toBe(0)
    }
    expect((await run(shop, 'GetOrders', {})).result).toEqual([])
  })
})
