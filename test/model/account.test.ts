import { describe, expect, it } from 'vitest'
import { accountSettingsSchema, loginSchema } from '../../src/model/account.ts'

describe('a login', () => {
  it.each(['demo', 'ab', '42', 'my-shop', '-x', 'a'.repeat(32)])('may be %s', (login) => {
    expect(loginSchema.safeParse(login).success).toBe(true)
  })

  it.each([
    '',
    'a',
    'a'.repeat(33),
    'Demo',
    'my_shop',
    'my.shop',
    'my shop',
    'магазин',
    'a:b',
    'shop\n',
    '../etc',
  ])('may not be %j', (login) => {
    expect(loginSchema.safeParse(login).success).toBe(false)
  })

  it.each(['www', 'api', 'healthz', 'readyz', 'metrics', 'bill'])('leaves %s to us', (login) => {
    const { error } = loginSchema.safeParse(login)
    expect(error?.issues[0]?.message).toMatch(/reserved/)
  })
})

describe('the settings of an account', () => {
  it('have a default each', () => {
    expect(accountSettingsSchema.parse({})).toEqual({
      currency: 'USD',
      timezone: 'UTC',
      duplicateWindowMs: 86_400_000,
      contacts: 'refuse',
      stockSource: 'any',
      payOnDelivery: ['cod', 'nalozh*'],
      replayMemoryMs: 0,
      keepBodiesMs: 0,
      payUrl: '',
      test: false,
    })
  })

  it.each([
    ['currency', 'RUB'],
    ['timezone', 'Europe/Moscow'],
    ['timezone', 'America/Argentina/Buenos_Aires'],
    ['duplicateWindowMs', 0],
    ['contacts', 'record'],
    ['payOnDelivery', []],
  ])('take %s = %j', (name, value) => {
    expect(accountSettingsSchema.parse({ [name]: value })).toMatchObject({ [name]: value })
  })

  it.each([
    ['currency', 'usd'],
    ['currency', 'DOLLAR'],
    ['currency', ''],
    ['timezone', 'Mars/Olympus'],
    ['timezone', ''],
    ['timezone', 'Moscow'],
    ['duplicateWindowMs', -1],
    ['duplicateWindowMs', 1.5],
    ['duplicateWindowMs', '24h'],
    ['duplicateWindowMs', Number.POSITIVE_INFINITY],
    ['contacts', 'keep'],
    ['payOnDelivery', 'cod'],
    ['payOnDelivery', [1]],
  ])('refuse %s = %j, and name it', (name, value) => {
    const { error } = accountSettingsSchema.safeParse({ [name]: value })
    expect(error?.issues[0]?.path[0]).toBe(name)
  })

  it('share no default list between accounts', () => {
    const one = accountSettingsSchema.parse({})
    expect(accountSettingsSchema.parse({}).payOnDelivery).toEqual(one.payOnDelivery)
    one.payOnDelivery.push('x')
    expect(accountSettingsSchema.parse({}).payOnDelivery).toEqual(['cod', 'nalozh*'])
  })
})
