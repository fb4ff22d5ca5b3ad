import { describe, expect, it } from 'vitest'
import { consoleOn } from '../../commands/console.ts'
import { anAccount, anOrder } from '../../support/fixtures.ts'
import { useGateway } from '../../support/gateway.ts'
import { aFeed, listFeed } from './warehouse.ts'

const gateway = useGateway()

type Held = { number: number; reason: string; mend: string[] }

describe('an order that the warehouse list holds back', () => {
  it.each<[string, object, string[], string]>([
    ['no post code', { postcode: undefined }, ['shipping.postcode'], 'GU34 1HH'],
    ['no street', { line1: undefined }, ['shipping.line1'], '9 Mill Lane'],
    ['a country that nobody knows', { country: 'Albion' }, ['shipping.country'], 'England'],
    ['no country', { country: undefined }, ['shipping.country'], 'GB'],
    ['a town that is too long', { city: 'A'.repeat(1001) }, ['shipping.city'], 'Alton'],
  ])('with %s is found and mended with two commands', async (_what, lacks, mend, value) => {
    const { ctx } = gateway()
    const { account } = await anAccount(ctx)
    const feed = await aFeed(gateway(), account)
    const { run, runJson } = consoleOn(ctx)
    const whole = { line1: '9 Mill Lane', city: 'Alton', postcode: 'GU34 1HH', country: 'England' }
    const number = await anOrder(ctx, account, {
      lines: [{ code: 'mug', quantity: 1 }],
      billing: { ...whole, ...lacks },
      followUps: [{ kind: 'pay' }],
    })
    expect(await listFeed(feed)).toEqual([])
    const find = ['order', 'list', account.login, '--held']
    const held = await runJson<Held[]>([...find, '--json'])
    expect(held).toMatchObject([{ number, mend }])
    expect((await run(find)).out).toContain(`${mend[0]}=…`)

    const set = ['order', 'set', account.login, String(number), `${mend[0]}=${value}`]
    expect(await run(set)).toMatchObject({ code: 0, err: '' })
    expect(await runJson([...find, '--json'])).toEqual([])
    expect(await listFeed(feed)).toMatchObject([
      {
        ...{ OrderNumber: String(number), Address1: '9 Mill Lane', Town: 'Alton' },
        ...{ PostCode: 'GU34 1HH', Country: 'GB', FirstName: 'Ada' },
      },
    ])
  })

  it('for want of a name, or for its article, is mended in the same way', async () => {
    const { ctx } = gateway()
    const goods = [{ code: 'm'.repeat(80), title: 'Mug', price: 1n, type: 'physical' as const }]
    const { account } = await anAccount(ctx, { goods })
    const feed = await aFeed(gateway(), account)
    const { run, runJson } = consoleOn(ctx)
    const number = await anOrder(ctx, account, {
      lines: [{ code: 'm'.repeat(80), quantity: 1 }],
      buyer: { email: 'ada@example.com' },
      billing: { line1: 'a', city: 'b', postcode: 'c', country: 'GB' },
      followUps: [{ kind: 'pay' }],
    })
    const [held] = await runJson<Held[]>(['order', 'list', account.login, '--held', '--json'])
    expect(held?.mend).toEqual(['shipping.first-name', 'line.N.article'])
    const words = ['order', 'set', account.login, String(number)]
    await run([...words, 'shipping.first-name=Ada', 'line.1.article=MUG-01'])
    expect(await listFeed(feed)).toMatchObject([
      { FirstName: 'Ada', Address1: 'a', OrderItems: [{ SKU: 'MUG-01' }] },
    ])
  })
})
