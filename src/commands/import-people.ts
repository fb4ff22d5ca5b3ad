import { z } from 'zod'
import type { Customer } from '../core/customers.ts'
import { isAddressRange } from '../core/directory.ts'
import { foldCoupon } from '../model/allowance.ts'
import { parseMoney } from '../model/money.ts'
import { couponTermsSchema } from '../model/promotions.ts'
import { type Findings, issuesOf, readRows } from './import-rows.ts'
import { amount, day, flag, keyText, someKey, text, whole } from './import-values.ts'

const customer = z
  .object({
    customer_id: whole(1),
    customer_group_id: whole(1).default(1),
    firstname: text.default(''),
    lastname: text.default(''),
    email: keyText.default(''),
    telephone: text.default(''),
    status: flag.default(true),
    reward_points: whole().default(0),
  })
  .transform(
    (row): Customer => ({
      id: row.customer_id,
      groupId: row.customer_group_id,
      email: row.email,
      firstName: row.firstname,
      lastName: row.lastname,
      telephone: row.telephone,
      enabled: row.status,
      points: row.reward_points,
    }),
  )

const ids = z.array(whole(1)).default([])

const coupon = z
  .object({
    code: someKey,
    name: text.default(''),
    type: z.enum(['P', 'F']),
    discount: amount,
    minimum_total: amount.default('0.0000'),
    login_needed: flag.default(false),
    free_shipping: flag.default(false),
    uses_total: whole().default(0),
    uses_customer: whole().default(0),
    date_start: day.default(null),
    date_end: day.default(null),
    status: flag.default(true),
    products: ids,
    categories: ids,
    used: whole().default(0),
  })
  .transform((row) => ({
    code: row.code.trim(),
    used: row.used,
    terms: {
      name: row.name,
      type: row.type,
      discount: row.discount,
      minimum: row.minimum_total,
      loginNeeded: row.login_needed,
      freeShipping: row.free_shipping,
      uses: row.uses_total,
      usesOfCustomer: row.uses_customer,
      from: row.date_start,
      until: row.date_end,
      enabled: row.status,
      productIds: row.products,
      categoryIds: row.categories,
    },
  }))

const voucher = z
  .object({
    code: someKey,
    amount,
    balance: amount.optional(),
    from_name: text.default(''),
    from_email: text.default(''),
    to_name: text.default(''),
    to_email: text.default(''),
    voucher_theme_id: text.default(''),
    message: text.default(''),
    status: flag.default(true),
  })
  .transform((row) => ({
    code: row.code.trim(),
    amount: parseMoney(row.amount) ?? 0n,
    balance: parseMoney(row.balance ?? row.amount) ?? 0n,
    data: {
      fromName: row.from_name,
      fromEmail: row.from_email,
      toName: row.to_name,
      toEmail: row.to_email,
      themeId: row.voucher_theme_id,
      message: row.message,
    },
    enabled: row.status,
  }))

const apiUser = z
  .object({
    username: someKey,
    key: text.default(''),
    status: flag.default(true),
    ip: z.array(text).default([]),
  })
  .transform((row) => ({
    username: row.username.trim(),
    key: row.key,
    enabled: row.status,
    ipList: row.ip.map((entry) => entry.trim()).filter((entry) => entry !== ''),
  }))

export type ApiUser = z.output<typeof apiUser>

export type PeopleFile = {
  readonly customers: readonly Customer[] | undefined
  readonly coupons: readonly z.output<typeof coupon>[] | undefined
  readonly vouchers: readonly z.output<typeof voucher>[] | undefined
  readonly apiUsers: readonly ApiUser[] | undefined
}

/** `refuseUser`: why the dialect cannot have this name and key; undefined where it can. */
export function readPeople(
  findings: Findings,
  file: Readonly<Record<string, unknown>>,
  refuseUser: (user: ApiUser) => string | undefined,
): PeopleFile {
  const customers = readRows(findings, 'customers', file.customers, {
    schema: customer,
    keyOf: ({ id }) => id,
  })
  const coupons = readRows(findings, 'coupons', file.coupons, {
    schema: coupon,
    keyOf: ({ code }) => foldCoupon(code),
    refuse: ({ terms }) => {
      const parsed = couponTermsSchema.safeParse(terms)
      return parsed.success ? undefined : issuesOf(parsed.error)
    },
  })
  const vouchers = readRows(findings, 'vouchers', file.vouchers, {
    schema: voucher,
    keyOf: ({ code }) => code,
    refuse: (row) => (row.balance > row.amount ? 'balance is above the amount' : undefined),
  })
  const apiUsers = readRows(findings, 'api_users', file.api_users, {
    schema: apiUser,
    keyOf: ({ username }) => foldName(username),
    refuse: (user) => addressProblem(user) ?? refuseUser(user),
  })
  return {
    customers: customers?.map(({ row }) => row),
    coupons: coupons?.map(({ row }) => row),
    vouchers: vouchers?.map(({ row }) => row),
    apiUsers: apiUsers?.map(({ row }) => row),
  }
}

/** An IPv6 address written out with an IPv4 tail, and a prefix. */
const longestRange = 49

function addressProblem({ ipList }: ApiUser): string | undefined {
  const bad = ipList.find((entry) => !isAddressRange(entry))
  if (bad === undefined) return undefined
  // What is longer than any address may be a key in the wrong place.
  const named = bad.length > longestRange ? 'ip has an entry that' : `ip "${bad}"`
  return `${named} is no address or CIDR`
}

/** A login says its name in whatever letters. */
export function foldName(username: string): string {
  return username.toLowerCase()
}
