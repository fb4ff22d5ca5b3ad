import { expect } from 'vitest'
import { disableAccount } from '../../../src/core/accounts.ts'
import { changeOrder } from '../../../src/core/change-order.ts'
import { anOrder } from '../../support/fixtures.ts'
import type { Gateway } from '../../support/gateway.ts'
import { buyer, inTheMail, type Seen, type VendorFlow } from './vendor-flow.ts'

export type Trigger = {
  readonly code: number
  readonly when: string
  readonly provoke: () => Promise<Seen>
}

const mug = [{ good_name: 'mug' }]
const invoice = [{ good_name: 'invoice' }]

/** What brings each documented code about, but for 5, whose answer nobody can sign. */
export function triggersOf({ run, aShop }: VendorFlow, gateway: () => Gateway): Trigger[] {
  const create = (data: object) => async () => run(await aShop(), 'CreateOrder', data)
  const onAnOrder = (name: string, data: object) => async () => {
    const shop = await aShop()
    return run(shop, name, { bill_id: await anOrder(gateway().ctx, shop.account), ...data })
  }

  return [
    {
      code: 1,
      when: 'the hash is left out',
      provoke: async () => run(await aShop(), 'GetOrderInfo', { bill_id: 1 }, { sign: false }),
    },
    {
      code: 2,
      when: 'nothing is posted',
      provoke: async () => run(await aShop(), 'GetOrders', {}, { sign: false }),
    },
    {
      code: 3,
      when: '“sent” comes without its date',
      provoke: onAnOrder('UpdateOrderStatus', { status: 'sent', rpo: 'RR1' }),
    },
    {
      code: 4,
      when: 'the hash is another',
      provoke: async () => {
        return run(await aShop(), 'GetOrderInfo', { bill_id: 1 }, { sign: 'f'.repeat(32) })
      },
    },
    {
      code: 6,
      when: 'the caller’s address is not in the key’s list',
      provoke: async () => run(await aShop({ ipList: ['203.0.113.9'] }), 'GetOrders', {}),
    },
    {
      code: 7,
      when: 'the account is disabled',
      provoke: async () => {
        const shop = await aShop()
        await disableAccount(gateway().ctx, shop.account, true)
        return run(shop, 'GetOrders', {})
      },
    },
    {
      code: 8,
      when: 'a contact function is called, which the account does not offer',
      provoke: async () => run(await aShop(), 'AddLeadToGroup', { lead_email: 'a@example.com' }),
    },
    {
      code: 200,
      when: 'UpdateOrderStatus names an order that is not there',
      provoke: onAnOrder('UpdateOrderStatus', { bill_id: '999999', status: 'cancel' }),
    },
    {
      code: 201,
      when: 'the status is none of the four (and never 303, its double in the docs)',
      provoke: onAnOrder('UpdateOrderStatus', { status: 'posted' }),
    },
    {
      code: 202,
      when: 'a refunded order is to be paid',
      provoke: async () => {
        const shop = await aShop()
        const { ctx } = gateway()
        const number = await anOrder(ctx, shop.account)
        const author = { via: 'operator', credentialId: null }
        await changeOrder(ctx, shop.account, { number, command: { kind: 'pay' }, author })
        await changeOrder(ctx, shop.account, { number, command: { kind: 'refund' }, author })
        const data = { bill_id: number, status: 'paid', date: inTheMail }
        return run(shop, 'UpdateOrderStatus', data)
      },
    },
    {
      code: 203,
      when: 'UpdateOrderStatus has no order number',
      provoke: onAnOrder('UpdateOrderStatus', { bill_id: '', status: 'cancel' }),
    },
    {
      code: 203,
      when: 'DeleteOrder has no order number',
      provoke: onAnOrder('DeleteOrder', { bill_id: '' }),
    },
    {
      code: 302,
      when: 'DeleteOrder names an order that is not there',
      provoke: onAnOrder('DeleteOrder', { bill_id: '999999' }),
    },
    {
      code: 400,
      when: 'GetOrderInfo names an order that is not there',
      provoke: onAnOrder('GetOrderInfo', { bill_id: '999999' }),
    },
    {
      code: 400,
      when: 'getOrderDetails names an order that is not there',
      provoke: onAnOrder('getOrderDetails', { bill_id: '999999' }),
    },
    {
      code: 400,
      when: 'GetBills asks for an e-mail without orders',
      provoke: async () => run(await aShop(), 'GetBills', { email: 'nobody@example.com' }),
    },
    {
      code: 600,
      when: 'the buyer’s e-mail is none',
      provoke: create({ goods: invoice, bill_email: 'mira at example' }),
    },
    {
      code: 601,
      when: 'the same order comes again',
      provoke: async () => {
        const shop = await aShop()
        const data = { goods: invoice, bill_email: 'mira@example.com' }
        const first = await run(shop, 'CreateOrder', data)
        const second = await run(shop, 'CreateOrder', data)
        expect(second.result).toEqual(first.result)
        return second
      },
    },
    {
      code: 602,
      when: 'the order’s sum is beyond what the book holds',
      provoke: create({
        goods: [{ good_name: 'invoice', good_sum: '100000000000' }],
        bill_email: 'mira@example.com',
      }),
    },
    { code: 603, when: 'no product is named', provoke: create({ ...buyer }) },
    {
      code: 604,
      when: 'a product is not in the catalogue; the text names it',
      provoke: async () => {
        const goods = [{ good_name: 'teapot' }]
        const answer = await create({ ...buyer, goods })()
        expect(answer.text).toBe('Product not exist teapot')
        return answer
      },
    },
    {
      code: 605,
      when: 'something goes by post and the address is missing',
      provoke: create({ goods: mug, bill_email: 'mira@example.com' }),
    },
    {
      code: 700,
      when: 'the catalogue is empty',
      provoke: async () => run(await aShop({ goods: [] }), 'GetAllGoods', {}),
    },
  ]
}
