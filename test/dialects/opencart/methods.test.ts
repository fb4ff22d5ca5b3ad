import { beforeAll, describe, expect, it } from 'vitest'
import { saveShop } from '../../../src/core/shop.ts'
import { useGateway } from '../../support/gateway.ts'
import { address, aFilledCart, aReadyCheckout, aStore, type Store, totalsOf } from './a-checkout.ts'
import { aClient } from './client.ts'

const gateway = useGateway()
let store: Store

beforeAll(async () => {
  store = await aStore(gateway())
})

const flat = {
  flat: {
    title: 'Flat Rate',
    quote: {
      flat: {
        code: 'flat.flat',
        title: 'Flat Shipping Rate',
        cost: '5.00',
        tax_class_id: '9',
        text: '$8.00',
      },
    },
    sort_order: '1',
    error: false,
  },
}
const noShipping = 'Warning: No Shipping options are available!'
const noPayment = 'Warning: No Payment options are available!'
const shippingRequired = { error: 'Warning: Shipping method required!' }
const paymentRequired = { error: 'Warning: Payment method required!' }

describe('ways to ship', () => {
  it('are listed without a cart, for whoever reads a shop, and nothing is chosen', async () => {
    const client = await aClient(gateway(), store.login)
    expect(await client.call('api/shipping/methods')).toEqual({ shipping_methods: flat })
    expect(await client.call('api/shipping/method', { shipping_method: 'flat.flat' })).toEqual([])
  })

  it('are none for what does not ship', async () => {
    const client = await aClient(gateway(), store.login)
    await client.call('api/cart/add', { product_id: 36 })
    expect(await client.call('api/shipping/methods')).toEqual({ shipping_methods: [] })
    expect(await client.call('api/shipping/method', { shipping_method: 'flat.flat' })).toEqual([])
  })

  it.each([undefined, '', 'ups.next_day', 'flat', 'flat.flat.flat', 'FLAT.FLAT'])(
    'refuse the choice "%s"',
    async (shipping_method) => {
      const client = await aFilledCart(gateway(), store)
      await client.call('api/shipping/methods')
      const fields = shipping_method === undefined ? {} : { shipping_method }
      expect(await client.call('api/shipping/method', fields)).toEqual(shippingRequired)
      expect(await totalsOf(client)).not.toHaveProperty('Flat Shipping Rate')
    },
  )

  it('can be chosen once they were asked for in the same session', async () => {
    const client = await aFilledCart(gateway(), store)
    const choice = { shipping_method: 'flat.flat' }
    expect(await client.call('api/shipping/method', choice)).toEqual({ error: noShipping })
    expect(await totalsOf(client)).not.toHaveProperty('Flat Shipping Rate')
    await client.call('api/shipping/methods')
    const set = { success: 'Success: Shipping method has been set!' }
    expect(await client.call('api/shipping/method', choice)).toEqual(set)
    expect(await totalsOf(client)).toMatchObject({ 'Flat Shipping Rate': '$5.00' })
  })

  it('have to be asked for anew in another currency', async () => {
    const client = await aReadyCheckout(gateway(), store)
    await client.call('api/currency', { currency: 'EUR' })
    expect(await totalsOf(client)).not.toHaveProperty('Flat Shipping Rate')
    const { shipping_methods } = await client.call('api/shipping/methods')
    expect(shipping_methods.flat.quote.flat).toMatchObject({ cost: '5.00', text: '6.28€' })
  })

  it('are those of the place that it goes to, in their order', async () => {
    const own = await aStore(gateway())
    const quote = (module: string, cost: string) => ({ code: `${module}.one`, title: module, cost })
    await saveShop(gateway().ctx, own.account, {
      geoZones: [
        { id: 3, name: 'Here', places: [{ countryId: 222 }] },
        { id: 4, name: 'There', places: [{ countryId: 223 }] },
      ],
      shipping: [
        { module: 'van', title: 'Van & co', sortOrder: 9, quotes: [quote('van', '1.125')] },
        { module: '7', title: '7', sortOrder: 1, geoZoneId: 3, quotes: [quote('7', '2')] },
        { module: 'ship', title: 'Ship', geoZoneId: 4, quotes: [quote('ship', '3')] },
      ],
    })
    const client = await aFilledCart(gateway(), own)
    const { shipping_methods } = await client.call('api/shipping/methods')
    expect(Object.keys(shipping_methods)).toEqual(['7', 'van'])
    expect(shipping_methods.van).toMatchObject({ title: 'Van &amp; co', sort_order: '9' })
    expect(shipping_methods.van.quote.one).toMatchObject({ cost: '1.125', text: '$1.13' })
    const byShip = await client.call('api/shipping/method', { shipping_method: 'ship.one' })
    expect(byShip).toEqual(shippingRequired)
  })
})

describe('ways to pay', () => {
  it.each([undefined, '', 'paypal', 'cod.cod', 'free_checkout'])(
    'refuse the choice "%s"',
    async (payment_method) => {
      const client = await aFilledCart(gateway(), store)
      await client.call('api/payment/methods')
      const fields = payment_method === undefined ? {} : { payment_method }
      expect(await client.call('api/payment/method', fields)).toEqual(paymentRequired)
    },
  )

  it('can be chosen once they were asked for in the same session', async () => {
    const client = await aFilledCart(gateway(), store)
    const choice = { payment_method: 'cod' }
    expect(await client.call('api/payment/method', choice)).toEqual({ error: noPayment })
    expect(await client.call('api/payment/methods')).toEqual({
      payment_methods: {
        cod: { code: 'cod', title: 'Cash On Delivery', terms: '', sort_order: '5' },
      },
    })
    const set = { success: 'Success: Payment method has been set!' }
    expect(await client.call('api/payment/method', choice)).toEqual(set)
  })

  it('are those for nothing where nothing is to be paid', async () => {
    const client = await aClient(gateway(), store.login)
    await client.call('api/payment/address', address)
    const { payment_methods } = await client.call('api/payment/methods')
    expect(Object.keys(payment_methods)).toEqual(['free_checkout'])
  })

  it('may be none', async () => {
    const own = await aStore(gateway())
    await saveShop(gateway().ctx, own.account, {
      payment: [{ code: 'big', title: 'Big sums', minimum: '1000' }],
      shipping: [{ module: 'no', title: 'No', geoZoneId: 99, quotes: [aQuote] }],
    })
    const client = await aFilledCart(gateway(), own)
    expect(await client.call('api/payment/methods')).toEqual({
      payment_methods: [],
      error: noPayment,
    })
    expect(await client.call('api/payment/method', { payment_method: 'big' })).toEqual({
      error: noPayment,
    })
    expect(await client.call('api/shipping/methods')).toEqual({
      shipping_methods: [],
      error: noShipping,
    })
  })
})

const aQuote = { code: 'no.no', title: 'No', cost: '1' }
