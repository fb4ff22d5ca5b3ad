import { describe, expect, it } from 'vitest'
import { cut } from '../../../src/dialects/mintsoft/cut.ts'
import { belongsToFeed } from '../../../src/dialects/mintsoft/feed.ts'
import { orderItems } from '../../../src/dialects/mintsoft/order-items.ts'
import { type MintsoftOrder, orderObject } from '../../../src/dialects/mintsoft/order-object.ts'
import { problemsOf } from '../../../src/dialects/mintsoft/problems.ts'
import { type Settings, settingsOf } from '../../../src/dialects/mintsoft/settings.ts'
import type { Order, OrderLine } from '../../../src/model/order.ts'
import { aLine, anOrderOf } from './an-order.ts'

const settings = (change: Record<string, unknown> = {}): Settings =>
  settingsOf({ settings: change })

const shown = (order: Partial<Order>, change: Record<string, unknown> = {}): MintsoftOrder =>
  orderObject(anOrderOf(order), settings(change))

const home = { line1: '9 Mill Lane', city: 'Alton', postcode: 'GU34 1AB', country: 'GB' }

describe('an order in the feed', () => {
  it('has every member in the contract’s spelling, texts empty and never null', () => {
    const order = orderObject(anOrderOf(), settings({ prefix: 'W' }))
    expect(order).toEqual({
      OrderNumber: 'W1001',
      Title: '',
      CompanyName: '',
      FirstName: 'Ada',
      LastName: 'Example',
      Address1: '9 Mill Lane',
      Address2: '',
      Address3: '',
      Town: 'Alton',
      County: '',
      PostCode: 'GU34 1AB',
      Country: 'GB',
      Email: 'ada@example.com',
      Phone: '',
      CourierService: 'AUTO',
      Comments: '',
      OrderValue: 1,
      OrderItems: [{ SKU: 'MUG-01', Name: 'Mug', Quantity: 1 }],
    })
  })

  const ada = { firstName: 'Ada', lastName: 'Example' }
  it.each<[string, Partial<Order>, Partial<MintsoftOrder>]>([
    ['the last name stands in', { buyer: { lastName: 'Example' } }, { FirstName: 'Example' }],
    ['the company stands in', { buyer: { company: 'Example Ltd' } }, { FirstName: 'Example Ltd' }],
    [
      'title and company',
      { buyer: { ...ada, title: 'Dr', company: 'E' } },
      { Title: 'Dr', CompanyName: 'E' },
    ],
    [
      'whoever gets the parcel, whole',
      {
        buyer: { ...ada, title: 'Dr', company: 'Example Ltd' },
        shipping: { ...home, firstName: 'Bob', line1: 'Elsewhere 1' },
      },
      { Title: '', CompanyName: '', FirstName: 'Bob', LastName: '', Address1: 'Elsewhere 1' },
    ],
    [
      'a shipping address without a person',
      { shipping: { ...home, line1: 'Elsewhere 1' } },
      { FirstName: 'Ada', LastName: 'Example', Address1: 'Elsewhere 1' },
    ],
    [
      'an empty shipping address',
      { shipping: { firstName: 'Bob', phone: '7' } },
      { FirstName: 'Bob', Address1: '9 Mill Lane', Phone: '7' },
    ],
    [
      'the bill’s own person',
      { billing: { ...home, firstName: 'Cy', lastName: 'Bill' } },
      { FirstName: 'Cy', LastName: 'Bill' },
    ],
    ['the buyer’s phone', { buyer: { ...ada, phone: '1' } }, { Phone: '1' }],
    ['Address2 like Address1', { billing: { ...home, line2: ' 9 Mill Lane ' } }, { Address2: '' }],
    [
      'an empty first line',
      { billing: { ...home, line1: '', line2: 'Unit 4', line3: 'Dock' } },
      { Address1: 'Unit 4', Address2: 'Dock', Address3: '' },
    ],
    ['a country by name', { billing: { ...home, country: 'Россия' } }, { Country: 'RU' }],
    ['a country nobody knows', { billing: { ...home, country: 'Narnia' } }, { Country: 'Narnia' }],
    [
      'a country without postcodes',
      { billing: { line1: 'Pier 1', country: 'AE' } },
      { PostCode: '0000' },
    ],
    ['a country with postcodes', { billing: { line1: 'Pier 1', country: 'GB' } }, { PostCode: '' }],
    [
      'a postcode where none is needed',
      { billing: { line1: 'Pier 1', country: 'AE', postcode: '123' } },
      { PostCode: '123' },
    ],
    ['the gross total', { total: 32_505_000n }, { OrderValue: 3250.5 }],
    [
      'a total of four decimals',
      { total: 999_999_999_999_999n },
      { OrderValue: 99_999_999_999.9999 },
    ],
  ])('%s', (_name, order, expected) => {
    expect(shown(order)).toMatchObject(expected)
  })

  it.each([
    ['Express', 'DPD24'],
    ['express', 'rm'],
    [' EXPRESS ', 'DPD24'],
    ['Other', 'STD'],
    ['constructor', 'STD'],
    [null, 'STD'],
  ])('shipped as %s goes by %s', (shippingMethod, expected) => {
    const change = { courier: 'STD', couriers: { Express: 'DPD24', express: 'rm' } }
    expect(shown({ shippingMethod }, change).CourierService).toBe(expected)
  })

  it('writes exact numbers as JSON', () => {
    expect(JSON.stringify(shown({ total: 468_500n }))).toContain('"OrderValue":46.85,')
  })

  it('cuts comments, and never half of a character', () => {
    expect(shown({ comment: 'x'.repeat(1200) }).Comments).toHaveLength(1000)
    expect(shown({ comment: `${'x'.repeat(999)}😀` }).Comments).toBe('x'.repeat(999))
    expect(cut('ab😀', 4)).toBe('ab😀')
    expect(cut('ab😀c', 4)).toBe('ab😀')
    expect(cut('ab😀c', 3)).toBe('ab')
  })
})

describe('lines', () => {
  const red = { options: [{ name: 'Colour', value: 'red' }] }
  const long = 'x'.repeat(120)
  it.each<[string, Partial<OrderLine>[], object[]]>([
    ['the same SKU once', [{}, { quantity: 2 }], [{ SKU: 'MUG-01', Name: 'Mug', Quantity: 3 }]],
    [
      'different options apart',
      [red, {}, red],
      [
        { SKU: 'MUG-01', Name: 'Mug (Colour: red)', Quantity: 2 },
        { SKU: 'MUG-01', Name: 'Mug', Quantity: 1 },
      ],
    ],
    [
      'the same options in another order once',
      [
        {
          options: [
            { name: 'Size', value: 'L' },
            { name: 'Colour', value: 'red' },
          ],
        },
        {
          options: [
            { name: 'Colour', value: 'red' },
            { name: 'Size', value: 'L' },
          ],
        },
      ],
      [{ SKU: 'MUG-01', Name: 'Mug (Colour: red, Size: L)', Quantity: 2 }],
    ],
    ['a long title cut', [{ title: long }], [{ SKU: 'MUG-01', Name: 'x'.repeat(99), Quantity: 1 }]],
    [
      'a long title before its options',
      [{ ...red, title: long }],
      [{ SKU: 'MUG-01', Name: `${'x'.repeat(85)} (Colour: red)`, Quantity: 1 }],
    ],
    ['SKUs in other letters apart', [{}, { article: 'mug-01' }], [{}, { SKU: 'mug-01' }]],
  ])('show %s', (_name, lines, expected) => {
    expect(orderItems(lines.map(aLine), settings())).toMatchObject(expected)
    expect(orderItems(lines.map(aLine), settings())).toHaveLength(expected.length)
  })

  it('of digital goods are left out where only physical ones are packed', () => {
    const lines = [aLine(), aLine({ article: 'COURSE', productType: 'digital' })]
    expect(orderItems(lines, settings({ lines: 'physical' }))).toHaveLength(1)
    expect(orderItems(lines, settings())).toHaveLength(2)
  })
})

describe('an order is held back', () => {
  const digits = (count: number) => '1'.repeat(count)
  it.each<[string, Partial<Order>, string[]]>([
    ['never, if it is whole', {}, []],
    ['without lines', { lines: [] }, ['no OrderItems']],
    ['without any name', { buyer: {} }, ['no FirstName']],
    ['without a street', { billing: { ...home, line1: '' } }, ['no Address1']],
    ['without a postcode', { billing: { ...home, postcode: ' ' } }, ['no PostCode']],
    ['without a country', { billing: { ...home, country: '' } }, ['no Country']],
    [
      'with an unknown country',
      { billing: { ...home, country: 'Narnia' } },
      ['Country is none that is known'],
    ],
    [
      'with a postcode of 21',
      { billing: { ...home, postcode: digits(21) } },
      ['PostCode is longer than 20 characters'],
    ],
    ['never for a postcode of 20', { billing: { ...home, postcode: digits(20) } }, []],
    [
      'with a phone of 51',
      { billing: { ...home, phone: digits(51) } },
      ['Phone is longer than 50 characters'],
    ],
    ['never for a phone of 50', { billing: { ...home, phone: digits(50) } }, []],
    [
      'with a first line of 1,001',
      { billing: { ...home, line1: digits(1001) } },
      ['Address1 is longer than 1000 characters'],
    ],
    ['never for a first line of 1,000', { billing: { ...home, line1: digits(1000) } }, []],
    ['with an empty SKU', { lines: [aLine({ article: ' ' })] }, ['no SKU in a line']],
    [
      'with a SKU of 76',
      { lines: [aLine({ article: digits(76) })] },
      ['SKU is longer than 75 characters'],
    ],
    ['never for a SKU of 75', { lines: [aLine({ article: digits(75) })] }, []],
    ['with a quantity of 0', { lines: [aLine({ quantity: 0 })] }, ['Quantity is below 1']],
    [
      'with more than Mintsoft can count',
      { lines: [aLine({ quantity: 2_147_483_647 }), aLine({})] },
      ['Quantity is above 2147483647'],
    ],
    [
      'for all reasons at once',
      { buyer: {}, billing: {} },
      ['no FirstName', 'no Address1', 'no PostCode', 'no Country'],
    ],
  ])('%s', (_name, order, expected) => {
    expect(problemsOf(shown(order))).toEqual(expected)
  })

  it('with a number that is too long', () => {
    const order = { ...shown({}), OrderNumber: digits(251) }
    expect(problemsOf(order)).toEqual(['OrderNumber is longer than 250 characters'])
  })
})

describe('a filter', () => {
  const digital = [aLine({ productType: 'digital' })]
  it.each<[string, Record<string, unknown>, Partial<Order>, boolean]>([
    ['none takes all', {}, {}, true],
    ['its country', { countries: ['GB', 'IE'] }, {}, true],
    ['another country', { countries: ['IE'] }, {}, false],
    [
      'the parcel’s country',
      { countries: ['IE'] },
      { shipping: { ...home, country: 'Ireland' } },
      true,
    ],
    [
      'a country nobody knows, to be seen as held back',
      { countries: ['IE'] },
      { billing: {} },
      true,
    ],
    ['its shipping method', { shippingMethods: ['express'] }, { shippingMethod: 'Express ' }, true],
    ['no shipping method', { shippingMethods: ['express'] }, {}, false],
    ['its tag among others', { tags: ['North'] }, { tag: 'vip, north' }, true],
    ['another tag', { tags: ['North'] }, { tag: 'northern' }, false],
    ['physical lines', { lines: 'physical' }, {}, true],
    ['digital lines only', { lines: 'physical' }, { lines: digital }, false],
    ['no lines, to be seen as held back', { lines: 'physical' }, { lines: [] }, true],
  ])('%s', (_name, change, order, expected) => {
    expect(belongsToFeed(anOrderOf(order), settings(change))).toBe(expected)
  })
})
