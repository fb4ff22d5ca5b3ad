import { describe, expect, it } from 'vitest'
import { applyChanges } from '../../src/core/apply-changes.ts'
import { applyPlacements } from '../../src/core/apply-placements.ts'
import { type Draft, emptyDraft, finishedDraft } from '../../src/core/batch-draft.ts'
import { type ChangeOrder, Overtaken, type Rider } from '../../src/core/commands.ts'
import type { EditedContent } from '../../src/model/command.ts'
import type { Use } from '../../src/store/checkout-locks.ts'
import { author, lockedOrder, lockedOrders, now, placing } from './orders-in-hand.ts'

const gift = (amount: bigint): Use => ({ kind: 'voucher', key: 'GIFT', amount, initial: 0n })
const key = Buffer.alloc(32, 1)

/** A batch that holds order 100, which has used 30 of a voucher with 70 left, and a session. */
function aDraft(used: readonly Use[] = [gift(30n)]): Draft {
  const locked = {
    revisions: new Map([[`1/opencart/${key.toString('hex')}`, 4]]),
    left: new Map([['1/voucher/GIFT', 70n]]),
    used: new Map([['1/100', used]]),
  }
  return emptyDraft(new Map([['1/order', 101]]), { locked })
}

const edit = (content: EditedContent, rider: Partial<Rider> = {}) =>
  entry({ kind: 'edit', content }, { rider: { uses: [], vouchers: [], orderSeq: 1, ...rider } })
const entry = (command: ChangeOrder['command'], more: Partial<ChangeOrder> = {}) => ({
  accountId: 1,
  command: { number: 100, command, author, ...more },
})
const cancel = entry({ kind: 'cancel' })

const movesOf = (draft: Draft) => {
  const { allowances, stock, uses } = finishedDraft(draft)
  return {
    voucher: allowances.map(({ delta }) => delta),
    stock: stock.map(({ accountId: _account, at: _at, ...move }) => move),
    uses: uses.map(({ amount }) => amount),
  }
}

describe('an edit in a batch', () => {
  it('moves what its order used by the difference alone', () => {
    const draft = aDraft()
    applyChanges(
      [edit({ total: 1n }, { uses: [gift(90n)] })],
      lockedOrders(lockedOrder()),
      draft,
      now,
    )
    expect(movesOf(draft)).toEqual({ voucher: [-60n], stock: [], uses: [90n] })
  })

  it('of sums alone gives back all that is used then, where a cancellation follows at once', () => {
    const draft = aDraft()
    const entries = [edit({ total: 1n }, { uses: [gift(90n)] }), cancel]
    applyChanges(entries, lockedOrders(lockedOrder()), draft, now)
    expect(movesOf(draft)).toEqual({
      voucher: [30n],
      stock: [{ number: 100, linesOnly: true, delta: 1 }],
      uses: [90n],
    })
  })

  it('is overtaken by what happened since its caller read the order, and moves nothing', () => {
    const draft = aDraft()
    const entries = [cancel, edit({ total: 1n }, { uses: [gift(90n)] })]
    const [, second] = applyChanges(entries, lockedOrders(lockedOrder()), draft, now)
    expect(second).toBeInstanceOf(Overtaken)
    expect(draft.edits.size).toBe(0)
    expect(movesOf(draft)).toMatchObject({ voucher: [30n], uses: [] })
  })

  it('is overtaken where less is left than it uses more', () => {
    const draft = aDraft()
    const entries = [edit({ total: 1n }, { uses: [gift(101n)] })]
    const [outcome] = applyChanges(entries, lockedOrders(lockedOrder()), draft, now)
    expect(outcome).toBeInstanceOf(Overtaken)
    expect([draft.edits.size, draft.events.length, draft.states.size]).toEqual([0, 0, 0])
    expect(movesOf(draft)).toEqual({ voucher: [], stock: [], uses: [] })
  })

  it('of a cancelled order notes what it would use, and moves nothing', () => {
    const draft = aDraft()
    const locked = lockedOrders(lockedOrder({ payment: 'cancelled' }))
    const entries = [edit({ lines: [] }, { uses: [gift(500n)] })]
    const [outcome] = applyChanges(entries, locked, draft, now)
    expect(outcome).not.toBeInstanceOf(Error)
    expect(movesOf(draft)).toEqual({ voucher: [], stock: [], uses: [500n] })
  })

  it('that is refused leaves its rider behind', () => {
    const draft = aDraft()
    const sentAt = now
    const parcel = { position: 1, service: '', tracking: 'A', link: '', sentAt, via: 'mintsoft' }
    const locked = lockedOrders(lockedOrder({ shipments: [parcel] }))
    const voucher = { code: 'V', amount: 1n, data: {} }
    const entries = [edit({ total: 1n }, { uses: [gift(90n)], vouchers: [voucher] })]
    const [outcome] = applyChanges(entries, locked, draft, now)
    expect(outcome).toMatchObject({ code: 'order-shipped' })
    expect(movesOf(draft)).toEqual({ voucher: [], stock: [], uses: [] })
    expect(draft.vouchers).toEqual([])
  })
})

describe('placements in a batch', () => {
  const step = (revision: number) => ({
    dialect: 'opencart',
    key,
    revision,
    state: (orderNumber: number) => ({ orderNumber }),
    expiresAt: now,
  })
  const place = (rider: Partial<Rider>) => ({
    accountId: 1,
    command: placing({ rider: { uses: [], vouchers: [], ...rider } }),
  })

  it('close a session once: the second of it is overtaken', () => {
    const draft = aDraft([])
    const entries = [place({ session: step(4) }), place({ session: step(4) })]
    const [first, second] = applyPlacements(entries, [], draft, now)
    expect(first).toMatchObject({ number: 101, duplicate: false })
    expect(second).toBeInstanceOf(Overtaken)
    expect(draft.orders).toHaveLength(1)
    expect(finishedDraft(draft).sessions).toMatchObject([{ state: { orderNumber: 101 } }])
  })

  it('of a session that has ended, or moved on, are overtaken', () => {
    const gone = { ...step(4), key: Buffer.alloc(32, 9) }
    const entries = [place({ session: step(3) }), place({ session: gone })]
    const draft = aDraft([])
    const outcomes = applyPlacements(entries, [], draft, now)
    expect(outcomes.every((outcome) => outcome instanceof Overtaken)).toBe(true)
    expect([draft.orders.length, draft.sessions.size, draft.counters.size]).toEqual([0, 0, 0])
  })

  it('share what is left in order of arrival', () => {
    const draft = aDraft([])
    const entries = [50n, 50n, 20n].map((amount) => place({ uses: [gift(amount)] }))
    const outcomes = applyPlacements(entries, [], draft, now)
    expect(outcomes.map((outcome) => outcome instanceof Overtaken)).toEqual([false, true, false])
    expect(movesOf(draft)).toEqual({ voucher: [-70n], stock: [], uses: [50n, 20n] })
  })
})
