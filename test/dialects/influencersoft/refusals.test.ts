import { describe, expect, it } from 'vitest'
import { addCredential } from '../../../src/core/credentials.ts'
import { setDisabled } from '../../../src/store/accounts.ts'
import { anAccount, anOrder, type TestAccount } from '../../support/fixtures.ts'
import { useGateway } from '../../support/gateway.ts'
import { call, checked, countOrders, md5, post, signedBody } from './client.ts'

const gateway = useGateway()

function pathOf({ account }: TestAccount, name: string) {
  return `/influencersoft/${account.login}/api/${name}`
}

describe('before the function', () => {
  it('answers 5 for an account that does not exist, signed with an empty secret', async () => {
    const response = await post(gateway(), '/influencersoft/nobody-here/api/GetAllGoods', 'hash=x')
    const answered = await checked(response, '')
    expect(answered).toMatchObject({ status: 200, code: 5, errorText: 'Invalid user name' })
    expect(answered.headers.get('webhook-signature')).toBeNull()
  })

  it('answers 7 for a disabled account, whatever the hash', async () => {
    const shop = await anAccount(gateway().ctx)
    await setDisabled(gateway().ctx.database.db, shop.account.id, 1)
    const answered = await call(gateway(), shop, 'GetAllGoods')
    expect(answered).toMatchObject({ code: 7, errorText: 'Account disabled' })
  })

  it('answers 6 with the address outside of the key’s list, before it looks at the hash', async () => {
    const shop = await anAccount(gateway().ctx, { ipList: ['192.0.2.0/24'] })
    const response = await post(gateway(), pathOf(shop, 'GetAllGoods'), 'hash=wrong')
    const answered = await checked(response, shop.credential.secret)
    expect(answered).toMatchObject({ code: 6, errorText: 'Permission denied for ip 127.0.0.1' })
  })

  it.each([
    ['an empty body', 2, ''],
    ['no hash', 1, 'bill_id=1&status=paid&date=1700000000'],
    ['a wrong hash', 4, `bill_id=1&hash=${'0'.repeat(32)}`],
    ['an empty hash', 4, 'bill_id=1&hash='],
    ['hash as an array', 4, `bill_id=1&hash[]=${'0'.repeat(32)}`],
    ['two hashes', 4, `hash=${'0'.repeat(32)}&hash=${'1'.repeat(32)}`],
    ['1,001 pairs', 4, `${'a=1&'.repeat(1001)}hash=${'0'.repeat(32)}`],
    ['a name 65 deep', 4, `a${'[x]'.repeat(65)}=1&hash=${'0'.repeat(32)}`],
    ['a NUL in a name', 4, `a%00b=1&hash=${'0'.repeat(32)}`],
    ['2 MB', 3, `a=${'x'.repeat(2_000_000)}`],
  ])('answers %s with code %i in a signed envelope', async (_, code, body) => {
    const shop = await anAccount(gateway().ctx)
    const response = await post(gateway(), pathOf(shop, 'UpdateOrderStatus'), body)
    const answered = await checked(response, shop.credential.secret)
    expect(answered).toMatchObject({ status: 200, code, result: [] })
  })

  it('answers 2 to GET and to JSON', async () => {
    const shop = await anAccount(gateway().ctx)
    const { account, credential } = shop
    const body = signedBody({}, account.login, credential.secret)
    const got = await fetch(`${gateway().url}${pathOf(shop, 'GetAllGoods')}?${body}`)
    expect(await checked(got, credential.secret)).toMatchObject({ status: 200, code: 2 })
    const json = await post(gateway(), pathOf(shop, 'GetAllGoods'), '{"a":1}', 'application/json')
    expect(await checked(json, credential.secret)).toMatchObject({ status: 200, code: 2 })
  })

  it('answers an unknown function with 404 and an envelope', async () => {
    const shop = await anAccount(gateway().ctx)
    expect(await call(gateway(), shop, 'GetProducts')).toMatchObject({ status: 404, code: 3 })
    // A function of the other API is none of this one.
    expect(await call(gateway(), shop, 'addtagtolead')).toMatchObject({ code: 8 })
    expect(await call(gateway(), shop, 'getgoods')).toMatchObject({ status: 404, code: 3 })
  })

  it('answers 3 to a rightly signed NUL in a value, and does nothing', async () => {
    const shop = await anAccount(gateway().ctx)
    const answered = await call(gateway(), shop, 'CreateOrder', {
      bill_email: 'ada@example.com',
      bill_comment: 'a\0b',
      goods: [{ good_name: 'invoice' }],
    })
    expect(answered.code).toBe(3)
    expect(await countOrders(gateway(), shop)).toBe(0)
  })

  it('logs why a proof was refused, and neither hash nor secret', async () => {
    const shop = await anAccount(gateway().ctx)
    const body = `bill_id=77&hash=${md5('no such text')}`
    await post(gateway(), pathOf(shop, 'UpdateOrderStatus'), body)
    const line = gateway()
      .logText()
      .split('\n')
      .find((one) => one.includes(shop.account.login))
    expect(line).toContain('hash fits no reading of the body')
    expect(gateway().logText()).not.toContain(md5('no such text'))
    expect(gateway().logText()).not.toContain(shop.credential.secret)
  })
})

describe('a proved call', () => {
  it.each(['UPDATEORDERSTATUS', 'updateorderstatus', 'UpdateOrderStatus/'])(
    'reaches its function as %s',
    async (name) => {
      const shop = await anAccount(gateway().ctx)
      expect(await call(gateway(), shop, name)).toMatchObject({ code: 203 })
    },
  )

  it('is taken as multipart too', async () => {
    const shop = await anAccount(gateway().ctx)
    const number = await anOrder(gateway().ctx, shop.account)
    const form = new FormData()
    form.set('bill_id', String(number))
    const text = `bill_id=${number}::${shop.account.login}::${shop.credential.secret}`
    form.set('hash', md5(text))
    const response = await post(gateway(), pathOf(shop, 'GetOrderInfo'), form)
    const answered = await checked(response, shop.credential.secret)
    expect(answered).toMatchObject({ code: 0, result: { id: number } })
  })

  it('is answered over two keys with the one that proved it', async () => {
    const shop = await anAccount(gateway().ctx)
    const fresh = await addCredential(gateway().ctx, shop.account, {
      dialect: 'influencersoft',
      kind: 'key',
      publicPart: '',
      secret: 'a fresh key of the same shop',
      ipList: [],
    })
    gateway().ctx.directory.forget()
    const renewed = { account: shop.account, credential: fresh }
    expect(await call(gateway(), renewed, 'GetAllGoods')).toMatchObject({ code: 0 })
    expect(await call(gateway(), shop, 'GetAllGoods')).toMatchObject({ code: 0 })
  })

  it('carries a Standard Webhooks signature with an id of its own', async () => {
    const shop = await anAccount(gateway().ctx)
    const answers = [
      await call(gateway(), shop, 'GetAllGoods'),
      await call(gateway(), shop, 'GetAllGoods'),
    ]
    const ids = answers.map(({ headers }) => headers.get('webhook-id'))
    expect(new Set(ids).size).toBe(2)
    expect(answers[0]?.headers.get('webhook-signature')).toMatch(/^v1,/)
  })

  it('is reached without /api on a host of the account, as the docs’ own sample does', async () => {
    const inner = await anAccount(gateway().ctx)
    const { account, credential } = inner
    const body = signedBody({ email: 'x@y.zz' }, account.login, credential.secret)
    const response = await post(gateway(), `/influencersoft/${account.login}/GetBills`, body)
    expect(await checked(response, credential.secret)).toMatchObject({ code: 400 })
  })

  it('hears nothing of a bug but code 8, and the log names no value', async () => {
    const shop = await anAccount(gateway().ctx)
    await gateway().database.sql.unsafe(`
      create function fail_for_${shop.account.id}() returns trigger language plpgsql as $$
      begin raise exception 'a secret detail'; end $$;
      create trigger fail_${shop.account.id} before insert on orders
      for each row when (new.account_id = ${shop.account.id})
      execute function fail_for_${shop.account.id}()`)
    const answered = await call(gateway(), shop, 'CreateOrder', {
      bill_email: 'grace@example.com',
      goods: [{ good_name: 'invoice' }],
    })
    expect(answered).toMatchObject({ status: 200, code: 8, result: [] })
    expect(answered.text).not.toContain('secret detail')
    expect(gateway().logText()).toContain('"sqlState":"P0001"')
    expect(gateway().logText()).not.toContain('secret detail')
    expect(gateway().logText()).not.toContain('grace@example.com')
    expect(await countOrders(gateway(), shop)).toBe(0)
  })
})
