import { beforeEach, describe, expect, it } from 'vitest'
import { type AttentionItem, acknowledge, listAttention } from '../../src/core/attention.ts'
import { changeOrder } from '../../src/core/change-order.ts'
import { attentionOf } from '../../src/core/find-order.ts'
import type { Account } from '../../src/model/account.ts'
import { anAccount, anOrder } from '../support/fixtures.ts'
import { useConsole } from './console.ts'

const at = useConsole()
const author = { via: 'operator', credentialId: null }

let account: Account

beforeEach(async () => {
  account = (await anAccount(at().ctx)).account
})

/** An order that somebody cancels once a warehouse has it in hand. */
async function cancelledLate(of = account): Promise<number> {
  const number = await anOrder(at().ctx, of)
  for (const command of [
    { kind: 'hand-over', asServed: true } as const,
    { kind: 'cancel' } as const,
  ]) {
    at().clock.now += 1000
    await changeOrder(at().ctx, of, { number, command, author })
  }
  return number
}

type Item = { number: number; reason: string; toDo: string; acknowledgedAt: string | null }
const list = (words = '') =>
  at().runJson<Item[]>(`order list ${account.login} --attention${words} --json`)
const numbers = async (words = '') => (await list(words)).map(({ number }) => number)
const eventsOf = () =>
  at().database.sql`
    select kind, data from account_events
    where account_id = ${account.id} and kind = 'attention-acknowledged' order by at, id`

describe('order list --attention', () => {
  it('lists the oldest first, with words that say what to do', async () => {
    const first = await cancelledLate()
    const second = await cancelledLate()
    at().clock.now += 1000
    await at().run(`order hide ${account.login} ${first}`)
    expect((await list()).map(({ number, reason }) => [number, reason])).toEqual([
      [first, 'cancelled-after-hand-over'],
      [second, 'cancelled-after-hand-over'],
      [first, 'hidden-after-hand-over'],
    ])
    const { out } = await at().run(`order list ${account.login} --attention`)
    const [, line] = out.split('\n')
    expect(line).toMatch(
      new RegExp(
        `^${first} +2026-03-02T\\S+Z +cancelled or refunded while a warehouse has it: tell`,
      ),
    )
  })

  it('is empty where nothing happened, and shows nothing of another account', async () => {
    const other = (await anAccount(at().ctx)).account
    await cancelledLate(other)
    expect(await list()).toEqual([])
    expect((await at().run(`order list ${account.login} --attention`)).out).toBe(
      'No order needs attention.',
    )
  })

  it('acknowledges what it has listed, once, and says how many', async () => {
    const orders = [await cancelledLate(), await cancelledLate()]
    const words = `order list ${account.login} --attention --ack`
    const { out } = await at().run(words)
    expect(out.split('\n').at(-1)).toBe('Acknowledged: 2.')
    const { now } = at().clock
    expect(await numbers()).toEqual([])
    expect(await numbers(' --all')).toEqual(orders)
    at().clock.now += 1000
    expect((await at().run(words)).out).toBe('No order needs attention.')
    expect((await at().run(`${words} --all`)).out).not.toContain('Acknowledged')
    for (const number of orders) {
      const rows = await attentionOf(at().ctx, account, number)
      expect(rows.map(({ acknowledgedAt }) => acknowledgedAt)).toEqual([now])
    }
    expect(await eventsOf()).toMatchObject([
      { kind: 'attention-acknowledged', data: { orders: 2, count: 2 } },
    ])
  })

  it('leaves unacknowledged what comes up after its list', async () => {
    const seen = await cancelledLate()
    const listed: AttentionItem[] = []
    for await (const page of listAttention(at().ctx, account, { withAcknowledged: false })) {
      listed.push(...page)
    }
    const late = await cancelledLate()
    at().clock.now += 1000
    await at().run(`order hide ${account.login} ${seen}`)
    expect(await acknowledge(at().ctx, account, listed)).toBe(1)
    expect((await list()).map(({ number, reason }) => [number, reason])).toEqual([
      [late, 'cancelled-after-hand-over'],
      [seen, 'hidden-after-hand-over'],
    ])
  })

  it('reads on where many came up at one moment', async () => {
    await at().database.sql`
      insert into attention (account_id, number, seq, reason, raised_at)
      select ${account.id}, n / 2 + 1, n % 2, 'sent-twice', '2026-03-01T00:00:00Z'
      from generate_series(0, 1200) n`
    const all = await list()
    expect(all).toHaveLength(1201)
    expect(new Set(all.map((one) => JSON.stringify(one))).size).toBe(1201)
    const { out } = await at().run(`order list ${account.login} --attention --ack`)
    expect(out.split('\n').at(-1)).toBe('Acknowledged: 1201.')
    expect(await list()).toEqual([])
  })

  it.each([
    ['--attention --held', '--held and --attention do not go together'],
    ['--attention --since 7d', '--attention and --since do not go together'],
    ['--ack', '--ack goes with --attention'],
    ['--all', '--all goes with --attention'],
  ])('does not take %s', async (words, reason) => {
    const number = await cancelledLate()
    const { code, out, err } = await at().run(`order list ${account.login} ${words}`)
    expect([code, out, err]).toEqual([1, '', `countersign: ${reason}`])
    expect(await numbers()).toEqual([number])
  })
})

describe('order ack', () => {
  it('acknowledges one order, says what it was, and changes nothing a second time', async () => {
    const [one, other] = [await cancelledLate(), await cancelledLate()]
    const { out } = await at().run(`order ack ${account.login} ${one}`)
    expect(out).toContain('tell the warehouse not to send it')
    expect(out.split('\n').at(-1)).toBe(`Order ${one}: acknowledged this.`)
    expect(await numbers()).toEqual([other])
    const again = await at().run(`order ack ${account.login} ${one}`)
    expect([again.code, again.out]).toEqual([0, `Order ${one} needs no attention.`])
    expect(await eventsOf()).toMatchObject([{ data: { number: one, count: 1 } }])
    expect(await at().runJson(`order ack ${account.login} ${other} --json`)).toMatchObject({
      ...{ number: other, acknowledged: 1 },
      items: [{ reason: 'cancelled-after-hand-over' }],
    })
  })

  it('does not find an order of another account, and leaves it open', async () => {
    const other = (await anAccount(at().ctx)).account
    await cancelledLate(other)
    const number = await cancelledLate(other)
    const { code, err } = await at().run(`order ack ${account.login} ${number}`)
    expect([code, err]).toEqual([1, expect.stringContaining('there is no such order')])
    const rows = await attentionOf(at().ctx, other, number)
    expect(rows.map(({ acknowledgedAt }) => acknowledgedAt)).toEqual([null])
  })
})
