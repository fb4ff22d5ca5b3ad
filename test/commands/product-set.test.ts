import { beforeAll, describe, expect, it } from 'vitest'
import { useConsole } from './console.ts'

const at = useConsole()
const shown = async () => at().runJson<Record<string, unknown>[]>('product list shop --json')

describe('product set', () => {
  beforeAll(async () => {
    await at().run('account add shop')
    await at().run('product import shop -', { stdin: 'code,price,enabled\nmug,10,no\npen,2,yes\n' })
  })

  it('changes what is named and nothing else', async () => {
    const { code, out } = await at().run('product set shop mug enabled=yes price=12,90')
    expect([code, out]).toEqual([0, '"mug" is changed.'])
    expect(await shown()).toMatchObject([
      { code: 'mug', price: '12.90', enabled: true, title: 'mug' },
      { code: 'pen', price: '2.00', enabled: true },
    ])
    expect((await at().run('product set shop mug enabled=yes')).out).toBe('"mug" is so already.')
  })

  it.each([
    ['a product that is not there', 'nobody price=1', 'product'],
    ['a bad amount', 'mug price=much', 'nothing was changed: the price "much" is no amount'],
    ['another code', 'mug code=cup', '"code" cannot be set'],
    ['an unknown field', 'mug colour=red', '"colour" cannot be set'],
    ['nothing', 'mug', 'nothing to set'],
  ])('refuses %s, and changes nothing', async (_what, words, reason) => {
    const before = await shown()
    const { code, err } = await at().run(`product set shop ${words}`)
    expect(code).toBe(1)
    expect(err).toContain(reason)
    expect(await shown()).toEqual(before)
  })
})
