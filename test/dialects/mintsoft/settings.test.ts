import { describe, expect, it } from 'vitest'
import { readCredentialSettings } from '../../../src/commands/credential-settings.ts'
import { mintsoft } from '../../../src/dialects/mintsoft/index.ts'
import { settingsOf } from '../../../src/dialects/mintsoft/settings.ts'

const set = (name: string, value: string) => readCredentialSettings(mintsoft, [[name, value]])

describe('settings as an operator types them', () => {
  it.each([
    ['prefix', 'W', 'W'],
    ['prefix', '12', '12'],
    ['feed', 'north', 'north'],
    ['most', '50', 50],
    ['courier', 'RM48', 'RM48'],
    ['couriers', 'Express = DPD24, Post=RM48', { Express: 'DPD24', Post: 'RM48' }],
    ['couriers', 'Express, next day=DPD24; a=b=c', { 'Express, next day': 'DPD24', 'a=b': 'c' }],
    ['noPostcode', '0000', '0000'],
    ['negativeStock', 'keep', 'keep'],
    ['lines', 'physical', 'physical'],
    ['countries', 'gb', ['GB']],
    ['countries', 'GB, IE', ['GB', 'IE']],
    ['shippingMethods', 'Express', ['Express']],
    ['tags', 'a, 7', ['a', '7']],
  ])('%s=%s is taken', (name, value, expected) => {
    expect(set(name, value)).toEqual({ [name]: expected })
  })

  it.each([
    ['most', '0'],
    ['most', 'many'],
    ['courier', 'x'.repeat(61)],
    ['couriers', 'DPD24'],
    ['countries', 'England'],
    ['negativeStock', 'drop'],
    ['nothing', '1'],
  ])('%s=%s is refused', (name, value) => {
    expect(() => set(name, value)).toThrow()
  })

  it('have their defaults where nothing is set', () => {
    expect(settingsOf({ settings: {} })).toEqual({
      prefix: '',
      feed: '',
      most: 100,
      courier: 'AUTO',
      couriers: {},
      noPostcode: '0000',
      negativeStock: 'zero',
      lines: 'all',
      countries: [],
      shippingMethods: [],
      tags: [],
    })
  })
})

describe('a fresh key', () => {
  const [kind] = mintsoft.credentialKinds

  it('has the shape of a GUID, and every bit of the randomness it is given', () => {
    const secret = kind?.secret(() => Buffer.alloc(16, 0xff).toString('base64url'))
    expect(secret).toBe('ffffffff-ffff-ffff-ffff-ffffffffffff')
    const other = kind?.secret(() => Buffer.from('0123456789abcdef').toString('base64url'))
    expect(other).toBe('30313233-3435-3637-3839-616263646566')
  })

  it.each([
    ['a GUID', '{6F1C1F3E-8A54-4C0E-9D67-2F5B7E0A9C11}', true],
    ['eight characters', 'abcdefgh', true],
    ['seven', 'abcdefg', false],
    ['seven in braces and blanks', ' {abcdefg} ', false],
    ['128', 'x'.repeat(128), true],
    ['129', 'x'.repeat(129), false],
    ['a line end', 'abcdefgh\n', false],
  ])('brought along as %s', (_name, secret, isTaken) => {
    expect(kind?.refuseSecret(secret) === undefined).toBe(isTaken)
  })
})
