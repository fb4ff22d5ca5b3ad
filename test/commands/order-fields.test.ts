import { describe, expect, it } from 'vitest'
import { readOrderMend } from '../../src/commands/order-fields.ts'
import type { OrderMend } from '../../src/model/mend-order.ts'

const nothing: OrderMend = { buyer: {}, billing: {}, shipping: {}, texts: {}, lines: new Map() }

describe('the fields of order set', () => {
  it.each<[string, Partial<OrderMend>]>([
    ['email=ada@example.com', { buyer: { email: 'ada@example.com' } }],
    ['email=', { buyer: { email: '' } }],
    ['first-name= Ada ', { buyer: { firstName: 'Ada' } }],
    ['middle-name=M', { buyer: { middleName: 'M' } }],
    ['last-name=Example', { buyer: { lastName: 'Example' } }],
    ['title=Dr', { buyer: { title: 'Dr' } }],
    ['company=A=B', { buyer: { company: 'A=B' } }],
    ['phone=+44 5551234', { buyer: { phone: '+44 5551234' } }],
    ['billing.first-name=Ada', { billing: { firstName: 'Ada' } }],
    ['billing.line3=x', { billing: { line3: 'x' } }],
    ['billing.region-code=', { billing: { regionCode: '' } }],
    ['shipping.postcode=GU34 1HH', { shipping: { postcode: 'GU34 1HH' } }],
    ['shipping.country-code=GB', { shipping: { countryCode: 'GB' } }],
    ['shipping=-', { shipping: 'billing' }],
    ['comment=', { texts: { comment: '' } }],
    ['tag=spring', { texts: { tag: 'spring' } }],
    ['shipping-method=Post', { texts: { shippingMethod: 'Post' } }],
    ['shipping-code=flat.flat', { texts: { shippingCode: 'flat.flat' } }],
    ['payment-method=cod', { texts: { paymentMethod: 'cod' } }],
    ['payment-code=cod', { texts: { paymentCode: 'cod' } }],
    ['shipping-cost=4,50', { shippingCost: 45_000n }],
    ['line.1.article=MUG-01', { lines: new Map([[1, { article: 'MUG-01' }]]) }],
    ['line.12.title=Mug', { lines: new Map([[12, { title: 'Mug' }]]) }],
    ['line.1.quantity=3', { lines: new Map([[1, { quantity: 3 }]]) }],
    ['line.1.price=12.90', { lines: new Map([[1, { price: 129_000n }]]) }],
    ['line.1.tax=0', { lines: new Map([[1, { tax: 0n }]]) }],
  ])('reads %s', (text, expected) => {
    expect(readOrderMend([text])).toEqual({ ...nothing, ...expected })
  })

  it('puts several of one line together', () => {
    const { lines } = readOrderMend(['line.2.quantity=2', 'line.2.price=1', 'line.1.title=a'])
    expect([...lines]).toEqual([
      [2, { quantity: 2, price: 10_000n }],
      [1, { title: 'a' }],
    ])
  })

  it.each([
    ['nothing', [], 'nothing to set'],
    ['no pair', ['comment'], '"comment" is no name=value'],
    ['an unknown field', ['colour=red'], '"colour" cannot be set'],
    ['a number', ['number=1'], '"number" cannot be set'],
    ['an unknown part of an address', ['billing.planet=x'], '"billing.planet" cannot be set'],
    ['a part of an object', ['billing.toString=x'], '"billing.toString" cannot be set'],
    ['an unknown part of a line', ['line.1.options=x'], '"line.1.options" cannot be set'],
    ['a line without number', ['line.article=x'], '"line.article" cannot be set'],
    ['line 0', ['line.0.article=x'], '"line.0.article" cannot be set'],
    ['a field twice', ['tag=a', 'tag=b'], '"tag" stands there twice'],
    ['no e-mail', ['email=ada'], 'is no e-mail address'],
    ['an address as a whole', ['shipping=Mill Lane'], 'write shipping=-'],
    [
      'an address taken away and set',
      ['shipping=-', 'shipping.city=A'],
      'nothing of it can be set',
    ],
    ['no article', ['line.1.article='], 'needs 1 to 255 characters'],
    ['no title', ['line.1.title='], 'needs a text'],
    ['no piece', ['line.1.quantity=0'], 'no whole number from 1 on'],
    ['too many pieces', ['line.1.quantity=2147483648'], 'no whole number from 1 on'],
    ['half a piece', ['line.1.quantity=1.5'], 'no whole number from 1 on'],
    ['a negative price', ['line.1.price=-1'], 'is no amount'],
    ['no price', ['line.1.price='], 'is no amount'],
    ['a price in words', ['shipping-cost=much'], 'is no amount'],
    ['a price beyond the limit', ['line.1.price=100000000000'], 'is no amount'],
    ['a NUL', ['tag=a\0b'], 'holds a NUL'],
    ['a long text', [`tag=${'a'.repeat(1001)}`], 'tag is too long'],
  ])('refuses %s', (_what, texts, reason) => {
    expect(() => readOrderMend(texts)).toThrow(reason)
  })
})
