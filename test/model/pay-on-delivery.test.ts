import { describe, expect, it } from 'vitest'
import { defaultPayOnDelivery, isPayOnDelivery } from '../../src/model/pay-on-delivery.ts'

describe('isPayOnDelivery', () => {
  it.each([
    ['the code', 'cod', null, true],
    ['the code in capitals', 'COD', null, true],
    ['an option of the code', 'cod.cod', null, true],
    ['a code that begins as it', 'codex', null, false],
    ['a code that ends as it', 'my.cod', null, false],
    ['the method by name', null, 'cod', true],
    ['a name that says more', null, 'Cash on delivery (cod)', false],
    ['a prefix with a star', 'nalozhenniy_platezh', null, true],
    ['the bare prefix', 'nalozh', null, true],
    ['the prefix in a name', null, 'Nalozhka', true],
    ['half of the prefix', 'nal', null, false],
    ['another method', 'bank_transfer', 'Bank transfer', false],
    ['nothing known', null, null, false],
    ['empty texts', '', '', false],
    ['a code that is one dot', '.', null, false],
  ])('by default: %s', (_name, paymentCode, paymentMethod, expected) => {
    expect(isPayOnDelivery(defaultPayOnDelivery, { paymentCode, paymentMethod })).toBe(expected)
  })

  it.each([
    ['none: nothing is', [], 'cod', false],
    ['a star alone: all that names a method', ['*'], 'card', true],
    ['an empty pattern matches nothing', [''], 'card', false],
    ['blanks around a pattern do not count', [' Pochta '], 'POCHTA', true],
    ['a star inside is a plain character', ['a*b'], 'axb', false],
    ['a dot is a plain character', ['a.b'], 'axb', false],
    ['a later pattern counts', ['cod', 'pickup*'], 'pickup.shop', true],
  ])("by the account's list: %s", (_name, patterns, paymentCode, expected) => {
    expect(isPayOnDelivery(patterns, { paymentCode, paymentMethod: null })).toBe(expected)
  })

  it('never takes a star for an order that names no method', () => {
    expect(isPayOnDelivery(['*'], { paymentCode: null, paymentMethod: null })).toBe(false)
  })
})
