import { describe, expect, it } from 'vitest'
import { basketOf } from '../../src/model/basket.ts'
import type { Shop } from '../../src/model/shop.ts'
import { findCountry, findZone, holdsAt, placeOf } from '../../src/model/shop-places.ts'
import { shownPrice, shownQuote, type TaxedBuyer, taxOf } from '../../src/model/tax.ts'
import { aProduct, money } from './basket-products.ts'
import { aBasket, addressIn, flatShipping, guest, recordedShop } from './basket-store.ts'

const nobody: TaxedBuyer = { customer: null, shippingAddress: null, paymentAddress: null }
const british = addressIn('222', '3563')
const german = addressIn('81', '1256')

function basedOn(what: 'shipping' | 'payment' | 'store'): Shop {
  return {
    ...recordedShop,
    taxRules: recordedShop.taxRules.map((rule) => ({ ...rule, basedOn: what })),
  }
}

describe('tax', () => {
  it.each<[string, Shop, TaxedBuyer, string]>([
    ['goes by the store while no address is set', recordedShop, nobody, '22'],
    ['goes by the shipping address', recordedShop, { ...nobody, shippingAddress: german }, '0'],
    [
      'takes codes for numbers',
      recordedShop,
      { ...nobody, shippingAddress: addressIn('GBR', 'LANCS') },
      '22',
    ],
    [
      'is none in a country that is not known',
      recordedShop,
      { ...nobody, shippingAddress: addressIn('99999', '99999') },
      '0',
    ],
    [
      'is none in another zone',
      recordedShop,
      { ...nobody, shippingAddress: addressIn('222', '3564') },
      '0',
    ],
    [
      'ignores the payment address where shipping counts',
      recordedShop,
      { ...nobody, paymentAddress: german },
      '22',
    ],
    ['goes by the payment address', basedOn('payment'), { ...nobody, paymentAddress: german }, '0'],
    [
      'ignores the shipping address where payment counts',
      basedOn('payment'),
      { ...nobody, shippingAddress: german },
      '22',
    ],
    [
      'goes by the store',
      basedOn('store'),
      { ...nobody, shippingAddress: german, paymentAddress: german },
      '22',
    ],
    [
      'goes by the group of the customer',
      recordedShop,
      { ...nobody, customer: { ...guest, groupId: 2 } },
      '0',
    ],
  ])('%s', (_promise, shop, buyer, tax) => {
    expect(taxOf(shop, buyer, 9, money('100'))).toBe(money(tax))
  })

  it('is none for another class', () => {
    expect(taxOf(recordedShop, nobody, 0, money('100'))).toBe(0n)
  })

  it('counts a rate once, however many rules name it', () => {
    const twice = {
      ...recordedShop,
      taxRules: [...recordedShop.taxRules, ...recordedShop.taxRules],
    }
    expect(taxOf(twice, nobody, 9, money('100'))).toBe(money('22'))
  })

  it('is shown in prices and quotes, unless the shop shows them without', () => {
    const quote = { cost: money('5'), taxClassId: 9 }
    expect(shownQuote(recordedShop, nobody, quote)).toBe(money('8'))
    expect(shownPrice(recordedShop, nobody, 9, money('101'))).toBe(money('123.20'))
    const plain = { ...recordedShop, pricesWithTax: false }
    expect(shownQuote(plain, nobody, quote)).toBe(money('5'))
    expect(shownPrice(plain, nobody, 9, money('101'))).toBe(money('101'))
  })

  it('of a piece is rounded rate by rate, half away from zero, and then multiplied', () => {
    const shop: Shop = {
      ...recordedShop,
      taxRates: [1, 2].map((id) => ({
        id,
        name: `Rate ${id}`,
        type: 'P' as const,
        rate: money('7.5'),
        geoZoneId: null,
        customerGroupIds: [],
      })),
      taxRules: [1, 2].map((taxRateId) => ({
        taxClassId: 9,
        taxRateId,
        basedOn: 'store' as const,
        priority: 1,
      })),
    }
    const bead = aProduct({ price: '0.0020', terms: { taxClassId: 9 } })
    const products = new Map([[1, bead]])
    const basket = basketOf(aBasket([{ productId: 1, quantity: 1000 }], { shop, products }))
    expect(basket.lines.map((line) => line.unitTax)).toEqual([money('0.0004')])
    expect(basket.tax).toBe(money('0.4'))
  })

  it('leaves out rates that come to nothing', () => {
    const shop = {
      ...recordedShop,
      taxRates: recordedShop.taxRates.map((rate) => ({ ...rate, rate: 0n })),
    }
    const basket = basketOf(aBasket([{ productId: 40, quantity: 1 }], { shop }))
    expect(basket.totals.map((total) => total.code)).toEqual(['sub_total', 'total'])
  })

  it('of shipping is none while nothing ships', () => {
    const checkout = { shippingMethod: flatShipping }
    const digital = basketOf(aBasket([{ productId: 36, quantity: 1 }], { checkout }))
    expect(digital.totals.map((total) => total.code)).toEqual(['sub_total', 'tax', 'tax', 'total'])
    expect(digital).toMatchObject({ shippingRequired: false, shippingCost: 0n, tax: money('22') })
  })
})

describe('the places of a shop', () => {
  it.each([
    ['222', 222],
    [' 222 ', 222],
    ['gb', 222],
    ['GBR', 222],
    ['united kingdom', 222],
    ['Great Britain', 222],
    ['DEU', 81],
    ['Германия', 81],
    ['FRA', 0],
    ['FR', 0],
    ['223', undefined],
    ['99999', undefined],
    ['', undefined],
    ['Atlantis', undefined],
  ])('know the country %j', (text, id) => {
    expect(findCountry(recordedShop, text)?.id).toBe(id)
  })

  it.each([
    ['3563', 3563],
    ['LANCS', 3563],
    ['lancashire', 3563],
    ['1256', undefined],
    ['BER', undefined],
    ['', undefined],
  ])('know the zone %j of a country', (text, id) => {
    expect(findZone(recordedShop, findCountry(recordedShop, 'GB'), text)?.id).toBe(id)
  })

  it('let a number stand for itself where no table lists it', () => {
    const bare = { countries: [], zones: [] }
    expect(placeOf(bare, british)).toEqual({ countryId: 222, zoneId: 3563 })
    expect(placeOf(bare, addressIn('GBR', 'LANCS'))).toEqual({ countryId: 222, zoneId: 3563 })
    expect(placeOf(bare, addressIn('72', '9'))).toEqual({ countryId: 72, zoneId: 9 })
  })

  it.each([
    ['222', 'GB', 'United Kingdom'],
    ['223', 'US', 'United States'],
    ['KGZ', 'KG', 'Kyrgyzstan'],
    ['RUS', 'RU', 'Russia'],
    ['72', undefined, undefined],
  ])('know the country %j without a table, by its usual number or code', (text, iso2, name) => {
    const found = findCountry({ countries: [] }, text)
    expect([found?.iso2, found?.name]).toEqual([iso2, name])
  })

  it.each<[string, number | null, [number, number], boolean]>([
    ['everywhere', null, [0, 0], true],
    ['in a whole country', 5, [81, 1256], true],
    ['in a whole country, whatever the zone', 5, [81, 0], true],
    ['not in another country', 5, [222, 3563], false],
    ['in one zone', 3, [222, 3563], true],
    ['not in the rest of its country', 3, [222, 0], false],
    ['nowhere, if no such geo zone is there', 77, [222, 3563], false],
    ['not where the country is unknown', 6, [0, 0], false],
  ])('hold %s', (_promise, geoZoneId, [countryId, zoneId], holds) => {
    const whole = { id: 5, name: 'Germany', places: [{ countryId: 81, zoneId: 0 }] }
    const none = { id: 6, name: 'None', places: [{ countryId: 0, zoneId: 0 }] }
    const shop = { geoZones: [...recordedShop.geoZones, whole, none] }
    expect(holdsAt(shop, geoZoneId, { countryId, zoneId })).toBe(holds)
  })
})
