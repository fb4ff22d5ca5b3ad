import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { basketOf } from '../../src/model/basket.ts'
import type { BasketLine } from '../../src/model/basket-lines.ts'
import type { Checkout } from '../../src/model/checkout.ts'
import { formatMoney } from '../../src/model/money.ts'
import { shownPrice } from '../../src/model/tax.ts'
import { money } from './basket-products.ts'
import { aBasket, fixtures, flatShipping, guest, recordedShop, tenPercent } from './basket-store.ts'

type RecordedLine = {
  cart_id: string
  product_id: string
  quantity: string
  price?: string | number
  price_text?: string
  reward: number
  stock: boolean | string
  stock_status?: boolean
  minimum?: boolean | string
  minimum_status?: boolean
  points?: number
  option: {
    product_option_id: string | number
    product_option_value_id: string
    value: string
    name: string
    type: string
  }[]
}
type RecordedTotal = { title: string; text: string; code?: string; sort_order?: number }
type RecordedBasket = {
  products: RecordedLine[]
  vouchers?: { amount?: number | string; price?: string }[]
  totals: RecordedTotal[]
  shipping_required?: boolean
  points?: number
}

const versions = ['2.3.0.2', '3.0.3.9', '4.0.2.3', '4.1.0.3']

describe.each(versions)('the recorded baskets of OpenCart %s', (version) => {
  const baskets = basketsOf(version)

  it('are more than a handful', () => {
    expect(baskets.length).toBeGreaterThan(5)
  })

  it.each(baskets)('come to the same totals: $name', ({ answer }) => {
    const basket = basketOf(inputOf(version, answer))
    const shown = basket.totals.map(({ title, amount }) => ({ title, text: dollars(amount) }))
    expect(shown).toEqual(answer.totals.map(({ title, text }) => ({ title, text })))
    for (const [at, one] of answer.totals.entries()) {
      if (one.code === undefined) continue
      const { code, sortOrder } = basket.totals[at] ?? {}
      expect({ code, sortOrder }).toEqual({ code: one.code, sortOrder: one.sort_order })
    }
    if (answer.shipping_required !== undefined) {
      expect(basket.shippingRequired).toBe(answer.shipping_required)
    }
    if (answer.points !== undefined) expect(basket.earned).toBe(answer.points)
  })

  it.each(baskets)('show the same lines: $name', ({ answer }) => {
    const { lines } = basketOf(inputOf(version, answer))
    expect(lines.map(seen)).toEqual(answer.products.map(recordedLine))
  })
})

describe('the example of the recordings', () => {
  const input = aBasket(
    [
      { productId: 40, quantity: 2 },
      { productId: 28, quantity: 1 },
    ],
    {
      checkout: { shippingMethod: flatShipping },
      coupon: tenPercent,
      voucher: { code: 'GIFT100', balance: money('100') },
    },
  )

  it('comes to 240.16', () => {
    expect(basketOf(input)).toMatchObject({
      subTotal: money('302'),
      shippingCost: money('5'),
      discount: money('30.20'),
      tax: money('63.36'),
      voucherUsed: money('100'),
      total: money('240.16'),
      rewardMaximum: 200,
      earned: 400,
      couponApplies: true,
      inStock: true,
      shippingRequired: true,
    })
  })

  it('has its lines of the sum in the order of a default install', () => {
    expect(basketOf(input).totals.map(({ code, sortOrder }) => [code, sortOrder])).toEqual([
      ['sub_total', 1],
      ['shipping', 3],
      ['coupon', 4],
      ['tax', 5],
      ['tax', 5],
      ['voucher', 8],
      ['total', 9],
    ])
  })
})

/** Every recorded answer that shows a basket in the store's own currency, by what was tried. */
function basketsOf(version: string) {
  const folder = new URL(`${version}/`, fixtures)
  return readdirSync(folder)
    .filter((file) => !['sequence.json', 'signature-vectors.json'].includes(file))
    .flatMap((file) => {
      const exchanges: { name: string; response: { json?: RecordedBasket } }[] = JSON.parse(
        readFileSync(new URL(file, folder), 'utf8'),
      )
      return exchanges.flatMap(({ name, response }) => {
        const answer = response.json
        const isBasket = answer?.totals?.every(({ text }) => text.startsWith('$')) ?? false
        return isBasket && answer ? [{ name: `${file}, ${name}`, answer }] : []
      })
    })
}

/** The checkout that such an answer tells of: its lines, and what its totals name. */
function inputOf(version: string, answer: RecordedBasket) {
  const title = (start: string) => answer.totals.find((one) => one.title.startsWith(start))
  const known = ['Sub-', 'Reward', 'Coupon', 'Eco', 'VAT', 'Gift', 'Total']
  const shipping = answer.totals.find(({ title: is }) => !known.some((one) => is.startsWith(one)))
  const reward = title('Reward') ? 50 : 0
  return aBasket(answer.products.map(entryOf), {
    checkout: {
      customer: guest,
      shippingMethod: shipping
        ? { ...flatShipping, title: shipping.title, cost: undollared(shipping.text) }
        : null,
      vouchers: (answer.vouchers ?? []).map(({ amount, price }) =>
        boughtVoucher(price ?? String(amount)),
      ),
      reward,
    },
    points: 300,
    coupon: title('Coupon (2222)') ? tenPercent : null,
    voucher: title('Gift') ? { code: 'GIFT100', balance: money('100') } : null,
    specials: version !== '4.1.0.3',
  })
}

function entryOf(line: RecordedLine) {
  const options = line.option.map((one) => [
    String(one.product_option_id),
    one.product_option_value_id || one.value,
  ])
  return {
    id: Number(line.cart_id),
    productId: Number(line.product_id),
    quantity: Number(line.quantity),
    options: Object.fromEntries(options),
  }
}

function boughtVoucher(price: string): Checkout['vouchers'][number] {
  return {
    code: '123456',
    codeIsNumber: false,
    description: 'Gift Certificate',
    fromName: 'Bob',
    fromEmail: 'bob@shop.example',
    toName: 'Ada',
    toEmail: 'ada@shop.example',
    themeId: '8',
    message: '',
    amount: undollared(price),
  }
}

function seen(line: BasketLine) {
  const { unitPrice, options, product } = line
  const price = shownPrice(recordedShop, nobody, product.terms.taxClassId, unitPrice)
  expect(price).toBe(unitPrice + line.unitTax)
  return {
    id: line.id,
    price: dollars(price),
    reward: line.reward,
    inStock: line.inStock,
    options: options.map(({ optionId, valueId, name, value, type }) => ({
      id: String(optionId),
      valueId: String(valueId),
      name,
      value,
      type,
    })),
  }
}

function recordedLine(line: RecordedLine) {
  return {
    id: Number(line.cart_id),
    price: line.price_text ?? line.price,
    reward: line.reward,
    inStock: line.stock_status ?? line.stock,
    options: line.option.map((one) => ({
      id: String(one.product_option_id),
      valueId: one.product_option_value_id,
      name: one.name,
      value: one.value,
      type: one.type,
    })),
  }
}

const nobody = { customer: null, shippingAddress: null, paymentAddress: null }

function dollars(amount: bigint): string {
  const [whole = '', cents] = formatMoney(amount).split('.')
  return `$${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${cents}`
}

function undollared(text: string): string {
  return text.replace(/[$,]/g, '')
}
