import { beforeAll, describe, expect, it } from 'vitest'
import { confirmOrder } from '../../src/core/awaiting-shipment.ts'
import type { Account } from '../../src/model/account.ts'
import { anAccount, anOrder } from '../support/fixtures.ts'
import { useConsole } from './console.ts'

const at = useConsole()

type Listed = { number: number; payment: string; total: string; createdAt: string }

let account: Account

beforeAll(async () => {
  account = (await anAccount(at().ctx, { login: 'orders' })).account
})

const numbers = async (words: readonly string[]) => {
  const list = await at().runJson<Listed[]>(['order', 'list', 'orders', ...words, '--json'])
  return list.map(({ number }) => number)
}

describe('order list', () => {
  it('prints an empty list as such', async () => {
    expect(await at().runJson('order list orders --json')).toEqual([])
    expect((await at().run('order list orders')).out).toBe('No order fits.')
  })

  it('picks by time and payment, hidden ones only when asked', async () => {
    const { clock, ctx } = at()
    const late = await anOrder(ctx, account)
    clock.now += 86_400_000
    const paid = await anOrder(ctx, account)
    const hidden = await anOrder(ctx, account)
    await at().run(`order pay orders ${paid}`)
    await at().run(`order hide orders ${hidden}`)
    expect(await numbers([])).toEqual([late, paid])
    expect(await numbers(['--hidden'])).toEqual([late, paid, hidden])
    expect(await numbers(['--payment', 'paid,refunded'])).toEqual([paid])
    expect(await numbers(['--until', '2026-03-02'])).toEqual([late])
    expect(await numbers(['--since', '2026-03-02 10:00:01'])).toEqual([paid])
    expect(await numbers(['--since', '12h'])).toEqual([paid])
    const { out } = await at().run('order list orders')
    expect(out).toContain('1500.00 USD')
  })

  it('prints more orders than a page holds, as one JSON list', async () => {
    const many = (await anAccount(at().ctx, { login: 'many' })).account
    const made = await Promise.all(Array.from({ length: 60 }, () => anOrder(at().ctx, many)))
    const list = await at().runJson<Listed[]>('order list many --json')
    expect(list.map(({ number }) => number)).toEqual(made.sort((a, b) => a - b))
    expect((await at().run('order list many')).out.split('\n')).toHaveLength(61)
  })

  it('refuses a payment and a time that there are not', async () => {
    expect((await at().run('order list orders --payment payed')).err).toContain('waiting, paid')
    expect((await at().run(['order', 'list', 'orders', '--payment', ''])).err).toContain(
      'name any of waiting, paid',
    )
    expect((await at().run('order list orders --since soon')).err).toContain('is no time')
  })

  it('does not mix held-back orders with other lists', async () => {
    const { code, out, err } = await at().run('order list orders --held --since 7d')
    expect([code, out]).toEqual([1, ''])
    expect(err).toBe('countersign: --held and --since do not go together')
  })

  it('ends quietly, and closes the book, when nobody reads on', async () => {
    const { OutputGone } = await import('../../src/commands/command-line.ts')
    const { code, err } = await at().run('order list many', {
      print: () => {
        throw new OutputGone()
      },
    })
    expect([code, err, at().books.open]).toEqual([0, '', 0])
  })
})

describe('order show', () => {
  it('shows lines and history, and not the key of the pay link', async () => {
    const number = await anOrder(at().ctx, account, { comment: 'a\u001b[2Jb' })
    await at().run(`order pay orders ${number}`)
    const words = `order show orders ${number}`
    const shown = await at().runJson<Record<string, unknown>>(`${words} --json`)
    expect(shown).toMatchObject({ number, total: '1500.00', payment: 'paid' })
    expect(shown.lines).toMatchObject([{ code: 'invoice', quantity: 1, unitPrice: '1500.00' }])
    expect(shown.events).toMatchObject([
      { kind: 'placed', via: 'operator' },
      { kind: 'paid' },
      { kind: 'released' },
    ])
    expect(shown).not.toHaveProperty('payKey')
    const { out } = await at().run(words)
    expect(out).toContain('Ada Example, ada@example.com')
    expect(out).toContain('9 Mill Lane, Alton, United States')
    expect(out).not.toContain('\u001b')
  })

  it('shows who has an order in hand, and why a person should look', async () => {
    const { ctx } = at()
    const shop = await anAccount(ctx, { login: 'in-hand', dialect: 'mintsoft' })
    const { id } = shop.credential
    const number = await anOrder(ctx, shop.account)
    const words = `order show in-hand ${number}`
    const before = await at().run(words)
    expect(before.out).not.toMatch(/handed over|taken by|needs attention/)
    await confirmOrder(ctx, shop.account, {
      number,
      author: { via: 'mintsoft', credentialId: id },
      takers: [id],
      digest: Buffer.alloc(32),
    })
    const cancelled = await at().run(`order cancel in-hand ${number}`)
    expect(cancelled.out).toMatch(/^Order .*\nIt needs attention: cancelled .* tell the warehouse/)
    const again = await at().run(`order cancel in-hand ${number} --json`)
    expect(JSON.parse(again.out)).toMatchObject({ changed: false, attention: [] })
    const shown = await at().runJson<Record<string, unknown>>(`${words} --json`)
    const time = new Date(at().clock.now).toISOString()
    expect(shown.takings).toEqual([
      {
        credentialId: id,
        dialect: 'mintsoft',
        firstServedAt: time,
        confirmedAt: time,
        confirmedTimes: 1,
      },
    ])
    expect(shown.attention).toEqual([
      { seq: 3, reason: 'cancelled-after-hand-over', raisedAt: time, acknowledgedAt: null },
    ])
    const { out } = await at().run(words)
    expect(out).toMatch(/^handed over +yes$/m)
    expect(out).toMatch(new RegExp(`^mintsoft +${id} +`, 'm'))
    expect(out).toMatch(/^cancelled-after-hand-over +/m)
  })

  it.each(['999', '0', 'x', '99999999999'])('refuses the number %s', async (number) => {
    const { code, out } = await at().run(`order show orders ${number}`)
    expect([code, out]).toEqual([1, ''])
  })
})

describe('order actions', () => {
  const state = async (number: number) => {
    const order = await at().runJson<Record<string, unknown>>(`order show orders ${number} --json`)
    return [order.payment, order.fulfilment, order.hidden, order.releaseNumber !== null]
  }

  it.each([
    ['pay', ['paid', 'open', false, true]],
    ['cancel', ['cancelled', 'open', false, false]],
    ['pay refund', ['refunded', 'open', false, true]],
    ['hide', ['waiting', 'open', true, false]],
    ['hide unhide', ['waiting', 'open', false, false]],
    ['release', ['waiting', 'open', false, true]],
  ])('%s', async (verbs, expected) => {
    const number = await anOrder(at().ctx, account)
    for (const verb of verbs.split(' ')) {
      expect((await at().run(`order ${verb} orders ${number}`)).code).toBe(0)
    }
    expect(await state(number)).toEqual(expected)
  })

  it('say when nothing changed', async () => {
    const number = await anOrder(at().ctx, account)
    expect((await at().run(`order cancel orders ${number}`)).out).toBe(
      `Order ${number}: cancelled, open`,
    )
    const again = await at().run(`order cancel orders ${number}`)
    expect([again.code, again.out]).toEqual([
      0,
      `Order ${number}: cancelled, open (it was so before)`,
    ])
  })

  it('are refused in words, and change nothing', async () => {
    const number = await anOrder(at().ctx, account)
    const refund = await at().run(`order refund orders ${number}`)
    expect([refund.code, refund.out]).toEqual([1, ''])
    expect(refund.err).toMatch(/^countersign: .*paid/)
    expect(await state(number)).toEqual(['waiting', 'open', false, false])
    const missing = await at().run('order pay orders 999')
    expect(missing.err).toContain('there is no such order, or it is hidden')
  })
})
