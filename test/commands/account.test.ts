import { describe, expect, it } from 'vitest'
import { dialects } from '../../src/dialects/registry.ts'
import { anAccount, anOrder } from '../support/fixtures.ts'
import { useConsole } from './console.ts'

const at = useConsole()

type Sheet = { login: string; influencersoft: { url: string; secret: string } }
type Shown = {
  settings: Record<string, string | number>
  hosts: string[]
  disabled: boolean
  credentials: Record<string, unknown>[]
}

describe('account add', () => {
  it('prints one JSON object with what to type into the client', async () => {
    const { code, out } = await at().run('account add first-shop --json')
    expect(code).toBe(0)
    expect(out.split('\n')).toHaveLength(1)
    const sheet = JSON.parse(out) as Sheet
    expect(sheet.login).toBe('first-shop')
    expect(sheet.influencersoft.url).toBe(
      'https://orders.example.com/influencersoft/first-shop/api/',
    )
    expect(sheet.influencersoft.secret.length).toBeGreaterThanOrEqual(32)
  })

  it('says the same to a person, with the key', async () => {
    const { code, out } = await at().run([
      'account',
      'add',
      'second-shop',
      '--secret',
      'a b=?#[};%',
    ])
    expect(code).toBe(0)
    expect(out).toContain('https://orders.example.com/influencersoft/second-shop/api/')
    expect(out).toContain('a b=?#[};%')
  })

  it.each([
    ['as it is', 'k"\\`$::é #', 'k"\\`$::é #'],
    ['without the last line break', ' key \n', ' key '],
    ['without a last CRLF', 'key\r\n', 'key'],
    ['with blanks at its ends', '  key  ', '  key  '],
  ])('takes a brought key from standard input %s', async (what, stdin, secret) => {
    const login = `in-${what.length}-${stdin.length}`
    const words = `account add ${login} --secret-file - --json`
    const sheet = await at().runJson<Sheet>(words, stdin)
    expect(sheet.influencersoft.secret).toBe(secret)
  })

  it.each([
    ['an empty key', ''],
    ['a line break inside', 'a\nb\n'],
    ['two line breaks at the end', 'a\n\n'],
    ['bytes that are no text', Uint8Array.of(0xff, 0xfe, 0x41)],
  ])('refuses %s and makes no account', async (_what, stdin) => {
    const { code, out, err } = await at().run('account add never-made --secret-file -', { stdin })
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/^countersign: /)
    expect((await at().run('account show never-made')).code).toBe(1)
  })

  it('refuses a taken login, and leaves the account as it was', async () => {
    await at().run('account add taken-shop')
    const { code, out, err } = await at().run('account add taken-shop --json')
    expect([code, out]).toEqual([1, ''])
    expect(err).toBe('countersign: there is an account "taken-shop" already; choose another login')
    const shown = await at().runJson<Shown>('account show taken-shop --json')
    const byDefault = dialects.flatMap(({ credentialKinds }) => credentialKinds)
    expect(shown.credentials).toHaveLength(byDefault.filter((kind) => kind.byDefault).length)
  })

  it.each(['Shop', 'a', 'shop_1', 'api'])('refuses the login %s', async (login) => {
    const { code, err } = await at().run(`account add ${login}`)
    expect(code).toBe(1)
    expect(err).toContain('login')
  })

  it('refuses a key twice over as a command line it cannot understand', async () => {
    const { opened } = at().books
    const { code } = await at().run('account add twice --secret a --secret-file b')
    expect(code).toBe(2)
    expect(at().books.opened).toBe(opened)
  })

  it('names a key file that is not there', async () => {
    const { code, err } = await at().run('account add no-file --secret-file missing.txt')
    expect([code, err]).toEqual([1, 'countersign: missing.txt: there is no such file'])
  })
})

describe('account show and list', () => {
  it('show settings, numbers and credentials, and never a key', async () => {
    await at().run('account add shown --secret never-to-be-seen')
    for (const words of ['account show shown', 'account show shown --json', 'account list']) {
      const { code, out, err } = await at().run(words)
      expect(code).toBe(0)
      expect(out).toContain('shown')
      expect(out + err).not.toContain('never-to-be-seen')
    }
    const { settings, credentials } = await at().runJson<Shown>('account show shown --json')
    expect(settings).toEqual({
      currency: 'USD',
      timezone: 'UTC',
      'duplicate-window': '24h',
      'replay-memory': '0',
      'keep-bodies': '0',
      contacts: 'refuse',
      'pay-on-delivery': 'cod,nalozh*',
      'stock-source': 'any',
      'pay-url': '',
      test: 'off',
      'next-order-number': 100_000,
      'next-release-number': 100_000,
    })
    expect(credentials[0]).toMatchObject({ id: 1, dialect: 'influencersoft', kind: 'key' })
  })

  it('say where to look when there is no such account', async () => {
    const { code, err } = await at().run('account show nobody')
    expect(code).toBe(1)
    expect(err).toContain('there is no account "nobody"; see: countersign account list')
  })
})

describe('account disable and enable', () => {
  it('switch an account off and on, twice without harm', async () => {
    await at().run('account add switched')
    for (const [verb, disabled] of [
      ['disable', true],
      ['disable', true],
      ['enable', false],
    ] as const) {
      expect((await at().run(`account ${verb} switched`)).code).toBe(0)
      const shown = await at().runJson<Shown>('account show switched --json')
      expect(shown.disabled).toBe(disabled)
    }
  })
})

describe('account set', () => {
  it('changes every setting at once', async () => {
    await at().run('account add set-all')
    const shown = await at().runJson<Shown>([
      ...['account', 'set', 'set-all', 'currency=EUR', 'timezone=Europe/Moscow'],
      ...[
        'duplicate-window=90s',
        'replay-memory=24h',
        'contacts=record',
        'pay-on-delivery=cod, cheque',
        'pay-url=https://pay.example.com/{number}',
        'test=on',
      ],
      ...['stock-source=mintsoft', 'next-order-number=5000', 'host=Shop.Example.com', '--json'],
    ])
    expect(shown.settings).toEqual({
      currency: 'EUR',
      timezone: 'Europe/Moscow',
      'duplicate-window': '90s',
      'replay-memory': '24h',
      'keep-bodies': '0',
      contacts: 'record',
      'pay-on-delivery': 'cod,cheque',
      'stock-source': 'mintsoft',
      'pay-url': 'https://pay.example.com/{number}',
      test: 'on',
      'next-order-number': 5000,
      'next-release-number': 5000,
    })
    expect(shown.hosts).toEqual(['shop.example.com'])
    const after = await at().runJson<Shown>('account set set-all host=-shop.example.com --json')
    expect(after.hosts).toEqual([])
  })

  it.each([
    ['currency=usd', 'a currency is three capitals'],
    ['timezone=Mars', 'not a time zone'],
    ['duplicate-window=24', 'write a number and a unit'],
    ['replay-memory=yes', 'write a number and a unit'],
    ['replay-memory=32d', 'at most 31 days'],
    ['contacts=maybe', 'record'],
    ['pay-url=pay.example.com', 'it begins with https://'],
    ['test=1', 'on or off'],
    ['stock-source=warehouse', 'there are any, influencersoft, mintsoft'],
    ['next-order-number=0', 'a whole number from 1 to 2147483647'],
    ['next-release-number=2147483648', 'a whole number from 1 to 2147483647'],
    ['host=shop.example.com:8080', 'no port'],
    ['colour=red', 'keys are: currency, timezone, duplicate-window, replay-memory, keep-bodies'],
  ])('refuses %s and applies nothing of the line', async (pair, reason) => {
    const login = `no-${pair.replace(/[^a-z0-9]/g, '').slice(0, 20)}`
    await at().run(`account add ${login}`)
    const before = await at().run(`account show ${login} --json`)
    const { code, out, err } = await at().run(
      `account set ${login} currency=EUR host=${login}.example.com ${pair}`,
    )
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain(reason)
    expect(await at().run(`account show ${login} --json`)).toEqual(before)
  })

  it('names every bad pair of the line', async () => {
    const { err } = await at().run('account set whoever currency=usd contacts=maybe colour=red')
    expect(err.split('\n')).toHaveLength(4)
  })

  it('never goes below the highest number used, and then applies nothing', async () => {
    const { account } = await anAccount(at().ctx, { login: 'numbered' })
    const number = await anOrder(at().ctx, account)
    await at().run(`order pay numbered ${number}`)
    const before = await at().run('account show numbered --json')
    for (const pairs of [
      `next-order-number=${number}`,
      `next-release-number=100000`,
      `next-release-number=300000 next-order-number=${number} currency=EUR`,
    ]) {
      const { code, err } = await at().run(`account set numbered ${pairs}`)
      expect(code).toBe(1)
      expect(err).toContain('nothing was changed')
      expect(await at().run('account show numbered --json')).toEqual(before)
    }
  })

  it('goes on with the order numbers where the release numbers have gone beyond', async () => {
    const { account } = await anAccount(at().ctx, { login: 'ahead' })
    await at().run('account set ahead next-release-number=900000')
    await at().run(`order pay ahead ${await anOrder(at().ctx, account)}`)
    const { settings } = await at().runJson<Shown>(
      'account set ahead next-order-number=200000 --json',
    )
    expect(settings).toMatchObject({
      'next-order-number': 200_000,
      'next-release-number': 900_001,
    })
  })

  it("refuses another account's host and applies nothing", async () => {
    await at().run('account add host-one')
    await at().run('account add host-two')
    await at().run('account set host-one host=one.example.com')
    const before = await at().run('account show host-two --json')
    const { code, err } = await at().run('account set host-two currency=EUR host=one.example.com')
    expect(code).toBe(1)
    expect(err).toContain('the host one.example.com belongs to another account')
    expect(await at().run('account show host-two --json')).toEqual(before)
  })
})
