import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'
import type { Context } from '../../src/core/context.ts'
import { startHousekeeping } from '../../src/core/housekeeping.ts'
import { onlyOnce, type RememberedCall } from '../../src/core/replay-memory.ts'
import type { Account } from '../../src/model/account.ts'
import { Failure } from '../../src/model/failure.ts'
import { openTestBook } from '../support/book.ts'
import { useDatabase } from '../support/database.ts'
import { anAccount } from '../support/fixtures.ts'

const hourMs = 3_600_000
const leaseMs = 5000
const database = useDatabase()
const quiet = { info: () => undefined, warn: () => undefined }
const clock = { now: Date.parse('2026-03-02T10:00:00Z') }
let gateways: readonly { readonly ctx: Context; readonly closeBook: () => Promise<void> }[] = []

/** Two gateways on one book, with a clock that the tests move. */
beforeAll(() => {
  gateways = [0, 1].map(() => openTestBook(database(), readConfig({}), () => clock.now, quiet))
})
afterAll(async () => {
  await Promise.all(gateways.map(({ closeBook }) => closeBook()))
})

function ctxOf(gateway: 0 | 1): Context {
  const found = gateways[gateway]
  if (found === undefined) throw new Error('there are two')
  return found.ctx
}

async function anAccountThatRemembers(replayMemoryMs = 24 * hourMs): Promise<Account> {
  return (await anAccount(ctxOf(0), { settings: { replayMemoryMs }, goods: [] })).account
}

function aCall(change: Partial<RememberedCall> = {}): RememberedCall {
  const digest = randomBytes(32)
  return { digest: () => digest, name: 'Pay', writes: true, log: quiet, ...change }
}

/** What is carried out, and how often. */
function counted(keep = 'done') {
  const told = { times: 0 }
  const execute = async () => {
    told.times += 1
    return { answer: `answer ${told.times}`, keep }
  }
  return { told, execute }
}

async function rowsOf({ id }: Account) {
  return database().sql`select * from replays where account_id = ${id}`
}

describe('a call that writes', () => {
  it('is carried out once, and answered with the first answer by every gateway', async () => {
    const account = await anAccountThatRemembers()
    const call = aCall()
    const { told, execute } = counted()
    const first = await onlyOnce(ctxOf(0), account, call, execute)
    expect(first).toEqual({ repeated: false, answer: 'answer 1' })
    for (const gateway of [0, 1] as const) {
      const again = await onlyOnce(ctxOf(gateway), account, { ...call, name: 'PAY' }, execute)
      expect(again).toEqual({ repeated: true, kept: 'done' })
    }
    expect(told.times).toBe(1)
  })

  it('is refused under another function, and nothing is done', async () => {
    const account = await anAccountThatRemembers()
    const call = aCall()
    await onlyOnce(ctxOf(0), account, call, counted().execute)
    const { told, execute } = counted()
    for (const writes of [true, false]) {
      const other = onlyOnce(ctxOf(1), account, { ...call, name: 'Delete', writes }, execute)
      await expect(other).rejects.toMatchObject({
        code: 'proof-wrong',
        message: 'the same signed text came before, for pay',
      })
    }
    expect(told.times).toBe(0)
  })

  it('of another account is another call', async () => {
    const call = aCall()
    const { told, execute } = counted()
    await onlyOnce(ctxOf(0), await anAccountThatRemembers(), call, execute)
    await onlyOnce(ctxOf(0), await anAccountThatRemembers(), call, execute)
    expect(told.times).toBe(2)
  })

  it.each([
    ['just before', -1, 1],
    ['at its end', 0, 2],
  ])('is remembered for the window: %s', async (_when, ms, times) => {
    const account = await anAccountThatRemembers(hourMs)
    const call = aCall()
    const { told, execute } = counted()
    await onlyOnce(ctxOf(0), account, call, execute)
    clock.now += hourMs + ms
    await onlyOnce(ctxOf(1), account, call, execute)
    expect(told.times).toBe(times)
  })

  it('may go to another function once the window is over', async () => {
    const account = await anAccountThatRemembers(hourMs)
    const call = aCall()
    await onlyOnce(ctxOf(0), account, call, counted().execute)
    clock.now += hourMs
    const { told, execute } = counted()
    await onlyOnce(ctxOf(0), account, { ...call, name: 'Delete' }, execute)
    expect(told.times).toBe(1)
    await expect(onlyOnce(ctxOf(0), account, call, execute)).rejects.toMatchObject({
      code: 'proof-wrong',
    })
  })

  it.each(['busy', 'outcome-unknown', 'order-not-found', 'bug'] as const)(
    'that ended in %s is carried out anew, and still bound to its function',
    async (end) => {
      const account = await anAccountThatRemembers()
      const call = aCall()
      const error = end === 'bug' ? new Error('a bug') : new Failure(end)
      const failing = onlyOnce(ctxOf(0), account, call, () => Promise.reject(error))
      await expect(failing).rejects.toBe(error)
      const other = onlyOnce(ctxOf(0), account, { ...call, name: 'Delete' }, counted().execute)
      await expect(other).rejects.toMatchObject({ code: 'proof-wrong' })
      const { told, execute } = counted()
      expect(await onlyOnce(ctxOf(1), account, call, execute)).toMatchObject({ repeated: false })
      expect(told.times).toBe(1)
    },
  )

  it('that was refused in words is asked again each time', async () => {
    const account = await anAccountThatRemembers()
    const call = aCall()
    let times = 0
    const refuse = async () => {
      times += 1
      return { answer: 'no' }
    }
    for (const gateway of [0, 1] as const) {
      expect(await onlyOnce(ctxOf(gateway), account, call, refuse)).toEqual({
        repeated: false,
        answer: 'no',
      })
    }
    expect(times).toBe(2)
  })
})

describe('two identical calls at once', () => {
  it('are carried out once, whichever gateways they come to', async () => {
    const account = await anAccountThatRemembers()
    const call = aCall()
    const { told, execute } = counted()
    const heard = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        onlyOnce(ctxOf(n % 2 === 0 ? 0 : 1), account, call, execute),
      ),
    )
    expect(told.times).toBe(1)
    expect(heard.filter(({ repeated }) => !repeated)).toHaveLength(1)
    expect(heard.filter((one) => one.repeated && one.kept === 'done')).toHaveLength(7)
  })

  it('leave the second busy while the first is under way, and give it the answer then', async () => {
    const account = await anAccountThatRemembers()
    const call = aCall()
    let finish: () => void = () => undefined
    let begun: () => void = () => undefined
    const hasBegun = new Promise<void>((resolve) => {
      begun = resolve
    })
    const first = onlyOnce(ctxOf(0), account, call, async () => {
      await new Promise<void>((resolve) => {
        finish = resolve
        begun()
      })
      return { answer: 'first', keep: 'done' }
    })
    await hasBegun
    const { told, execute } = counted()
    await expect(onlyOnce(ctxOf(1), account, call, execute)).rejects.toMatchObject({
      code: 'busy',
    })
    finish()
    await first
    expect(await onlyOnce(ctxOf(1), account, call, execute)).toEqual({
      repeated: true,
      kept: 'done',
    })
    expect(told.times).toBe(0)
  })
})

describe('a gateway that died at work on a call', () => {
  const died = async () => {
    const account = await anAccountThatRemembers()
    const call = aCall()
    await onlyOnce(ctxOf(0), account, call, counted().execute)
    // As the claim leaves it, before anything is kept.
    await database().sql`
      update replays set answer = null, busy_until = ${new Date(clock.now + leaseMs).toISOString()}
      where account_id = ${account.id}`
    return { account, call }
  }

  it('blocks it for a moment only, and then it is carried out', async () => {
    const { account, call } = await died()
    const { told, execute } = counted('second')
    clock.now += leaseMs - 1
    await expect(onlyOnce(ctxOf(1), account, call, execute)).rejects.toMatchObject({
      code: 'busy',
    })
    expect(told.times).toBe(0)
    clock.now += 1
    await onlyOnce(ctxOf(1), account, call, execute)
    expect(await onlyOnce(ctxOf(0), account, call, execute)).toEqual({
      repeated: true,
      kept: 'second',
    })
    expect(told.times).toBe(1)
  })

  it('blocks it no longer where the clock is set back meanwhile', async () => {
    const { account, call } = await died()
    const { told, execute } = counted('second')
    // So far apart two gateways may be that both live.
    clock.now -= leaseMs
    await expect(onlyOnce(ctxOf(1), account, call, execute)).rejects.toMatchObject({
      code: 'busy',
    })
    clock.now -= hourMs
    expect(await onlyOnce(ctxOf(1), account, call, execute)).toMatchObject({ repeated: false })
    expect(await onlyOnce(ctxOf(0), account, call, execute)).toEqual({
      repeated: true,
      kept: 'second',
    })
    expect(told.times).toBe(1)
  })

  it('and was only slow keeps nothing over the one who took its place', async () => {
    const account = await anAccountThatRemembers()
    const call = aCall()
    const slow = await onlyOnce(ctxOf(0), account, call, async () => {
      clock.now += leaseMs
      await onlyOnce(ctxOf(1), account, call, async () => ({ answer: 'quick', keep: 'quick' }))
      return { answer: 'slow', keep: 'slow' }
    })
    expect(slow).toEqual({ repeated: false, answer: 'slow' })
    expect(await onlyOnce(ctxOf(0), account, call, counted().execute)).toEqual({
      repeated: true,
      kept: 'quick',
    })
  })
})

describe('a call that reads', () => {
  it('is carried out each time', async () => {
    const account = await anAccountThatRemembers()
    const call = aCall({ writes: false })
    const { told, execute } = counted()
    for (let n = 0; n < 3; n++) {
      expect(await onlyOnce(ctxOf(0), account, call, execute)).toMatchObject({ repeated: false })
    }
    expect(told.times).toBe(3)
    expect(await rowsOf(account)).toMatchObject([{ function: 'pay', answer: null }])
  })

  it('may have the text of another that reads, but lends it to none that writes', async () => {
    const account = await anAccountThatRemembers()
    const call = aCall({ writes: false, name: 'GetAllGoods' })
    const { told, execute } = counted()
    await onlyOnce(ctxOf(0), account, call, execute)
    await onlyOnce(ctxOf(0), account, { ...call, name: 'GetOrders' }, execute)
    expect(told.times).toBe(2)
    const write = { ...call, name: 'DeleteOrder', writes: true }
    await expect(onlyOnce(ctxOf(1), account, write, execute)).rejects.toMatchObject({
      code: 'proof-wrong',
    })
    expect(told.times).toBe(2)
  })
})

describe('an account without the setting', () => {
  it('asks the database nothing', async () => {
    const account = await anAccountThatRemembers(0)
    const untouchable = new Proxy(ctxOf(0), {
      get: () => {
        throw new Error('asked')
      },
    })
    const { told, execute } = counted()
    const digest = () => {
      throw new Error('hashed')
    }
    for (const writes of [true, false]) {
      await onlyOnce(untouchable, account, aCall({ writes, digest }), execute)
    }
    expect(told.times).toBe(2)
    expect(await rowsOf(account)).toEqual([])
  })
})

it('memories go once they are older than the account keeps them', async () => {
  const account = await anAccountThatRemembers(24 * hourMs)
  const brief = await anAccountThatRemembers(hourMs)
  const keeper = startHousekeeping(ctxOf(0), quiet)
  for (const one of [account, brief]) {
    await onlyOnce(ctxOf(0), one, aCall(), counted().execute)
  }
  clock.now += hourMs
  await keeper.runOnce()
  expect([await rowsOf(account), await rowsOf(brief)]).toMatchObject([[{}], []])
  await keeper.stop()
})
