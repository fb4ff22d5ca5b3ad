import { beforeAll, describe, expect, it } from 'vitest'
import {
  findCustomer,
  findCustomerByEmail,
  listCustomers,
  saveCustomers,
} from '../../src/core/customers.ts'
import {
  findCoupon,
  findVoucher,
  pointsOf,
  saveCoupons,
  saveVouchers,
} from '../../src/core/promotions.ts'
import type { Account } from '../../src/model/account.ts'
import { useBook } from '../support/book.ts'
import { anAccount, anOrder } from '../support/fixtures.ts'

const book = useBook()

let account: Account
let other: Account

beforeAll(async () => {
  account = (await anAccount(book().ctx)).account
  other = (await anAccount(book().ctx)).account
})

const terms = { name: 'Ten', type: 'P', discount: '10', uses: 10, usesOfCustomer: 3 } as const
const coupon = (code: string, change: object = {}, used = 0) => ({
  code,
  terms: { ...terms, ...change },
  used,
})

/** As an order would have left it; `remaining` as Postgres reads it. */
async function leave(kind: string, key: string, remaining: string): Promise<void> {
  await book().database.sql`
    insert into allowances (account_id, kind, key, remaining)
    values (${account.id}, ${kind}, ${key}, ${remaining})
    on conflict (account_id, kind, key) do update set remaining = excluded.remaining`
}

const coupons = (list: ReturnType<typeof coupon>[]) => saveCoupons(book().ctx, account, list)
const found = (code: string, customerId: number | null = null) =>
  findCoupon(book().ctx, account, code, customerId)

describe('a coupon', () => {
  it('is found in whatever letters, with its terms, by its own account only', async () => {
    expect(await coupons([coupon(' Spring-1 ')])).toEqual({ added: 1, changed: 0, same: 0 })
    expect(await found('sPRING-1 ')).toMatchObject({
      code: 'Spring-1',
      discount: 100_000n,
      used: 0,
      usedByCustomer: 0,
      enabled: true,
    })
    expect(await found('spring')).toBeNull()
    expect(await found(' ')).toBeNull()
    expect(await findCoupon(book().ctx, other, 'Spring-1', null)).toBeNull()
  })

  it('counts uses in all and of one customer', async () => {
    await coupons([coupon('counted')])
    await leave('coupon', 'counted', '7')
    await leave('coupon-of', 'counted/7', '1')
    expect(await found('Counted', 7)).toMatchObject({ used: 3, usedByCustomer: 2 })
    expect(await found('counted', 8)).toMatchObject({ used: 3, usedByCustomer: 0 })
    expect(await found('counted')).toMatchObject({ used: 3, usedByCustomer: 0 })
  })

  it('keeps what has been used when it is saved again, with whatever limits', async () => {
    await coupons([coupon('kept', {}, 2)])
    await leave('coupon-of', 'kept/7', '2')
    expect(await found('kept', 7)).toMatchObject({ used: 2, usedByCustomer: 1 })
    expect(await coupons([coupon('kept', {}, 0)])).toEqual({ added: 0, changed: 0, same: 1 })
    expect(await found('kept', 7)).toMatchObject({ used: 2, usedByCustomer: 1 })
    await coupons([coupon('kept', { uses: 5, usesOfCustomer: 9 }, 4)])
    expect(await found('kept', 7)).toMatchObject({ uses: 5, used: 2, usedByCustomer: 1 })
    await coupons([coupon('kept', { uses: 0, usesOfCustomer: 0 })])
    expect(await found('kept', 7)).toMatchObject({ uses: 0, used: 0, usedByCustomer: 0 })
    await coupons([coupon('kept')])
    expect(await found('kept', 7)).toMatchObject({ uses: 10, used: 2, usedByCustomer: 1 })
  })

  it('is not another one that is named like a customer’s uses of it', async () => {
    await coupons([coupon('spring'), coupon('spring/7')])
    await leave('coupon-of', 'spring/7', '2')
    await leave('coupon-of', 'spring/7/7', '2')
    await coupons([coupon('spring/7', { usesOfCustomer: 5 })])
    expect(await found('spring', 7)).toMatchObject({ usesOfCustomer: 3, usedByCustomer: 1 })
    expect(await found('spring/7', 7)).toMatchObject({ usesOfCustomer: 5, usedByCustomer: 1 })
  })

  it('counts nothing without a limit', async () => {
    await coupons([coupon('free', { uses: 0 }, 50)])
    expect(await found('free')).toMatchObject({ uses: 0, used: 0 })
    const rows = await book().database.sql`
      select 1 from allowances where account_id = ${account.id} and key = 'free'`
    expect(rows).toHaveLength(0)
  })
})

describe('a gift voucher', () => {
  const voucher = (code: string, amount: bigint, balance = amount, enabled = true) => ({
    code,
    amount,
    balance,
    data: { fromName: 'Bob' },
    enabled,
  })
  const vouchers = (...list: ReturnType<typeof voucher>[]) =>
    saveVouchers(book().ctx, account, list)
  const balance = async (code: string) =>
    (await findVoucher(book().ctx, account, code))?.balance ?? null

  it('is worth its balance, and keeps what has been used when it is saved again', async () => {
    expect(await vouchers(voucher('WHOLE', 500n), voucher('PART', 500n, 200n))).toEqual({
      added: 2,
      changed: 0,
      same: 0,
    })
    expect([await balance('WHOLE'), await balance(' PART ')]).toEqual([500n, 200n])
    await leave('voucher', 'WHOLE', '0.0100')
    await leave('voucher', 'PART', '0')
    expect(await vouchers(voucher('WHOLE', 500n), voucher('PART', 500n, 200n))).toMatchObject({
      same: 2,
    })
    expect([await balance('WHOLE'), await balance('PART')]).toEqual([100n, 0n])
    await vouchers(voucher('WHOLE', 700n))
    expect(await balance('WHOLE')).toBe(300n)
  })

  it('is unknown where it is disabled, or of another account, or said in other letters', async () => {
    await vouchers(voucher('OFF', 500n, 500n, false), voucher('MINE', 500n))
    expect([await balance('OFF'), await balance('mine'), await balance('')]).toEqual([
      null,
      null,
      null,
    ])
    expect(await findVoucher(book().ctx, other, 'MINE')).toBeNull()
  })

  it('that was bought is worth something only while its order is paid and to be seen', async () => {
    await vouchers(voucher('BOUGHT', 500n))
    const number = await anOrder(book().ctx, account)
    const { sql } = book().database
    await sql`update vouchers set number = ${number} where code = 'BOUGHT'`
    await sql`update order_lines set product_id = null, options = '[{"name":"code","value":"BOUGHT"}]'
      where account_id = ${account.id} and number = ${number}`
    const as = async (payment: string, hidden: boolean) => {
      await sql`update order_states set payment = ${payment}, hidden = ${hidden}
        where account_id = ${account.id} and number = ${number}`
      return balance('BOUGHT')
    }
    expect(await balance('BOUGHT')).toBeNull()
    expect(await as('paid', false)).toBe(500n)
    expect(await as('paid', true)).toBeNull()
    expect(await as('cancelled', false)).toBeNull()
    await sql`update order_lines set options = '[]'
      where account_id = ${account.id} and number = ${number}`
    expect(await as('paid', false)).toBeNull()
  })
})

describe('customers', () => {
  const customer = (id: number, change: object = {}) => ({
    id,
    groupId: 1,
    email: `c${id}@example.com`,
    firstName: 'Ada',
    lastName: 'Example',
    telephone: '',
    enabled: true,
    points: 300,
    ...change,
  })
  const save = (...list: ReturnType<typeof customer>[]) => saveCustomers(book().ctx, account, list)

  it('are found by number and by e-mail, enabled ones before older ones', async () => {
    const { ctx } = book()
    const shared = { email: 'Shared@Example.com' }
    await save(customer(7, { ...shared, enabled: false }), customer(8, shared), customer(9, shared))
    expect(await findCustomer(ctx, account, 7)).toMatchObject({ id: 7, enabled: false })
    expect(await findCustomerByEmail(ctx, account, ' shared@example.COM')).toMatchObject({ id: 8 })
    expect(await findCustomerByEmail(ctx, account, '')).toBeNull()
    expect(await findCustomer(ctx, other, 7)).toBeNull()
    const page = await listCustomers(ctx, account, { afterId: 7, most: 1 })
    expect(page.map(({ id }) => id)).toEqual([8])
  })

  it.each([0, -1, 1.5, 3_000_000_000, Number.NaN])('know no number %d', async (id) => {
    expect(await findCustomer(book().ctx, account, id)).toBeNull()
    expect(await pointsOf(book().ctx, account, id)).toBe(0)
  })

  it('keep the points they have used when they are saved again', async () => {
    const { ctx } = book()
    expect(await save(customer(20))).toEqual({ added: 1, changed: 0, same: 0 })
    expect(await pointsOf(ctx, account, 20)).toBe(300)
    await leave('points', '20', '120')
    expect(await save(customer(20))).toMatchObject({ same: 1 })
    expect(await pointsOf(ctx, account, 20)).toBe(120)
    expect(await save(customer(20, { points: 350 }))).toMatchObject({ changed: 1 })
    expect(await pointsOf(ctx, account, 20)).toBe(170)
    expect(await pointsOf(ctx, account, 9999)).toBe(0)
  })

  it('come in thousands', async () => {
    const many = Array.from({ length: 3000 }, (_, index) => customer(100_000 + index))
    expect(await save(...many)).toEqual({ added: 3000, changed: 0, same: 0 })
    expect(await save(...many)).toEqual({ added: 0, changed: 0, same: 3000 })
  })
})
