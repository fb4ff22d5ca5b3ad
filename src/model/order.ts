import type { Money } from './money.ts'

/** Milliseconds since 1970, UTC. */
export type Instant = number

export type Address = {
  readonly firstName?: string
  readonly lastName?: string
  readonly company?: string
  readonly phone?: string
  readonly line1?: string
  readonly line2?: string
  readonly line3?: string
  readonly city?: string
  readonly region?: string
  readonly regionCode?: string
  readonly postcode?: string
  /** As the caller sent it; given back as it is. */
  readonly country?: string
  /** ISO 3166-1 alpha-2, where `country` was understood. */
  readonly countryCode?: string
}

export type Buyer = {
  readonly email?: string
  readonly firstName?: string
  readonly middleName?: string
  readonly lastName?: string
  readonly title?: string
  readonly company?: string
  readonly phone?: string
}

export type LineOption = {
  readonly name: string
  readonly value: string
  /** How the checkout that sold it names the option and what was chosen of it. */
  readonly optionId?: number
  readonly valueId?: number
  readonly type?: string
}

/** One line of the sum as the buyer saw it; amounts that are taken off are negative. */
export type OrderTotal = {
  /** `sub_total`, `shipping`, `coupon`, `tax`, `voucher`, `total` and whatever a shop adds. */
  readonly code: string
  readonly title: string
  readonly amount: Money
  readonly sortOrder: number
}

export type OrderLine = {
  /** 1 for the first line. */
  readonly position: number
  /** The account's own numeric product id; null where no product stands behind the line. */
  readonly productId: number | null
  readonly code: string
  readonly article: string
  readonly title: string
  readonly productType: ProductType
  readonly quantity: number
  /** One unit, before tax. */
  readonly unitPrice: Money
  readonly unitTax: Money
  /** The catalogue's price of one unit when the order was placed. */
  readonly cataloguePrice: Money
  readonly options: readonly LineOption[]
}

/** The code of lines that sell a gift voucher; no product stands behind them. */
export const voucherLineCode = 'voucher'

/** A line that sells a gift voucher; its code, which is money, stands among the options. */
export function isVoucherLine({ productId, code }: Pick<OrderLine, 'productId' | 'code'>): boolean {
  return productId === null && code === voucherLineCode
}

export type ProductType = 'physical' | 'digital'

/** What was ordered: changes only by an edit. */
export type OrderContent = {
  readonly dialect: string
  /** The account's own customer behind the buyer; null: a guest. */
  readonly customerId: number | null
  readonly buyer: Buyer
  readonly billing: Address
  /** Null: the same as billing. */
  readonly shipping: Address | null
  /** The account's currency, in which every amount of the book stands. */
  readonly currency: string
  /** The currency the order came in, if another, and how many of it make one of ours. */
  readonly orderedCurrency: string | null
  readonly orderedRate: string | null
  readonly lines: readonly OrderLine[]
  readonly coupon: string | null
  readonly discount: Money
  readonly shippingMethod: string | null
  readonly shippingCode: string | null
  readonly shippingCost: Money
  readonly tax: Money
  readonly total: Money
  /** How the total comes about, where a checkout said so; empty: goods, shipping and discount. */
  readonly totals: readonly OrderTotal[]
  readonly paymentMethod: string | null
  readonly paymentCode: string | null
  readonly comment: string | null
  readonly tag: string | null
  readonly ip: string | null
  /** Campaign words without the `utm_` prefix; the partner's own under `aff_…`. */
  readonly utm: Readonly<Record<string, string>>
  readonly payDomain: string | null
  /** The unguessable part of the pay link. */
  readonly payKey: string
  /** What a dialect sent and the book has no place for. */
  readonly fields: Readonly<Record<string, unknown>>
  readonly createdAt: Instant
}

export type PaymentAxis = 'waiting' | 'paid' | 'cancelled' | 'refunded'
export type FulfilmentAxis = 'open' | 'sent' | 'returned'

export type Shipment = {
  readonly position: number
  readonly service: string
  readonly tracking: string
  readonly link: string
  readonly sentAt: Instant
  /** The dialect that reported it; `operator` for the command line. */
  readonly via: string
}

/** Where an order stands: two axes that never touch each other, and the times of their moves. */
export type OrderState = {
  readonly payment: PaymentAxis
  readonly fulfilment: FulfilmentAxis
  readonly hidden: boolean
  /** True once a credential has the order in hand. */
  readonly handedOver: boolean
  /** Drawn once when the order became fit for fulfilment; null before. */
  readonly releaseNumber: number | null
  /** OpenCart's numeric status that was set last; null once an axis moved otherwise. */
  readonly label: number | null
  readonly paidAt: Instant | null
  readonly sentAt: Instant | null
  readonly returnedAt: Instant | null
  readonly cancelledAt: Instant | null
  readonly refundedAt: Instant | null
  readonly releasedAt: Instant | null
  readonly changedAt: Instant
  readonly shipments: readonly Shipment[]
}

export type Order = OrderContent & OrderState & { readonly number: number }

/** Numbers stay below 2^31: clients keep them in 32-bit integers. */
export const highestOrderNumber = 2_147_483_647

/** Where the parcel goes: a shipping address that says no more than a name or a phone is no place. */
export function shippingAddress({
  billing,
  shipping,
}: Pick<OrderContent, 'billing' | 'shipping'>): Address {
  if (shipping === null) return billing
  const { line1, line2, city, postcode } = shipping
  return [line1, line2, city, postcode].some((part) => part?.trim()) ? shipping : billing
}

export function newOrderState(createdAt: Instant): OrderState {
  return {
    payment: 'waiting',
    fulfilment: 'open',
    hidden: false,
    handedOver: false,
    releaseNumber: null,
    label: null,
    paidAt: null,
    sentAt: null,
    returnedAt: null,
    cancelledAt: null,
    refundedAt: null,
    releasedAt: null,
    changedAt: createdAt,
    shipments: [],
  }
}

/** The form of an e-mail address that two spellings of it share. */
export function foldEmail(email: string): string {
  return email.trim().toLowerCase()
}
