import { describe, expect, it } from 'vitest'
import { type Address, shippingAddress } from '../../src/model/order.ts'

const billing: Address = { line1: '9 Mill Lane', city: 'Alton', country: 'United Kingdom' }

describe('a parcel goes', () => {
  const cases: readonly (readonly [string, Address | null, boolean])[] = [
    ['to the billing address where there is no other', null, false],
    ['there too where the other only holds a phone', { phone: '7' }, false],
    ['or a name and a country', { firstName: 'Ada', country: 'France' }, false],
    ['or blanks', { line1: ' ', city: '' }, false],
    ['to the shipping address where it has a street', { line1: '1 Quay' }, true],
    ['or a city', { city: 'Cork' }, true],
    ['or a postcode', { postcode: 'T12' }, true],
  ]
  it.each(cases)('%s', (_name, shipping, isTaken) => {
    expect(shippingAddress({ billing, shipping })).toBe(isTaken ? shipping : billing)
  })
})
