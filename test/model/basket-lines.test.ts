import { describe, expect, it } from 'vitest'
import { basketOf } from '../../src/model/basket.ts'
import { lineIsInStock } from '../../src/model/basket-lines.ts'
import {
  type CheckoutProduct,
  chosenOptions,
  optionsOutOfStock,
  productProblems,
} from '../../src/model/checkout-product.ts'
import { aProduct, money } from './basket-products.ts'
import { aBasket, guest, recordedProducts } from './basket-store.ts'

function theProduct(id: number): CheckoutProduct {
  const product = recordedProducts.get(id)
  if (product === undefined) throw new Error(`no product ${id}`)
  return product
}

const monitor = theProduct(42)
const camera = theProduct(30)

describe('the price of a piece', () => {
  const discounted = aProduct({
    price: '100',
    terms: {
      discounts: [
        { fromQuantity: 10, priority: 1, price: '88', customerGroupId: 1 },
        { fromQuantity: 20, priority: 2, price: '77', customerGroupId: 1 },
        { fromQuantity: 20, priority: 1, price: '78', customerGroupId: 1 },
        { fromQuantity: 5, priority: 1, price: '50', customerGroupId: 2 },
      ],
    },
  })
  const special = aProduct({
    price: '100',
    terms: {
      specials: [
        { priority: 2, price: '90', customerGroupId: 1 },
        { priority: 1, price: '95', customerGroupId: 1 },
        { priority: 1, price: '10', customerGroupId: 2 },
      ],
      discounts: [{ fromQuantity: 2, priority: 1, price: '60', customerGroupId: 1 }],
    },
  })

  it.each<[string, CheckoutProduct, number[], string, object]>([
    ['is the catalogue price', discounted, [9], '100', {}],
    ['falls at the quantity of a discount', discounted, [10], '88', {}],
    ['takes the highest quantity, then the first priority', discounted, [25], '78', {}],
    ['counts all lines of the product', discounted, [4, 6], '88', {}],
    [
      'leaves quantity discounts out where specials do not count',
      discounted,
      [25],
      '100',
      { specials: false },
    ],
    ['is the special price of the lowest priority number', special, [1], '95', {}],
    ['prefers a special price to a quantity discount', special, [2], '95', {}],
    ['leaves special prices out where they do not count', special, [2], '100', { specials: false }],
    [
      'follows the group of the customer',
      special,
      [1],
      '10',
      { checkout: { customer: { ...guest, groupId: 2 } } },
    ],
    [
      'follows the group of the shop for a customer without one',
      special,
      [1],
      '95',
      { checkout: { customer: { ...guest, groupId: 0 } } },
    ],
  ])('%s', (_promise, product, quantities, price, rest) => {
    const { checkout = {}, ...others } = rest as { checkout?: object }
    const cart = quantities.map((quantity) => ({ productId: product.id, quantity }))
    const products = new Map([[product.id, product]])
    const { lines } = basketOf(aBasket(cart, { products, checkout, ...others }))
    expect(lines.map((line) => line.unitPrice)).toEqual(quantities.map(() => money(price)))
  })

  it.each<[string, Record<string, string | string[]>, string, number]>([
    ['adds what values cost', { 217: '2', 223: ['8', '9'] }, '122', 400],
    ['adds and takes points', { 218: '6' }, '110', 398],
    ['counts a value of a checkbox once', { 223: ['8', '8'] }, '100', 400],
    ['passes over a value that does not exist', { 217: '999', 218: '5' }, '100', 401],
    ['passes over an option that does not exist', { 5: '1' }, '90', 400],
  ])('%s', (_promise, options, price, points) => {
    const { lines } = basketOf(aBasket([{ productId: 42, quantity: 1, options }]))
    expect(lines.map((line) => [line.unitPrice, line.points])).toEqual([[money(price), points]])
  })

  it('is replaced by a value that says so, whatever its place', () => {
    const value = { optionValueId: 1, name: 'Any' }
    const shirt = aProduct({
      terms: {
        points: 5,
        options: [
          {
            id: 1,
            optionId: 1,
            name: 'Ink',
            type: 'select',
            values: [{ ...value, id: 1, price: '2' }],
          },
          {
            id: 2,
            optionId: 2,
            name: 'Size',
            type: 'select',
            values: [
              { ...value, id: 2, price: '25', pricePrefix: '=', points: 9, pointsPrefix: '-' },
            ],
          },
        ],
      },
    })
    const cart = [{ productId: 1, quantity: 1, options: { 1: '1', 2: '2' } }]
    const { lines } = basketOf(aBasket(cart, { products: new Map([[1, shirt]]) }))
    expect(lines.map((line) => [line.unitPrice, line.points])).toEqual([[money('27'), 0]])
  })

  it('never lets points buy what points cannot buy', () => {
    const checkout = { customer: { ...guest, id: 7 }, reward: 50 }
    const cart = [{ productId: 40, quantity: 3 }]
    const basket = basketOf(aBasket(cart, { checkout, points: 300 }))
    expect(basket).toMatchObject({ rewardMaximum: 0, pointsUsed: 0, discount: 0n })
  })
})

describe('the lines of a basket', () => {
  it('leave out products that are gone and quantities of nothing', () => {
    const basket = basketOf(
      aBasket([
        { productId: 99999, quantity: 1 },
        { productId: 40, quantity: 0 },
        { productId: 40, quantity: -2 },
        { productId: 28, quantity: 1 },
      ]),
    )
    expect(basket.lines.map((line) => [line.id, line.product.id])).toEqual([[4, 28]])
    expect(basket.subTotal).toBe(money('100'))
  })

  it('tell what was chosen with all its ids', () => {
    expect(chosenOptions(camera, { 226: '16' })).toMatchObject([
      {
        optionId: 226,
        valueId: 16,
        baseOptionId: 5,
        baseValueId: 40,
        name: 'Select',
        value: 'Blue',
      },
    ])
    expect(chosenOptions(monitor, { 208: 'engraved', 209: '' })).toEqual([
      {
        optionId: 208,
        valueId: '',
        baseOptionId: 4,
        baseValueId: '',
        name: 'Text',
        value: 'engraved',
        type: 'text',
        terms: null,
      },
    ])
  })

  it.each<[string, number | null, number[], boolean[]]>([
    ['are in stock where the product keeps none', null, [5000], [true]],
    ['are in stock down to the last piece', 7, [7], [true]],
    ['are out of stock beyond it', 7, [8], [false]],
    ['share the stock of their product', 7, [4, 4], [false, false]],
    ['are out of stock below zero', -1, [1], [false]],
  ])('%s', (_promise, stock, quantities, inStock) => {
    const product = aProduct({ stock })
    const cart = quantities.map((quantity) => ({ productId: 1, quantity }))
    const input = aBasket(cart, { products: new Map([[1, product]]) })
    const basket = basketOf(input)
    expect(basket.lines.map((line) => line.inStock)).toEqual(inStock)
    expect(basket.inStock).toBe(inStock.every((one) => one))
    const beyond = { ...input, shop: { ...input.shop, sellsBeyondStock: true } }
    expect(basketOf(beyond).inStock).toBe(true)
    expect(basketOf(beyond).lines.map((line) => line.inStock)).toEqual(inStock)
  })

  it('are out of stock where a chosen value is', () => {
    const red = chosenOptions(camera, { 226: '15' })
    expect(lineIsInStock(camera, red, 2)).toBe(true)
    expect(lineIsInStock(camera, red, 3)).toBe(false)
    expect([...optionsOutOfStock(red, 3)]).toEqual([[226, 'Select']])
    const green = chosenOptions(monitor, { 217: '1' })
    expect(lineIsInStock(monitor, green, 500)).toBe(true)
  })

  it('below a minimum are named once, with what they need', () => {
    const options = { 217: '1' }
    const low = basketOf(aBasket([{ productId: 42, quantity: 1 }]))
    expect(low.belowMinimum).toEqual([{ name: 'Apple Cinema 30"', minimum: 2 }])
    expect(low.lines.map((line) => line.meetsMinimum)).toEqual([false])
    const enough = basketOf(
      aBasket([
        { productId: 42, quantity: 1 },
        { productId: 42, quantity: 1, options },
      ]),
    )
    expect(enough.belowMinimum).toEqual([])
  })
})

describe('productProblems', () => {
  it('names required options in the order of the recordings', () => {
    const { missing, unknown } = productProblems(monitor, {})
    expect([...missing]).toEqual([
      [218, 'Radio'],
      [223, 'Checkbox'],
      [208, 'Text'],
      [217, 'Select'],
      [209, 'Textarea'],
      [222, 'File'],
      [219, 'Date'],
      [221, 'Time'],
      [220, 'Date & Time'],
    ])
    expect(unknown.size).toBe(0)
  })

  it.each<[string, Record<string, string | string[]>, number[], number[]]>([
    ['finds nothing wrong with a value that exists', { 226: '15' }, [], []],
    ['takes a list of one for the value', { 226: ['15'] }, [], []],
    ['misses what is empty', { 226: '' }, [226], []],
    ['misses what is an empty list', { 226: [] }, [226], []],
    ['misses the value 0', { 226: '0' }, [226], []],
    ['names a value that does not exist as unknown, not as missing', { 226: '999' }, [], [226]],
    ['knows no value by its name', { 226: 'Red' }, [], [226]],
  ])('%s', (_promise, choices, missing, unknown) => {
    const problems = productProblems(camera, choices)
    expect([...problems.missing.keys()]).toEqual(missing)
    expect([...problems.unknown.keys()]).toEqual(unknown)
  })
})
