import { describe, expect, it } from 'vitest'
import { mended, type OrderMend } from '../../src/model/mend-order.ts'
import type { Address, Order } from '../../src/model/order.ts'
import { anOrderOf } from '../dialects/mintsoft/an-order.ts'

const nothing: OrderMend = { buyer: {}, billing: {}, shipping: {}, texts: {}, lines: new Map() }
const mend = (order: Partial<Order>, change: Partial<OrderMend>) =>
  mended(anOrderOf(order), { ...nothing, ...change })

describe('addresses', () => {
  const home: Address = {
    ...{ firstName: 'Ada', line1: '9 Mill Lane', city: 'Alton', region: 'Kent', regionCode: 'KEN' },
    ...{ country: 'England', countryCode: 'GB' },
  }
  it.each<[string, Address | null, Partial<OrderMend>, Address | null]>([
    [
      'a shipping address begins as a copy',
      null,
      { shipping: { postcode: 'X1' } },
      { ...home, postcode: 'X1' },
    ],
    [
      'a changed one keeps the rest',
      { line1: 'a' },
      { shipping: { city: 'b' } },
      { line1: 'a', city: 'b' },
    ],
    [
      'one that was only a name gets the place it went to',
      { firstName: 'Bob' },
      { shipping: { postcode: 'X1' } },
      { ...home, firstName: 'Bob', postcode: 'X1' },
    ],
    [
      'a name alone stays one',
      { firstName: 'Bob' },
      { shipping: { phone: '1' } },
      { firstName: 'Bob', phone: '1' },
    ],
    [
      'one that is taken away is the billing address',
      { line1: 'a' },
      { shipping: 'billing' },
      null,
    ],
    ['none stays none', null, {}, null],
    [
      'an empty text takes a field away',
      { line1: 'a', city: 'b' },
      { shipping: { city: '' } },
      { line1: 'a' },
    ],
  ])('%s', (_what, shipping, change, expected) => {
    expect(mend({ billing: home, shipping }, change).shipping).toEqual(expected)
  })

  it.each<[string, OrderMend['billing'], Address]>([
    [
      'a country gets its code',
      { country: 'Deutschland DE', countryCode: 'DE' },
      { country: 'Deutschland DE', countryCode: 'DE' },
    ],
    ['a name is understood', { country: 'France' }, { country: 'France', countryCode: 'FR' }],
    ['a code is understood', { country: 'fra' }, { country: 'fra', countryCode: 'FR' }],
    [
      'a code alone brings its country',
      { countryCode: 'FR' },
      { country: 'France', countryCode: 'FR' },
    ],
    [
      'the same code keeps the country',
      { countryCode: 'gb' },
      { country: 'England', countryCode: 'GB' },
    ],
    ['no country has no code', { country: '' }, {}],
    ['a new region has no old code', { region: 'Surrey' }, { region: 'Surrey' }],
  ])('%s', (_what, billing, expected) => {
    const after = mend({ billing: home }, { billing }).billing
    const { firstName: _n, line1: _l, city: _c, ...rest } = after
    const keep =
      'region' in billing
        ? { country: 'England', countryCode: 'GB' }
        : { region: 'Kent', regionCode: 'KEN' }
    expect(rest).toEqual({ ...keep, ...expected })
  })

  it.each<[OrderMend['billing'], string]>([
    [{ country: 'Atlantis' }, 'is no country that is known'],
    [{ countryCode: 'XX' }, 'is the code of no country'],
  ])('refuses %j', (billing, reason) => {
    expect(() => mend({ billing: home }, { billing })).toThrow(reason)
  })
})

describe('methods', () => {
  const codes = {
    shippingMethod: 'Flat',
    shippingCode: 'flat.flat',
    paymentMethod: 'Bank',
    paymentCode: 'bank',
  }
  it('a new method drops the code of the old one, unless it brings its own', () => {
    expect(mend(codes, { texts: { shippingMethod: 'Post', paymentMethod: 'Bank' } })).toMatchObject(
      {
        ...{ shippingMethod: 'Post', shippingCode: null, paymentCode: 'bank' },
      },
    )
    expect(mend(codes, { texts: { paymentMethod: 'Cash', paymentCode: 'cod' } })).toMatchObject({
      ...{ paymentMethod: 'Cash', paymentCode: 'cod', shippingCode: 'flat.flat' },
    })
    expect(mend(codes, { texts: { shippingMethod: '' } }).shippingMethod).toBeNull()
  })
})
