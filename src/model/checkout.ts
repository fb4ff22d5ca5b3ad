import { z } from 'zod'

const text = z.string().default('')
const id = z.number().int().default(0)

const cartLine = z.object({
  /** Counts up in a session; what callers name a line by. */
  id: z.number().int(),
  productId: z.number().int(),
  quantity: z.number().int(),
  /** By `product_option_id`: a value's id, several of them (checkbox), or text. */
  options: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({}),
})

const boughtVoucher = z.object({
  code: z.string(),
  /** True where we made the code up, and callers hear it as a number. */
  codeIsNumber: z.boolean().default(false),
  description: text,
  fromName: text,
  fromEmail: text,
  toName: text,
  toEmail: text,
  themeId: text,
  message: text,
  /** A decimal text in the account's currency. */
  amount: z.string(),
})

const customFields = z.record(z.string(), z.unknown()).default({})

const customer = z.object({
  /** 0: a guest. */
  id,
  groupId: id,
  firstName: text,
  lastName: text,
  email: text,
  telephone: text,
  fax: text,
  customFields,
})

const address = z.object({
  firstName: text,
  lastName: text,
  company: text,
  address1: text,
  address2: text,
  city: text,
  postcode: text,
  /** As sent: a number of the country table, an ISO code, or anything. */
  countryId: text,
  zoneId: text,
  customFields,
})

const shippingChoice = z.object({
  code: z.string(),
  title: z.string(),
  /** A decimal text. */
  cost: z.string(),
  taxClassId: id,
})

const paymentChoice = z.object({ code: z.string(), title: z.string() })

/** A checkout under way: all that a session's calls have said so far. */
export const checkoutSchema = z.object({
  cart: z.array(cartLine).default([]),
  nextLineId: z.number().int().default(1),
  vouchers: z.array(boughtVoucher).default([]),
  customer: customer.nullable().default(null),
  paymentAddress: address.nullable().default(null),
  shippingAddress: address.nullable().default(null),
  /** What was offered in this session; null: nobody has asked, or what was offered has lapsed. */
  shippingOffers: z.array(shippingChoice).nullable().default(null),
  paymentOffers: z.array(paymentChoice).nullable().default(null),
  shippingMethod: shippingChoice.nullable().default(null),
  paymentMethod: paymentChoice.nullable().default(null),
  coupon: z.string().nullable().default(null),
  voucher: z.string().nullable().default(null),
  /** Points to pay with. */
  reward: id,
  /** Null: the account's own. */
  currency: z.string().nullable().default(null),
  affiliateId: id,
  comment: text,
  /** The order that the session has made or loaded; null before. */
  orderNumber: z.number().int().nullable().default(null),
})

export type Checkout = z.output<typeof checkoutSchema>
export type CartLine = Checkout['cart'][number]
export type BoughtVoucher = Checkout['vouchers'][number]
export type CheckoutCustomer = NonNullable<Checkout['customer']>
export type CheckoutAddress = NonNullable<Checkout['paymentAddress']>
export type ShippingChoice = NonNullable<Checkout['shippingMethod']>
export type PaymentChoice = NonNullable<Checkout['paymentMethod']>

export const emptyCheckout: Checkout = checkoutSchema.parse({})
