import { describe, expect, it } from 'vitest'
import { getAccount } from '../../src/core/accounts.ts'
import { changeOrder } from '../../src/core/change-order.ts'
import { addCredential } from '../../src/core/credentials.ts'
import { placeOrder } from '../../src/core/place-order.ts'
import { buildQuery } from '../../src/wire/php-query.ts'
import { anAccount, anOrder } from '../support/fixtures.ts'
import { signedBody } from '../support/signed-call.ts'
import { useConsole } from './console.ts'

const at = useConsole()

/** An account in test mode with an order that a credential for tests placed. */
async function aTriedShop(login: string) {
  const { ctx } = at()
  const { account } = await anAccount(ctx, { login, settings: { test: true } })
  const wish = { dialect: 'influencersoft', kind: 'key', publicPart: '', secret: 'trial key' }
  const { id } = await addCredential(ctx, account, { ...wish, test: true })
  const placed = await placeOrder(ctx, account, {
    author: { via: 'influencersoft', credentialId: id },
    buyer: { email: 'ada@example.com' },
    billing: {},
    lines: [{ code: 'mug', quantity: 1 }],
    callBytes: null,
  })
  return { account, number: placed.number }
}

describe('account set test', () => {
  it('switches, and is said loudly', async () => {
    await at().run('account add tried')
    for (const [value, said] of [
      ['on', true],
      ['off', false],
    ] as const) {
      const set = await at().run(`account set tried test=${value}`)
      expect(set.code).toBe(0)
      for (const words of ['account show tried', 'account list']) {
        expect((await at().run(words)).out.includes('TEST MODE')).toBe(said)
      }
      const shown = await at().runJson<{ warnings: string[]; settings: Record<string, string> }>(
        'account show tried --json',
      )
      expect([shown.settings.test, shown.warnings.length]).toEqual([value, said ? 1 : 0])
    }
    const events = await at().database.sql`
      select e.data from account_events e join accounts a on a.id = e.account_id
      where a.login = 'tried' and e.kind = 'settings' order by e.id`
    expect(events.map(({ data }) => data.test)).toEqual([true, false])
  })

  it('takes on and off, nothing else', async () => {
    await at().run('account add odd')
    const { code, err } = await at().run('account set odd test=yes')
    expect([code, err]).toEqual([1, 'countersign: nothing was changed:\n  test=yes: on or off'])
  })

  it('stays on while there are orders of tests, and nothing else is changed', async () => {
    const { number } = await aTriedShop('tried-out')
    const { code, out, err } = await at().run(
      'account set tried-out test=off contacts=record next-order-number=700000',
    )
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain(`orders of tests (${number})`)
    expect(err).toContain('countersign account copy tried-out <new>')
    const { settings } = await getAccount(at().ctx, 'tried-out')
    expect([settings.test, settings.contacts]).toEqual([true, 'refuse'])
    expect((await at().run('account show tried-out')).out).not.toContain('700000')
  })

  it('can be ended once those orders are hidden, whatever else the account has', async () => {
    const { account, number } = await aTriedShop('hidden-out')
    await anOrder(at().ctx, account)
    const author = { via: 'operator', credentialId: null }
    await changeOrder(at().ctx, account, { number, author, command: { kind: 'hide' } })
    expect((await at().run('account set hidden-out test=off')).code).toBe(0)
    expect((await getAccount(at().ctx, 'hidden-out')).settings.test).toBe(false)
  })

  it('checks a pay URL as it is set', async () => {
    await at().run('account add paid-at')
    const bad = await at().run('account set paid-at pay-url=https://{login}.example.com/')
    expect(bad.code).toBe(1)
    expect(bad.err).toContain('pay-url=https://{login}.example.com/: it begins with https://')
    const url = 'https://pay.example.com/?order={number}&sum={sum}'
    expect((await at().run(`account set paid-at pay-url=${url}`)).out).toContain(url)
    await at().run('account set paid-at pay-url=')
    expect((await getAccount(at().ctx, 'paid-at')).settings.payUrl).toBe('')
  })
})

describe('credentials and endpoints for tests', () => {
  it('are shown as such, in either mode', async () => {
    await at().run('account add marked')
    const added = await at().run('credential add marked --dialect mintsoft --test')
    expect(added.out).toContain('works only in test mode')
    const list = await at().runJson<{ id: number; test: boolean }[]>(
      'credential list marked --json',
    )
    const made = list.at(-1)
    expect(list.map(({ test }) => test)).toEqual([...list.slice(1).map(() => false), true])
    const rotated = await at().runJson<{ test: boolean }>(
      `credential rotate marked ${made?.id} --json`,
    )
    expect(rotated.test).toBe(true)
    await at().run('account set marked test=on')
    const live = await at().run('credential add marked --dialect mintsoft')
    expect(live.out).toContain('"marked" is in test mode, and this key is none for tests')
    const endpoint = await at().run('endpoint add marked https://93.184.215.14/')
    expect(endpoint.out).toContain('It rests: "marked" is in test mode')
    await at().run('endpoint add marked https://93.184.215.14/ --test')
    const endpoints = await at().runJson<{ test: boolean }[]>('endpoint list marked --json')
    expect(endpoints.map(({ test }) => test)).toEqual([false, true])
    const rows = (await at().run('endpoint list marked')).out.split('\n')
    expect(rows[1]).toMatch(/ live .* rests: on/)
    expect(rows[2]).toMatch(/ test .* on/)
    expect(rows[2]).not.toContain('rests')
  })

  it('sign notices with keys of their own mode', async () => {
    const { ctx } = at()
    await anAccount(ctx, { login: 'signing' })
    const words = 'endpoint add signing https://93.184.215.14/ --format influencersoft'
    const refused = await at().run(`${words} --test`)
    expect(refused.code).toBe(1)
    expect(refused.err).toContain('credential add signing --dialect influencersoft --test')
    expect((await at().run(words)).code).toBe(0)
  })

  it('explain a call that is refused only for the mode', async () => {
    const { ctx } = at()
    const { account } = await anAccount(ctx, { login: 'explained' })
    const wish = { dialect: 'influencersoft', kind: 'key', publicPart: '', secret: 'trial key' }
    await addCredential(ctx, account, { ...wish, test: true })
    const shop = { login: 'explained', secret: 'trial key' }
    const stdin = signedBody(shop, { bill_id: '7' })
    const verify = (body: string) =>
      at().run('verify influencersoft explained --path /api/GetOrders --body -', { stdin: body })
    const { code, out } = await verify(stdin)
    expect(code).toBe(1)
    expect(out).toContain('The proof is right, but this credential is for tests')
    expect((await verify(buildQuery({ bill_id: '7', hash: 'x' }))).out).not.toContain('for tests')
    await at().run('account set explained test=on')
    expect((await verify(stdin)).code).toBe(0)
    const signed = await at().run('sign explained GetOrders bill_id=7')
    expect(signed.out).toContain(stdin.slice(stdin.indexOf('hash=')))
  })
})
