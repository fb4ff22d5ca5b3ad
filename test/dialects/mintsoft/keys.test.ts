import { describe, expect, it } from 'vitest'
import { findDestination } from '../../../src/addresses.ts'
import { disableAccount, tieHost } from '../../../src/core/accounts.ts'
import { revoke } from '../../../src/core/credentials.ts'
import { mintsoft } from '../../../src/dialects/mintsoft/index.ts'
import { dialects } from '../../../src/dialects/registry.ts'
import { type Account, accountSettingsSchema } from '../../../src/model/account.ts'
import { useGateway } from '../../support/gateway.ts'
import { savedCall } from '../../support/saved-call.ts'
import { aKey, answered, aReleased, aShop, get, guid, listed, sendRaw } from './client.ts'

const gateway = useGateway({ settings: { BASE_DOMAINS: 'brand.test' } })

const keyInvalid = { status: 200, text: '"API KEY INVALID"' }

async function ask(login: string, key: string, tail = '') {
  const query = `APIKEY=${encodeURIComponent(key)}${tail}`
  return answered(await fetch(`${gateway().url}/mintsoft/${login}?${query}`))
}

describe('a key', () => {
  const upper = guid().toUpperCase()
  it.each([upper, `{${guid()}}`, ` {${upper}} `, `\t${guid()}\r\n`])(
    'is right as %j',
    async (key) => {
      const { account } = await aShop(gateway())
      expect((await ask(account.login, key)).text).toBe('[]')
    },
  )

  it.each(['', guid(2), `{${guid()}`, guid().replaceAll('-', ''), `${guid()}0`])(
    'is wrong as %j, and does nothing',
    async (key) => {
      const shop = await aShop(gateway())
      await aReleased(gateway(), shop)
      const answer = await ask(shop.account.login, key, '&action=confirm&ordernumber=1001')
      expect(answer).toMatchObject(keyInvalid)
      expect(answer.headers.get('content-type')).toBe('application/json')
      expect(await listed(gateway(), shop)).toEqual(['1001'])
    },
  )

  it('need not be a GUID where the merchant brings one', async () => {
    const shop = await aShop(gateway(), {}, undefined, 'My {old} Key')
    expect((await ask(shop.account.login, 'my {OLD} key')).text).toBe('[]')
    expect(await ask(shop.account.login, 'my {OLD} ke')).toMatchObject(keyInvalid)
  })

  it('is refused in the same words for a stranger, a disabled account and a foreign address', async () => {
    expect(await ask('nobody-here', guid())).toMatchObject(keyInvalid)
    const disabled = await aShop(gateway())
    await disableAccount(gateway().ctx, disabled.account, true)
    gateway().ctx.directory.forget()
    expect(await ask(disabled.account.login, guid())).toMatchObject(keyInvalid)
    const { account } = await aShop(gateway())
    await aKey(gateway(), account, guid(3), {}, ['192.0.2.0/24'])
    expect(await ask(account.login, guid(3))).toMatchObject(keyInvalid)
    expect((await ask(account.login, guid())).text).toBe('[]')
  })

  it('stops working once it is revoked, and another one goes on', async () => {
    const shop = await aShop(gateway())
    await aKey(gateway(), shop.account, guid(2))
    await revoke(gateway().ctx, shop.account, shop.credential.id)
    gateway().ctx.directory.forget()
    expect(await ask(shop.account.login, guid())).toMatchObject(keyInvalid)
    expect((await ask(shop.account.login, guid(2))).text).toBe('[]')
  })

  it('stands in no log line, right or wrong, nor where it is given as something else', async () => {
    const secret = 'f0000000-0000-4000-8000-00000000000f'
    const shop = await aShop(gateway(), {}, undefined, secret)
    await ask(shop.account.login, secret)
    await ask(shop.account.login, `${secret.slice(0, -1)}e`)
    await get(gateway(), shop, { action: 'confirm', ordernumber: secret.toUpperCase() })
    await get(gateway(), shop, { action: 'stocksync', sku: `x${secret}`, stocklevel: '1' })
    expect(gateway().logText()).toContain('<key>')
    expect(gateway().logText()).toContain('APIKEY is not the key')
    expect(gateway().logText().toLowerCase()).not.toContain(secret.slice(0, 20))
  })

  it('that is right is answered whatever was guessed before, and guesses in the same text', async () => {
    const shop = await aShop(gateway())
    const guesses = await Promise.all(
      Array.from({ length: 40 }, () => ask(shop.account.login, guid(9))),
    )
    for (const guess of guesses) expect(guess).toMatchObject(keyInvalid)
    expect((await get(gateway(), shop)).text).toBe('[]')
  })
})

describe('the native address', () => {
  it.each([
    '/mintsoft',
    '/mintsoft/',
    '/Mintsoft/API/',
    '/mintsoft/API/index.php',
    '/mintsoft/index.php',
  ])('%s is answered on the account’s own host', async (path) => {
    const { account } = await aShop(gateway())
    await tieHost(gateway().ctx, account, `${account.login}.example`)
    gateway().ctx.directory.forget()
    for (const host of [`${account.login}.brand.test`, `${account.login}.example:8080`]) {
      const request = `GET ${path}?APIKEY=${guid()} HTTP/1.1\r\nHost: ${host}\r\n\r\n`
      expect((await sendRaw(gateway().port, Buffer.from(request))).text).toBe('[]')
    }
  })

  it('leaves other paths alone', () => {
    for (const path of ['/mintsofts', '/', '/api/mintsoft']) {
      expect(mintsoft.matchNative(path, new URLSearchParams())).toBeUndefined()
    }
    const address = { host: 'x.brand.test', path: '/mintsoft/shop', query: '' }
    expect(findDestination(dialects, ['brand.test'], address)).toMatchObject({ login: 'shop' })
  })
})

describe('explaining a saved call', () => {
  const account: Account = {
    id: 1,
    login: 'shop',
    disabled: false,
    settings: accountSettingsSchema.parse({}),
  }
  const credential = {
    accountId: 1,
    id: 3,
    dialect: 'mintsoft',
    kind: 'key',
    publicPart: '',
    secret: guid(),
    ipList: [],
    validFrom: 0,
    validUntil: null,
    settings: {},
  }

  it.each([
    ['the key', `APIKEY=${guid()}`, '', true, 'Accepted, with credential 3.'],
    ['braces', `apikey=%7B${guid().toUpperCase()}%7D`, '', true, 'Accepted'],
    ['no key', '', '', false, 'there is no APIKEY'],
    ['another key', `APIKEY=${guid(2)}`, '', false, 'Refused: APIKEY is not the key.'],
    ['two keys', `APIKEY=${guid()}`, `APIKEY=${guid(2)}`, false, 'two values, or as an array'],
    ['another name', `api_key=${guid()}`, '', false, 'the parameter is called APIKEY'],
    ['no hyphens', `APIKEY=${guid().replaceAll('-', '')}`, '', false, 'lacks its hyphens'],
    ['a longer key', `APIKEY=${guid()}x`, '', false, 'further characters around it'],
    ['half a key', `APIKEY=${guid().slice(0, 18)}`, '', false, 'only a part of the key'],
    ['an unknown action', `APIKEY=${guid()}&action=list`, '', true, 'none of confirm'],
    ['a contradiction', `APIKEY=${guid()}&sku=a`, 'sku=b', true, 'sku came with two values'],
    ['a NUL', `APIKEY=${guid()}&sku=%00`, '', true, 'A NUL stands in a value'],
  ])('names %s, and never the key', (_name, query, body, accepted, words) => {
    const call = savedCall({ account, credentials: [credential], query, body })
    const explained = mintsoft.explain(call)
    const text = explained.lines.join('\n')
    expect(explained.accepted).toBe(accepted)
    expect(text).toContain(words)
    expect(text.toLowerCase()).not.toContain(guid())
  })

  it('tells of a body that is no form, and of an account without a key', () => {
    const call = { account, credentials: [], contentType: 'application/json', body: '{}' }
    const { lines } = mintsoft.explain(savedCall(call))
    expect(lines.join('\n')).toContain('The body is no form (application/json)')
    expect(lines.join('\n')).toContain('no key that works now')
  })

  it('gives address and newest key on the connection sheet', () => {
    const credentials = [credential, { ...credential, id: 4, secret: guid(4) }]
    const baseUrl = 'https://gw.test/mintsoft/shop'
    expect(mintsoft.connectionSheet({ account, baseUrl, credentials })).toEqual({
      url: baseUrl,
      key: guid(4),
    })
  })
})
