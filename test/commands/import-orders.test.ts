import { afterEach, describe, expect, it } from 'vitest'
import { findOrder, historyOf } from '../../src/core/find-order.ts'
import type { Account } from '../../src/model/account.ts'
import { anAccount, anOrder } from '../support/fixtures.ts'
import { useConsole } from './console.ts'

const desk = useConsole()

/** As getOrderDetails answers: texts, whole sums, unix seconds. */
const old = (id: number, more: Readonly<Record<string, unknown>> = {}) => ({
  id: String(id),
  first_name: 'Анна',
  last_name: 'Выдуманная',
  middle_name: '',
  email: `anna${id}@example.com`,
  phone: '+70000000000',
  city: 'Город',
  country: 'Россия',
  address: 'ул. Ничья, 1',
  region: '',
  postalcode: '101000',
  created: '1700000000',
  pay_status: 'waiting',
  paid: 0,
  type: '',
  payway: '',
  comment: '',
  domain: '',
  link: `/bill/old-key-${id}`,
  price: '25.80',
  bill_sum_topay: '25.80',
  good_count: 2,
  tag: 'autumn',
  kupon: '',
  coupon: '',
  utm: { medium: 'cpc', source: '', campaign: '', content: '', term: '' },
  items: [
    { id: 'mug', title: 'Кружка', sum: '12.90', price: '12.90', partners: [] },
    { id: 'mug', title: 'Кружка', sum: '12.90', price: '12.90', partners: [] },
  ],
  ...more,
})

const paid = { pay_status: 'paid', paid: '1700000600', bill_sum_topay: '0.00' }
const sent = { ...paid, sent: 1_700_090_000, rpo: '10000000000001', delivery_status: 'sent' }

type Shop = { readonly login: string; readonly account: Account }

async function aShop(options: Parameters<typeof anAccount>[1] = {}): Promise<Shop> {
  const { account } = await anAccount(desk().ctx, options)
  return { account, login: account.login }
}

const put = (login: string, content: unknown, words = '', name = 'old.json') => {
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  desk().files.set(name, text)
  return desk().run(`import orders ${login} ${name}${words}`.trim())
}

const rowsOf = async ({ account }: Shop, table: string) =>
  (await desk().database.sql.unsafe(`select * from ${table} where account_id = ${account.id}`))
    .length

afterEach(() => desk().files.clear())

describe('an order of an old system', () => {
  it('stands here as it stood there', async () => {
    const shop = await aShop({ settings: { currency: 'RUB', timezone: 'Europe/Moscow' } })
    const { code, out, err } = await put(shop.login, [old(7, { ...sent, odd: 'kept' })])
    expect([code, err]).toEqual([0, ''])
    expect(out).toBe('Orders: 1 imported.\nThe next order is 100000.')
    const order = await findOrder(desk().ctx, shop.account, 7)
    expect(order).toMatchObject({
      number: 7,
      dialect: 'import',
      buyer: { firstName: 'Анна', lastName: 'Выдуманная', email: 'anna7@example.com' },
      billing: { city: 'Город', line1: 'ул. Ничья, 1', countryCode: 'RU', postcode: '101000' },
      shipping: null,
      currency: 'RUB',
      total: 258_000n,
      discount: 0n,
      tag: 'autumn',
      utm: { medium: 'cpc' },
      payKey: 'old-key-7',
      createdAt: 1_700_000_000_000,
      payment: 'paid',
      fulfilment: 'sent',
      paidAt: 1_700_000_600_000,
      sentAt: 1_700_090_000_000,
      changedAt: 1_700_090_000_000,
      releaseNumber: null,
      handedOver: false,
      fields: { odd: 'kept' },
    })
    expect(order.lines).toMatchObject([
      { position: 1, code: 'mug', article: 'MUG-01', title: 'Кружка', quantity: 2 },
    ])
    expect(order.lines[0]?.productId).toEqual(expect.any(Number))
    expect(order.shipments).toMatchObject([{ position: 1, tracking: '10000000000001' }])
  })

  it('leaves one event that tells nothing of the buyer, and nothing else', async () => {
    const shop = await aShop({ goods: [{ code: 'mug', title: 'Mug', price: 1n, stock: 5 }] })
    await put(shop.login, [old(8, sent)])
    const events = await historyOf(desk().ctx, shop.account, 8)
    expect(events).toMatchObject([
      {
        kind: 'imported',
        via: 'operator',
        credentialId: null,
        data: { payment: 'paid', fulfilment: 'sent', paid: 1 },
      },
    ])
    expect(events).toHaveLength(1)
    for (const table of [
      'deliveries',
      'attention',
      'releases',
      'awaiting_shipment',
      'order_fingerprints',
      'order_timers',
      'takings',
    ]) {
      expect([table, await rowsOf(shop, table)]).toEqual([table, 0])
    }
    const [level] = await desk().database.sql`
      select quantity from stock where account_id = ${shop.account.id}`
    expect(level?.quantity).toBe(5)
    expect(await rowsOf(shop, 'order_links')).toBe(1)
  })

  it('moves the next number above itself and never back', async () => {
    const shop = await aShop()
    await put(shop.login, [old(200_000), old(3)])
    expect(await anOrder(desk().ctx, shop.account)).toBe(200_001)
    const { out } = await put(shop.login, [old(5)])
    expect(out).toContain('The next order is 200002.')
  })
})

describe('the same file again', () => {
  it('changes nothing', async () => {
    const shop = await aShop()
    const file = [old(1), old(2, paid), old(3, sent)]
    expect((await put(shop.login, file)).out).toContain('Orders: 3 imported.')
    const again = await put(shop.login, file)
    expect([again.code, again.err]).toEqual([0, ''])
    expect(again.out).toContain('Orders: 0 imported, 3 are there already.')
    expect(await rowsOf(shop, 'order_events')).toBe(3)
  })

  it('is the same whatever has happened to the order since, and however it is sorted', async () => {
    const shop = await aShop()
    await put(shop.login, [old(1)])
    await desk().run(`order pay ${shop.login} 1`)
    const reversed = Object.fromEntries(Object.entries(old(1)).reverse())
    expect((await put(shop.login, [reversed])).out).toContain('0 imported, 1 are there already')
    expect((await findOrder(desk().ctx, shop.account, 1)).payment).toBe('paid')
  })

  it('names what differs and leaves it as it is', async () => {
    const shop = await aShop()
    await put(shop.login, [old(1), old(2)])
    const { code, out, err } = await put(shop.login, [old(1, paid), old(2)])
    expect(code).toBe(1)
    expect(out).toContain('0 imported, 1 are there already, 1 differ and were left as they are')
    expect(err).toBe(
      'item 1: order 1: differs from what was imported before under this number; left as it is',
    )
    expect((await findOrder(desk().ctx, shop.account, 1)).payment).toBe('waiting')
  })

  it('does no harm beside itself', async () => {
    const shop = await aShop()
    const file = Array.from({ length: 400 }, (_, at) => old(1000 + at))
    desk().files.set('both.json', JSON.stringify(file))
    const words = `import orders ${shop.login} both.json --json`
    const [one, other] = await Promise.all([desk().run(words), desk().run(words)])
    expect([one.code, other.code]).toEqual([0, 0])
    const [a, b] = [JSON.parse(one.out), JSON.parse(other.out)]
    expect([a.added + b.added, a.same + b.same]).toEqual([400, 400])
    expect(await rowsOf(shop, 'order_events')).toBe(400)
  })
})

describe('a row that cannot be used', () => {
  it('is named with what to write instead, and the others come in', async () => {
    const shop = await aShop({ settings: { currency: 'RUB' } })
    const { code, out, err } = await put(shop.login, [
      old(1),
      old(2, { pay_status: 'perhaps' }),
      old(3, { created: '' }),
      old(4, { price: 'much' }),
      old(5, { created: '1700000000000' }),
      { ...old(6), id: '' },
      old(7, { currency: 'EUR' }),
      old(8, { items: [{ title: 'Nameless', sum: '1' }] }),
      old(9, { comment: 'a\u0000b' }),
      'nothing',
      old(10),
    ])
    expect(code).toBe(1)
    expect(out).toContain('Orders: 2 imported, 9 cannot be used.')
    const lines = err.split('\n')
    expect(lines[0]).toMatch(/^item 2: order 2: pay_status "perhaps" is none of waiting, expected/)
    expect(lines.slice(1)).toEqual([
      'item 3: order 3: created is missing; write when the order was made',
      'item 4: order 4: price "much" is no amount; write it as 1500.00',
      'item 5: order 5: created "1700000000000" is in milliseconds; write seconds since 1970',
      'item 6: id is missing',
      'item 7: order 7: currency is EUR, and the account keeps its book in RUB; write the sums in RUB',
      'item 8: order 8: items[1].id is missing; write the product code',
      'item 9: order 9: comment holds a character that no database keeps (NUL or half a pair); take it out',
      'item 10: this is no order; an order is written {"id": …, "created": …}',
    ])
    expect(await rowsOf(shop, 'orders')).toBe(2)
  })

  it('is one whose number an order has that was placed here', async () => {
    const shop = await aShop()
    const number = await anOrder(desk().ctx, shop.account)
    const { code, err } = await put(shop.login, [old(number)])
    expect(code).toBe(1)
    expect(err).toBe(
      `item 1: order ${number}: the number belongs to an order placed here on ` +
        '2026-03-02T10:00:00Z; give it another',
    )
    expect((await findOrder(desk().ctx, shop.account, number)).dialect).toBe('operator')
  })

  it('is one whose pay link another order has', async () => {
    const shop = await aShop()
    const { code, err } = await put(shop.login, [old(1), old(2, { link: '/bill/old-key-1' })])
    expect([code, err]).toEqual([
      1,
      'item 2: order 2: link is that of order 1 already; leave it out or correct it',
    ])
    expect(await rowsOf(shop, 'orders')).toBe(1)
  })
})

describe('a dry run', () => {
  it('says what would come of it and writes nothing', async () => {
    const shop = await aShop()
    await put(shop.login, [old(1)])
    const file = [old(1), old(2), old(2), old(2, paid), old(3, { created: 'never' })]
    const { code, out } = await put(shop.login, file, ' --dry-run')
    expect(code).toBe(1)
    expect(out.split('\n')[0]).toBe(
      'Orders: 1 would come in, 2 are there already, 1 differ and were left as they are, ' +
        '1 cannot be used.',
    )
    expect(await rowsOf(shop, 'orders')).toBe(1)
  })

  it('tells which number would be next, and of a link that came before, however far apart', async () => {
    const shop = await aShop()
    const many = Array.from({ length: 300 }, (_, at) => old(at + 10))
    const file = [old(1, { link: '/bill/k' }), ...many, old(200_000, { link: '/bill/k' })]
    const said = await put(shop.login, [...file, old(300_000)], ' --dry-run')
    expect(said.err).toBe(
      'item 302: order 200000: link is that of order 1 already; leave it out or correct it',
    )
    expect(said.out).toBe(
      'Orders: 302 would come in, 1 cannot be used.\nThe next order would be 300001.',
    )
    expect(await anOrder(desk().ctx, shop.account)).toBe(100_000)
  })
})

describe('the forms of a file', () => {
  const answer = (result: unknown) => ({ error_code: 0, error_text: 'OK', result, hash: 'x' })
  const forms: readonly (readonly [string, string])[] = [
    ['an array', JSON.stringify([old(1), old(2)])],
    ['an array, pretty', JSON.stringify([old(1), old(2)], null, 2)],
    ['an answer with a list', JSON.stringify(answer([old(1), old(2)]))],
    ['an answer, its result last', JSON.stringify({ hash: 'x', result: [old(1), old(2)] })],
    [
      'answers with one each, a line each',
      `${JSON.stringify(answer(old(1)))}\n${JSON.stringify(answer(old(2)))}\n`,
    ],
    ['orders, a line each', `\uFEFF${JSON.stringify(old(1))}\r\n\r\n${JSON.stringify(old(2))}`],
    [
      'answers one after the other',
      `${JSON.stringify(answer([old(1)]), null, 1)}${JSON.stringify(answer([old(2)]), null, 1)}`,
    ],
    ['an array of answers', JSON.stringify([answer([old(1), old(2)])])],
  ]
  it.each(forms)('%s', async (_name, text) => {
    const shop = await aShop()
    const { code, out, err } = await put(shop.login, text)
    expect([code, err, out.split('\n')[0]]).toEqual([0, '', 'Orders: 2 imported.'])
    const both = await Promise.all([1, 2].map((one) => findOrder(desk().ctx, shop.account, one)))
    expect(both.map(({ buyer }) => buyer.lastName)).toEqual(['Выдуманная', 'Выдуманная'])
  })

  it('a broken line spoils no other', async () => {
    const shop = await aShop()
    const lines = [JSON.stringify(old(1)), '{"id": 2, "created": ', JSON.stringify(old(3))]
    const { code, out, err } = await put(shop.login, lines.join('\n'))
    expect([code, err]).toEqual([1, 'item 2, line 2: the line is no whole JSON value'])
    expect(out).toContain('Orders: 2 imported, 1 cannot be used.')
  })

  it('a file that was cut off says so, and what came before is in', async () => {
    const shop = await aShop()
    const { code, out, err } = await put(shop.login, JSON.stringify([old(1), old(2)]).slice(0, -40))
    expect([code, err]).toEqual([1, 'item 2: the file ends in the middle; was it saved whole?'])
    expect(out).toContain('Orders: 1 imported, 1 cannot be used.')
  })

  it('a refusal of the old system is told as one', async () => {
    const shop = await aShop()
    const refusals = [
      { error_code: 4, error_text: 'Incorrect hash', result: [], hash: 'x' },
      { error_code: 400, error_text: 'Order not found', hash: 'x' },
    ]
    const { code, err } = await put(
      shop.login,
      refusals.map((one) => JSON.stringify(one)).join('\n'),
    )
    expect(code).toBe(1)
    expect(err.match(/error_code \d+/g)).toEqual(['error_code 4', 'error_code 400'])
  })

  it('a file that is UTF-8 is not taken for another charset', async () => {
    const shop = await aShop()
    for (const text of [JSON.stringify([old(1)]), '\uFEFFid,created\n1,1700000000\n']) {
      const { code, err } = await put(shop.login, text, ' --charset windows-1251')
      expect([code, err]).toEqual([1, 'countersign: the file is UTF-8; leave --charset out'])
    }
    expect(await rowsOf(shop, 'orders')).toBe(0)
  })

  const table = [
    'id;date;pay_status;paydate;email;first_name;item_id;item_sum;quantity;price;warehouse',
    '11;30.01.2020 04:22;paid;31.01.2020;a@example.com;"Ада ""А."" Б";mug;12,90;2;1 525,80;north',
    ';;;;;;invoice;1500,00;;;',
    '12;2020-02-01 10:00:00;waiting;;b@example.com;Борис;invoice;1500,00;1;;',
  ].join('\r\n')

  it('a table, with one row for each item', async () => {
    const shop = await aShop({ settings: { timezone: 'Europe/Moscow' } })
    const { code, out, err } = await put(shop.login, table, '', 'old.csv')
    expect([code, err, out.split('\n')[0]]).toEqual([0, '', 'Orders: 2 imported.'])
    const order = await findOrder(desk().ctx, shop.account, 11)
    expect(order).toMatchObject({
      createdAt: Date.parse('2020-01-30T01:22:00Z'),
      paidAt: Date.parse('2020-01-30T21:00:00Z'),
      buyer: { email: 'a@example.com', firstName: 'Ада "А." Б' },
      total: 15_258_000n,
      fields: { warehouse: 'north' },
    })
    expect(order.lines).toMatchObject([
      { code: 'mug', quantity: 2, unitPrice: 129_000n },
      { code: 'invoice', quantity: 1, unitPrice: 15_000_000n },
    ])
  })

  it('a table in windows-1251', async () => {
    const shop = await aShop()
    const bytes = Buffer.from(
      [...table].map((sign) => {
        const code = sign.charCodeAt(0)
        return code < 0x80 ? code : code - 0x410 + 0xc0
      }),
    )
    desk().files.set('old.csv', bytes)
    const wrong = await desk().run(`import orders ${shop.login} old.csv`)
    expect([wrong.code, wrong.err]).toEqual([
      1,
      'countersign: the file is not UTF-8; try --charset windows-1251',
    ])
    const { code } = await desk().run(`import orders ${shop.login} old.csv --charset windows-1251`)
    expect(code).toBe(0)
    expect((await findOrder(desk().ctx, shop.account, 12)).buyer.firstName).toBe('Борис')
  })

  it('rows of one number that contradict each other are refused together', async () => {
    const shop = await aShop()
    const text =
      'id,created,email,item_id,item_sum\n1,2020-01-01,a@x.yz,mug,1\n1,2020-01-01,b@x.yz,mug,1\n'
    const { code, err } = await put(shop.login, text, '', 'old.csv')
    expect(code).toBe(1)
    expect(err).toMatch(/^lines 2 to 3: order 1: email in line 3 is another than in line 2;/)
    expect(await rowsOf(shop, 'orders')).toBe(0)
  })

  it.each([
    ['', 'the file is empty'],
    ['hello\nworld', 'the file is neither JSON nor a table with a column "id"'],
    ['id,"created\n1,2', 'line 1: a quote that is opened here is never closed'],
  ])('what is no such file: %j', async (text, reason) => {
    const shop = await aShop()
    const { code, err } = await put(shop.login, text)
    expect(code).toBe(1)
    expect(err).toContain(reason)
  })
})

describe('--release', () => {
  const file = [
    old(30, paid),
    old(10, paid),
    old(20, sent),
    old(25),
    old(26, { pay_status: 'cancel', paid: '1700000600' }),
  ]

  it('hands over what is paid and not sent, in the order of the numbers', async () => {
    const shop = await aShop()
    const { code, out } = await put(shop.login, file, ' --release')
    expect(code).toBe(0)
    expect(out).toContain('5 imported, 2 released')
    const rows = await desk().database.sql`
      select number from releases where account_id = ${shop.account.id} order by release_number`
    expect(rows.map(({ number }) => number)).toEqual([10, 30])
    expect(await rowsOf(shop, 'awaiting_shipment')).toBe(2)
    const again = await put(shop.login, file, ' --release')
    expect(again.out).toContain('0 imported, 5 are there already.')
    expect(await rowsOf(shop, 'releases')).toBe(2)
  })

  it('may come later, and begin at a number', async () => {
    const shop = await aShop()
    await put(shop.login, file)
    expect(await rowsOf(shop, 'releases')).toBe(0)
    const { out } = await put(shop.login, file, ' --release-from 11')
    expect(out).toContain('5 are there already, 1 released')
    const { releaseNumber } = await findOrder(desk().ctx, shop.account, 30)
    expect(releaseNumber).not.toBeNull()
  })

  it('hands over none whose buyer was erased, in whatever way his e-mail was written', async () => {
    const shop = await aShop()
    const named = 'Anna V. <Anna@Example.com>'
    const orders = [old(1, paid), old(2, { ...paid, email: named }), old(3, paid)]
    await put(shop.login, orders)
    for (const email of ['anna1@example.com', named.toUpperCase()]) {
      const { code } = await desk().run(['buyer', 'erase', shop.login, email, '--yes'])
      expect([email, code]).toEqual([email, 0])
    }
    const { out } = await put(shop.login, orders, ' --release')
    expect(out).toContain('0 imported, 3 are there already, 1 released')
    const rows = await desk().database.sql`
      select number from releases where account_id = ${shop.account.id}`
    expect(rows.map(({ number }) => number)).toEqual([3])
  })
})

describe('what happens to an imported order later', () => {
  it('releases it only where it becomes fit for fulfilment here', async () => {
    const shop = await aShop()
    await put(shop.login, [old(1), old(2, paid), old(3, paid)])
    await desk().run(`order pay ${shop.login} 1`)
    await desk().run(`order pay ${shop.login} 2`)
    await desk().run(`order hide ${shop.login} 3`)
    await desk().run(`order unhide ${shop.login} 3`)
    const released = await desk().database.sql`
      select number from releases where account_id = ${shop.account.id}`
    expect(released.map(({ number }) => number)).toEqual([1])
    await desk().run(`order release ${shop.login} 2`)
    expect(await rowsOf(shop, 'awaiting_shipment')).toBe(2)
  })
})
