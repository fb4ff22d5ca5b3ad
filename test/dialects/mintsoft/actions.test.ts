import { describe, expect, it } from 'vitest'
import { changeSettings } from '../../../src/core/accounts.ts'
import { changeOrder } from '../../../src/core/change-order.ts'
import type { ChangeCommand } from '../../../src/core/commands.ts'
import { attentionOf, findOrder, historyOf } from '../../../src/core/find-order.ts'
import { findGood, saveGoods } from '../../../src/core/goods.ts'
import { numbersIn } from '../../../src/dialects/mintsoft/order-number.ts'
import { readLevel } from '../../../src/dialects/mintsoft/stock-sync.ts'
import { anOrder, type TestAccount } from '../../support/fixtures.ts'
import { useGateway } from '../../support/gateway.ts'
import { answered, aReleased, aShop, get, getRaw, goods, guid, listed } from './client.ts'

const gateway = useGateway()

const unknownOrder = '"No such order"'

async function change({ account }: TestAccount, number: number, command: ChangeCommand) {
  const author = { via: 'operator', credentialId: null }
  await changeOrder(gateway().ctx, account, { number, command, author })
}

async function reasons({ account }: TestAccount, number: number): Promise<string[]> {
  return (await attentionOf(gateway().ctx, account, number)).map(({ reason }) => reason)
}

async function kinds({ account }: TestAccount, number: number): Promise<string[]> {
  return (await historyOf(gateway().ctx, account, number)).map(({ kind }) => kind)
}

function confirm(shop: TestAccount, ordernumber: string) {
  return get(gateway(), shop, { action: 'confirm', ordernumber })
}

function complete(shop: TestAccount, ordernumber: string, parcel: Record<string, string> = {}) {
  return get(gateway(), shop, { action: 'complete', ordernumber, ...parcel })
}

describe('an order number', () => {
  it.each([
    ['1001', '', [1001]],
    ['W1001', 'W', [1001]],
    ['w1001', 'W', [1001]],
    ['1001', 'W', [1001]],
    ['11001', '1', [1001, 11001]],
    [' W1001 ', 'W', [1001]],
    ['X1001', 'W', []],
    ['W', 'W', []],
    ['', '', []],
    ['01001', '', []],
    ['1001.0', '', []],
    ['-1', '', []],
    ['99999999999', '', []],
  ])('%s with prefix "%s" can be %j', (text, prefix, expected) => {
    expect(numbersIn(text, prefix)).toEqual(expected)
  })
})

describe('confirm', () => {
  it('takes an order off the list, once and for good, and says nothing', async () => {
    const shop = await aShop(gateway(), { prefix: 'W' })
    await aReleased(gateway(), shop)
    for (const number of ['W1001', '1001', 'w1001']) {
      expect(await confirm(shop, number)).toMatchObject({ status: 200, text: '' })
    }
    expect(await listed(gateway(), shop)).toEqual([])
    expect(await kinds(shop, 1001)).toEqual(['placed', 'released', 'handed-over'])
    expect(await reasons(shop, 1001)).toEqual([])
  })

  it.each([
    ['that is not there', async () => undefined],
    [
      'that was never released',
      (shop: TestAccount) =>
        anOrder(gateway().ctx, shop.account, { lines: [{ code: 'mug', quantity: 1 }] }),
    ],
    [
      'of another feed',
      (shop: TestAccount) =>
        aReleased(gateway(), shop, {
          billing: { line1: 'a', postcode: '1', country: 'IE' },
        }),
    ],
  ])('of an order %s is explained, warned of, and does nothing', async (_name, prepare) => {
    const shop = await aShop(gateway(), { countries: ['GB'] })
    const made = await prepare(shop)
    const before = made === undefined ? [] : await kinds(shop, 1001)
    const answer = await confirm(shop, '1001')
    expect(answer).toMatchObject({ status: 200, text: unknownOrder })
    expect(answer.headers.get('content-type')).toBe('application/json')
    expect(made === undefined ? [] : await kinds(shop, 1001)).toEqual(before)
    const warning = gateway()
      .logText()
      .split('\n')
      .find((line) => line.includes(shop.account.login) && line.includes('"level":40'))
    expect(warning).toContain('"ordernumber":"1001"')
    const [row] = await gateway().database.sql`
      select count(*)::int as count from takings where account_id = ${shop.account.id}`
    expect(row?.count).toBe(0)
  })

  it('of an order that was cancelled meanwhile is taken, and a person must look', async () => {
    const shop = await aShop(gateway())
    await aReleased(gateway(), shop)
    expect(await listed(gateway(), shop)).toEqual(['1001'])
    await change(shop, 1001, { kind: 'cancel' })
    expect(await listed(gateway(), shop)).toEqual([])
    expect((await confirm(shop, '1001')).text).toBe('')
    expect(await reasons(shop, 1001)).toEqual(['cancelled-after-hand-over'])
  })

  it('of an order that was hidden meanwhile is kept, and answered as unknown', async () => {
    const shop = await aShop(gateway())
    await aReleased(gateway(), shop)
    await listed(gateway(), shop)
    await change(shop, 1001, { kind: 'hide' })
    expect((await confirm(shop, '1001')).text).toBe(unknownOrder)
    expect(await reasons(shop, 1001)).toEqual(['hidden-after-hand-over'])
  })

  it('flags an order that looks otherwise than it was listed', async () => {
    const shop = await aShop(gateway())
    await aReleased(gateway(), shop)
    await listed(gateway(), shop)
    await gateway().database.sql`
      update orders set comment = 'leave it at the gate' where account_id = ${shop.account.id}`
    expect((await confirm(shop, '1001')).text).toBe('')
    expect(await reasons(shop, 1001)).toEqual(['changed-after-export'])
  })
})

describe('complete', () => {
  const first = { courierservice: 'RM48', tracking: 'AB1', trackinglink: 'https://t.test/AB1' }

  it('implies a confirm and keeps each parcel once', async () => {
    const shop = await aShop(gateway())
    await aReleased(gateway(), shop)
    for (const parcel of [first, first, { tracking: 'AB2' }, { trackinglink: '' }]) {
      expect(await complete(shop, '1001', parcel)).toMatchObject({ status: 200, text: '' })
    }
    expect(await listed(gateway(), shop)).toEqual([])
    const order = await findOrder(gateway().ctx, shop.account, 1001)
    expect(order).toMatchObject({ fulfilment: 'sent', payment: 'waiting', handedOver: true })
    expect(order.shipments).toMatchObject([
      { service: 'RM48', tracking: 'AB1', link: 'https://t.test/AB1', via: 'mintsoft' },
      { service: '', tracking: 'AB2', link: '' },
    ])
    expect(await kinds(shop, 1001)).toEqual(['placed', 'released', 'sent', 'parcel-added'])
    const [row] = await gateway().database.sql`
      select confirmed_at from takings where account_id = ${shop.account.id}`
    expect(row?.confirmed_at).not.toBeNull()
  })

  it('puts a link together that was sent without encoding', async () => {
    const shop = await aShop(gateway())
    await aReleased(gateway(), shop)
    const link = 'https://t.test/?p=1&q=a+b'
    await getRaw(gateway(), shop, `&action=complete&ordernumber=1001&trackinglink=${link}`)
    const order = await findOrder(gateway().ctx, shop.account, 1001)
    expect(order.shipments).toMatchObject([{ link }])
  })

  it.each(['cancel', 'hide'] as const)('after %s keeps the parcel for a person', async (kind) => {
    const shop = await aShop(gateway())
    await aReleased(gateway(), shop)
    await change(shop, 1001, { kind })
    const { text } = await complete(shop, '1001', first)
    expect(text).toBe(kind === 'hide' ? unknownOrder : '')
    const order = await findOrder(gateway().ctx, shop.account, 1001, { withHidden: true })
    expect(order.shipments).toMatchObject([{ tracking: 'AB1' }])
    expect(await reasons(shop, 1001)).toEqual([
      kind === 'hide' ? 'sent-while-hidden' : 'sent-though-cancelled',
    ])
  })

  it('of an order that an edit moved out of the feed is still its own', async () => {
    const shop = await aShop(gateway(), { tags: ['north'] })
    await aReleased(gateway(), shop, { tag: 'north' })
    await listed(gateway(), shop)
    await gateway().database.sql`
      update orders set tag = 'south' where account_id = ${shop.account.id}`
    expect(await listed(gateway(), shop)).toEqual([])
    expect((await complete(shop, '1001', first)).text).toBe('')
  })

  it.each([
    ['courierservice', 255],
    ['tracking', 255],
    ['trackinglink', 2000],
  ])('takes a %s of %i characters and refuses a longer one', async (name, most) => {
    const shop = await aShop(gateway())
    await aReleased(gateway(), shop)
    const { text } = await complete(shop, '1001', { [name]: 'x'.repeat(most + 1) })
    expect(text).toBe(`"Request refused: ${name} is longer than ${most} characters"`)
    expect(await listed(gateway(), shop)).toEqual(['1001'])
    expect((await complete(shop, '1001', { [name]: 'x'.repeat(most) })).text).toBe('')
  })
})

describe('a stock level', () => {
  it.each([
    ['12', 'zero', 12],
    ['12.0', 'zero', 12],
    ['12.', 'zero', 12],
    ['+5', 'zero', 5],
    ['007', 'zero', 7],
    ['0', 'zero', 0],
    ['-0', 'zero', 0],
    ['-3', 'zero', 0],
    ['-3', 'keep', -3],
    ['2147483647', 'zero', 2_147_483_647],
    ['2147483648', 'zero', undefined],
    ['-2147483648', 'keep', undefined],
    ['12.5', 'zero', undefined],
    ['1e3', 'zero', undefined],
    ['1,000', 'zero', undefined],
    ['0x10', 'zero', undefined],
    ['NaN', 'zero', undefined],
    ['', 'zero', undefined],
  ] as const)('%s with %s is %s', (text, negativeStock, expected) => {
    expect(readLevel(text, { negativeStock })).toBe(expected)
  })
})

describe('stocksync', () => {
  const sync = (shop: TestAccount, sku: string, stocklevel: string) =>
    get(gateway(), shop, { action: 'stocksync', sku, stocklevel })

  async function stockOf({ account }: TestAccount, code: string) {
    return (await findGood(gateway().ctx, account, code)).stock
  }

  it('sets one SKU, exact or in other letters', async () => {
    const shop = await aShop(gateway())
    expect(await sync(shop, 'MUG-01', '7')).toMatchObject({ status: 200, text: '' })
    expect(await stockOf(shop, 'mug')).toBe(7)
    expect((await sync(shop, ' mug-01 ', '8')).text).toBe('')
    expect(await stockOf(shop, 'mug')).toBe(8)
    expect(await stockOf(shop, 'lamp')).toBeNull()
  })

  it('reads a raw plus as a blank first, then as itself', async () => {
    const both = [
      { code: 'blank', title: 'blank', price: 1n, sku: 'A B' },
      { code: 'plus', title: 'plus', price: 1n, sku: 'A+B' },
    ]
    const shop = await aShop(gateway(), {}, both.slice(1))
    await getRaw(gateway(), shop, '&action=stocksync&sku=A+B&stocklevel=4')
    expect(await stockOf(shop, 'plus')).toBe(4)
    await saveGoods(gateway().ctx, shop.account, both)
    await getRaw(gateway(), shop, '&action=stocksync&sku=A+B&stocklevel=5')
    expect([await stockOf(shop, 'blank'), await stockOf(shop, 'plus')]).toEqual([5, 4])
  })

  it.each([
    ['NOPE', '5', 'No such SKU'],
    ['twice', '5', 'No such SKU'],
    ['MUG-01', '', 'Request refused: stocklevel is no whole number'],
    ['MUG-01', '1.5', 'Request refused: stocklevel is no whole number'],
    ['', '5', 'Request refused: sku is missing'],
  ])('of "%s" to "%s" is explained and does nothing', async (sku, level, words) => {
    const twins = ['Twice', 'TWICE'].map((code) => ({ code, title: code, price: 1n }))
    const shop = await aShop(gateway(), {}, [...goods, ...twins])
    expect(await sync(shop, sku, level)).toMatchObject({ status: 200, json: words })
    for (const code of ['mug', 'Twice', 'TWICE']) expect(await stockOf(shop, code)).toBeNull()
  })

  it('succeeds without effect where stock comes from another dialect', async () => {
    const shop = await aShop(gateway())
    await changeSettings(gateway().ctx, shop.account, { stockSource: 'opencart' })
    gateway().ctx.directory.forget()
    expect(await sync(shop, 'MUG-01', '7')).toMatchObject({ status: 200, text: '' })
    expect(await stockOf(shop, 'mug')).toBeNull()
    expect(gateway().logText()).toContain('stock is taken from another dialect')
  })
})

describe('before the action', () => {
  const address = (shop: TestAccount) => `${gateway().url}/mintsoft/${shop.account.login}`
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const post = (target: string, body: string) =>
    fetch(target, { method: 'POST', headers: form, body }).then(answered)

  it('knows an action in any case and with blanks, and no other', async () => {
    const shop = await aShop(gateway())
    await aReleased(gateway(), shop)
    for (const action of ['list', 'orders', 'confirm;', 'cancel']) {
      const answer = await get(gateway(), shop, { action, ordernumber: '1001' })
      expect(answer).toMatchObject({ status: 200, text: '"Request Action Invalid"' })
    }
    expect(await listed(gateway(), shop)).toEqual(['1001'])
    const answer = await get(gateway(), shop, { action: ' CONFIRM ', ordernumber: '1001' })
    expect(answer.text).toBe('')
  })

  it.each([
    ['a contradiction', '&ordernumber=1001', 'ordernumber=1002&action=confirm'],
    ['a NUL', '', 'action=confirm&ordernumber=1001&x=a%00'],
    ['too large a body', '&action=confirm&ordernumber=1001', `x=${'a'.repeat(200_000)}`],
  ])('refuses %s, and does nothing', async (_name, query, body) => {
    const shop = await aShop(gateway())
    await aReleased(gateway(), shop)
    await aReleased(gateway(), shop, { lines: [{ code: 'lamp', quantity: 1 }] })
    const answer = await post(`${address(shop)}?apikey=${guid()}${query}`, body)
    expect(answer.status).toBe(200)
    expect(answer.json).toMatch(/^Request refused: /)
    expect(await listed(gateway(), shop)).toEqual(['1001', '1002'])
  })

  it('does nothing for HEAD and PUT but the list', async () => {
    const shop = await aShop(gateway())
    await aReleased(gateway(), shop)
    const query = `?apikey=${guid()}&action=confirm&ordernumber=1001`
    const head = await fetch(`${address(shop)}?apikey=${guid()}`, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([200, ''])
    for (const method of ['HEAD', 'PUT', 'DELETE']) {
      expect((await fetch(address(shop) + query, { method })).status).toBe(200)
    }
    expect(await listed(gateway(), shop)).toEqual(['1001'])
  })

  it.each(['/', '/API/', '/API/index.php', '/a/b/c'])('is found at %s', async (tail) => {
    const shop = await aShop(gateway())
    const answer = await fetch(`${address(shop)}${tail}?apikey=${guid()}`).then(answered)
    expect(answer.text).toBe('[]')
  })
})
