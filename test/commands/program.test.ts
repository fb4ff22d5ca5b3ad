import { describe, expect, it } from 'vitest'
import { anAccount } from '../support/fixtures.ts'
import { signedBody } from '../support/signed-call.ts'
import { useConsole } from './console.ts'

const at = useConsole()

describe('the command line', () => {
  it('tells its version', async () => {
    expect(await at().run('--version')).toEqual({ code: 0, out: '9.8.7', err: '' })
  })

  it.each([
    ['--help', 'serve'],
    ['serve --help', '--workers'],
    ['account --help', 'disable'],
    ['account set --help', 'duplicate-window'],
    ['product import --help', 'GetAllGoods'],
    ['credential rotate --help', '--overlap'],
    ['verify --help', '--content-type'],
  ])('helps: %s', async (words, part) => {
    const { code, out, err } = await at().run(words)
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain(part)
  })

  it('migrates by opening the book, and closes it again', async () => {
    const { opened } = at().books
    const { code, out } = await at().run('migrate')
    expect([code, out]).toEqual([0, 'The schema is up to date in a test'])
    expect(at().books).toEqual({ opened: opened + 1, open: 0 })
  })

  it('hands serve over, and words what hinders it', async () => {
    const { opened } = at().books
    const serve = () => Promise.reject(new RangeError('PORT'))
    const wordError = (error: unknown) => (error instanceof RangeError ? 'set PORT' : undefined)
    expect(await at().run('serve')).toEqual({ code: 0, out: '', err: '' })
    const { code, err } = await at().run('serve', { serve, wordError })
    expect([code, err]).toEqual([1, 'countersign: set PORT'])
    expect(at().books.opened).toBe(opened)
  })

  it('hands the number of workers to serve as it was typed', async () => {
    const asked: unknown[] = []
    const serve = async (options: unknown): Promise<void> => void asked.push(options)
    await at().run('serve --workers 3', { serve })
    await at().run('serve', { serve })
    expect(asked).toEqual([{ workers: '3' }, {}])
  })

  it.each([
    'nonsense',
    'account',
    'account add',
    'account nonsense',
    'account add a b',
    'order pay shop 1 --nonsense',
    'credential add shop',
    'verify influencersoft shop',
  ])('answers "%s" with exit code 2 and opens no book', async (words) => {
    const { opened } = at().books
    const { code, out, err } = await at().run(words)
    expect([code, out]).toEqual([2, ''])
    expect(err).not.toBe('')
    expect(at().books.opened).toBe(opened)
  })

  it('calls a bug a bug, without the values in its message, and closes the book', async () => {
    const { code, err } = await at().run('account list', {
      print: () => {
        throw new TypeError('buyer ada@example.com')
      },
    })
    expect(code).toBe(1)
    expect(err).toContain('this is a bug (TypeError)')
    expect(err).not.toContain('ada@example.com')
    expect(at().books.open).toBe(0)
  })

  it('words a database that is away', async () => {
    const away = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
    const { code, err } = await at().run('account list', { open: () => Promise.reject(away) })
    expect([code, err]).toEqual([1, 'countersign: the database is not available'])
  })
})

describe('sign and verify', () => {
  it('sign a call that verify accepts', async () => {
    await anAccount(at().ctx, { login: 'signing', secret: 'secret-of-signing' })
    const words = 'sign signing UpdateOrderStatus bill_id=100000 status=sent'
    const { body, curl } = await at().runJson<{ body: string; curl: string }>(`${words} --json`)
    expect(curl).toContain(
      'https://orders.example.com/influencersoft/signing/api/UpdateOrderStatus',
    )
    expect((await at().run(words)).out).toBe(curl)
    at().files.set('body.txt', body)
    const verdict = await at().run('verify influencersoft signing --body body.txt')
    expect(verdict.code).toBe(0)
    expect(verdict.out).toContain('Accepted')
    expect(verdict.out).not.toContain('secret-of-signing')
  })

  it('verify refuses with exit code 1, and names the slip of a saved line break', async () => {
    const body = signedBody({ login: 'signing', secret: 'secret-of-signing' }, { bill_id: '1' })
    const wrong = await at().run('verify influencersoft signing --body -', {
      stdin: body.replace('bill_id=1', 'bill_id=2'),
    })
    expect(wrong.code).toBe(1)
    expect(wrong.out).toContain('Refused')
    expect(wrong.out + wrong.err).not.toContain('secret-of-signing')
    const broken = await at().run('verify influencersoft signing --body -', { stdin: `${body}\n` })
    expect(broken.code).toBe(1)
    expect(broken.out).toContain('ends with a line break; without it the proof is right')
  })

  it('verify keeps the terminal safe from what the call holds', async () => {
    const { code, out } = await at().run('verify influencersoft signing --body -', {
      stdin: 'bill_id=%1B%5B2J&hash=x%1B%5B31m',
    })
    expect(code).toBe(1)
    expect(out).not.toContain('\u001b')
  })

  it('verify says that a disabled account is refused whatever the proof', async () => {
    const shop = { login: 'asleep', secret: 'secret-of-asleep' }
    await anAccount(at().ctx, shop)
    await at().run('account disable asleep')
    const { code, out } = await at().run('verify influencersoft asleep --body -', {
      stdin: signedBody(shop, {}),
    })
    expect(code).toBe(1)
    expect(out).toContain('countersign account enable asleep')
  })

  it('sign only with a key that works', async () => {
    await anAccount(at().ctx, { login: 'keyless' })
    await at().run('credential revoke keyless 1')
    const { code, err } = await at().run('sign keyless GetAllGoods')
    expect([code, err]).toEqual([
      1,
      'countersign: "keyless" has no working credential for influencersoft',
    ])
  })
})
