import { beforeAll, describe, expect, it } from 'vitest'
import { changeSession, findSession, openSession, rereadSession } from '../../src/core/sessions.ts'
import type { Account } from '../../src/model/account.ts'
import { useBook } from '../support/book.ts'
import { anAccount } from '../support/fixtures.ts'
import { aSession, lifeMs } from './checkouts.ts'

const book = useBook()
let account: Account
let other: Account

beforeAll(async () => {
  account = (await anAccount(book().ctx)).account
  other = (await anAccount(book().ctx)).account
})

const find = (token: string, life: number | undefined = lifeMs, owner = account) =>
  findSession(book().ctx, owner, 'opencart', token, () => life)

async function shiftExpiry(token: string, byMs: number): Promise<void> {
  const session = await find(token)
  const at = new Date(Date.now() + byMs).toISOString()
  await book().database.sql`
    update dialect_sessions set expires_at = ${at}
    where account_id = ${account.id} and key = ${session?.key ?? Buffer.alloc(0)}`
}

describe('a session', () => {
  it('loses no change of fifty that come at once', async () => {
    const session = await aSession(book().ctx, account, { seen: [] })
    const changes = Array.from({ length: 50 }, (_, at) =>
      changeSession(book().ctx, account, session, async ({ seen }) => ({
        state: { seen: [...(seen as number[]), at] },
        answer: at,
      })),
    )
    const answers = await Promise.all(changes)
    expect(answers.map(({ answer }) => answer)).toEqual(answers.map((_, at) => at))
    const { state, revision } = await rereadSession(book().ctx, account, session)
    expect((state.seen as number[]).toSorted((a, b) => a - b)).toEqual(answers.map((_, at) => at))
    expect(revision).toBe(session.revision + 50)
  })

  it('is not written by a change that changes nothing', async () => {
    const session = await aSession(book().ctx, account, { cart: [] })
    const { answer } = await changeSession(book().ctx, account, session, async (state) => ({
      state,
      answer: 'as it was',
    }))
    expect(answer).toBe('as it was')
    expect((await rereadSession(book().ctx, account, session)).revision).toBe(session.revision)
  })

  it('is as it was where a change throws', async () => {
    const session = await aSession(book().ctx, account, { cart: [1] })
    const refused = changeSession(book().ctx, account, session, async () => {
      throw new Error('refused')
    })
    await expect(refused).rejects.toThrow('refused')
    const { state, revision } = await rereadSession(book().ctx, account, session)
    expect({ state, revision }).toEqual({ state: { cart: [1] }, revision: session.revision })
  })

  it('is its account’s, its dialect’s and its token’s alone', async () => {
    const { token } = await aSession(book().ctx, account, { cart: [1] })
    expect(await find(token)).toMatchObject({ credentialId: 1, state: { cart: [1] } })
    expect(await find(`${token}x`)).toBeUndefined()
    expect(await find(token.toUpperCase())).toBeUndefined()
    expect(await find(token, lifeMs, other)).toBeUndefined()
    const elsewhere = await findSession(book().ctx, account, 'shopsite', token, () => lifeMs)
    expect(elsewhere).toBeUndefined()
  })

  it('keeps no token in the database', async () => {
    const { token } = await aSession(book().ctx, account, {})
    const rows = await book().database.sql`
      select to_jsonb(s) as row from dialect_sessions s where account_id = ${account.id}`
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  it('lives on from its last call, and ends when nobody calls', async () => {
    const { token } = await aSession(book().ctx, account, {})
    await shiftExpiry(token, 60_000)
    expect(await find(token)).toBeDefined()
    const [row] = await book().database.sql`
      select max(expires_at) > now() + interval '50 minutes' as "livesOn"
      from dialect_sessions where account_id = ${account.id}`
    expect(row?.livesOn).toBe(true)
    await shiftExpiry(token, -1)
    expect(await find(token)).toBeUndefined()
  })

  it('is none for a credential that works no more', async () => {
    const { token } = await aSession(book().ctx, account, {})
    expect(
      await findSession(book().ctx, account, 'opencart', token, () => undefined),
    ).toBeUndefined()
    expect(await find(token)).toBeDefined()
  })

  it('that has ended takes no change', async () => {
    const session = await aSession(book().ctx, account, { cart: [] })
    const key = session.key
    await book().database.sql`delete from dialect_sessions where key = ${key}`
    const change = changeSession(book().ctx, account, session, async () => ({
      state: { cart: [1] },
      answer: null,
    }))
    await expect(change).rejects.toMatchObject({ code: 'proof-wrong' })
  })

  it('is another one with every login', async () => {
    const tokens = ['first-token', 'second-token']
    for (const token of tokens) {
      const opened = { dialect: 'opencart', token, credentialId: 1, lifeMs, state: { token } }
      await openSession(book().ctx, account, opened)
    }
    const found = await Promise.all(tokens.map((token) => find(token)))
    expect(found.map((session) => session?.state)).toEqual(tokens.map((token) => ({ token })))
  })
})
