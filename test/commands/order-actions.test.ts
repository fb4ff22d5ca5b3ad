import { beforeAll, describe, expect, it } from 'vitest'
import { attentionOf, findOrder, historyOf } from '../../src/core/find-order.ts'
import type { Account } from '../../src/model/account.ts'
import { anAccount, anOrder } from '../support/fixtures.ts'
import { useConsole } from './console.ts'

const at = useConsole()

let account: Account

beforeAll(async () => {
  account = (await anAccount(at().ctx, { login: 'acts' })).account
})

const order = (number: number) => findOrder(at().ctx, account, number, { withHidden: true })
const run = (words: string) => at().run(`order ${words}`)
const kinds = async (number: number) =>
  (await historyOf(at().ctx, account, number)).map(({ kind }) => kind)

describe('order send', () => {
  it('reports a parcel once, and a second one beside it', async () => {
    const number = await anOrder(at().ctx, account)
    const words = `send acts ${number} --tracking A1 --service Post --link https://post.example/A1`
    expect((await run(`${words} --at 2026-03-01T12:00:00Z`)).out).toBe(
      `Order ${number}: waiting, sent`,
    )
    expect((await run(words)).out).toContain('(it was so before)')
    await run(`send acts ${number} --tracking A2`)
    const { shipments, sentAt } = await order(number)
    expect(shipments).toMatchObject([
      ...[{ tracking: 'A1', service: 'Post', link: 'https://post.example/A1', via: 'operator' }],
      { tracking: 'A2', service: '', link: '' },
    ])
    expect(sentAt).toBe(Date.parse('2026-03-01T12:00:00Z'))
    expect(await kinds(number)).toEqual(['placed', 'sent', 'parcel-added'])
  })

  it('puts its own parcel right where it is told to', async () => {
    const number = await anOrder(at().ctx, account)
    await run(`send acts ${number} --tracking A1`)
    await run(`send acts ${number} --tracking A2 --corrects`)
    expect((await order(number)).shipments).toMatchObject([{ position: 1, tracking: 'A2' }])
  })

  it('keeps the parcel of a cancelled and of a hidden order, and has a person look', async () => {
    const number = await anOrder(at().ctx, account)
    await run(`cancel acts ${number}`)
    const said = 'It needs attention: sent though it'
    const sent = (await run(`send acts ${number}`)).out
    expect(sent).toContain(`Order ${number}: cancelled, sent\n${said} was cancelled`)
    const hidden = await anOrder(at().ctx, account)
    await run(`hide acts ${hidden}`)
    const late = (await run(`send acts ${hidden}`)).out
    expect(late).toContain(`Order ${hidden}: waiting, sent, hidden\n${said} is hidden`)
    const reasons = await Promise.all(
      [number, hidden].map(async (one) => (await attentionOf(at().ctx, account, one))[0]?.reason),
    )
    expect(reasons).toEqual(['sent-though-cancelled', 'sent-while-hidden'])
  })

  it.each([
    ['a link that is none', '--link javascript:x', 'write an address as https://…'],
    ['a time that is none', '--at soon', 'is no time'],
    ['a time to come', '--at 2026-03-03', '--at 2026-03-03 lies ahead'],
  ])('refuses %s, and sends nothing', async (_what, words, reason) => {
    const number = await anOrder(at().ctx, account)
    const { code, err } = await run(`send acts ${number} ${words}`)
    expect([code, err]).toEqual([1, expect.stringContaining(reason)])
    expect(await kinds(number)).toEqual(['placed'])
  })
})

describe('order pay, return and reopen', () => {
  it('take the time at which it happened', async () => {
    const number = await anOrder(at().ctx, account)
    await run(`pay acts ${number} --at 2h`)
    await run(`return acts ${number} --at 1h`)
    const { paidAt, returnedAt, fulfilment } = await order(number)
    const { now } = at().clock
    expect([paidAt, returnedAt, fulfilment]).toEqual([now - 7_200_000, now - 3_600_000, 'returned'])
  })

  it('take a cancellation back, to what the order was before', async () => {
    const number = await anOrder(at().ctx, account)
    await run(`pay acts ${number}`)
    await run(`cancel acts ${number}`)
    expect((await run(`reopen acts ${number}`)).out).toMatch(/: paid, open, released as no\. \d+$/m)
    await run(`refund acts ${number}`)
    expect((await run(`reopen acts ${number}`)).err).toBe(
      'countersign: the order is refunded: that is final',
    )
    expect((await order(number)).payment).toBe('refunded')
  })

  it('have no time where the book keeps its own', async () => {
    const number = await anOrder(at().ctx, account)
    expect((await run(`cancel acts ${number} --at 1h`)).code).toBe(2)
    expect((await order(number)).payment).toBe('waiting')
  })
})

describe('order comment', () => {
  it('stands in the history with its words, which cannot move the terminal', async () => {
    const number = await anOrder(at().ctx, account)
    const words = ['order', 'comment', 'acts', String(number), 'called', 'the buyer\u001b[2J']
    expect((await at().run(words)).code).toBe(0)
    expect(await kinds(number)).toEqual(['placed', 'commented'])
    const shown = await at().runJson<{ events: unknown[] }>(`order show acts ${number} --json`)
    expect(shown.events[1]).toMatchObject({ kind: 'commented', text: 'called the buyer\u001b[2J' })
    const { out } = await at().run(`order show acts ${number}`)
    expect(out).toMatch(/^commented .* operator +called the buyer \[2J$/m)
  })

  it('needs words', async () => {
    const number = await anOrder(at().ctx, account)
    const { code, err } = await at().run(['order', 'comment', 'acts', String(number), ' '])
    expect([code, err]).toEqual([1, 'countersign: a comment needs words'])
    expect(await kinds(number)).toEqual(['placed'])
  })
})
