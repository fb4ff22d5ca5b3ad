import { beforeAll, describe, expect, it } from 'vitest'
import { optionsText, takeOptionArticles } from '../../src/commands/product-options.ts'
import { saveGoods } from '../../src/core/goods.ts'
import type { Account } from '../../src/model/account.ts'
import { anAccount } from '../support/fixtures.ts'
import { useConsole } from './console.ts'

const at = useConsole()

describe('an article of options', () => {
  it.each<[string, Readonly<Record<string, string>>, string | null]>([
    ['article[Size=XL]=TS-XL', { Size: 'XL' }, 'TS-XL'],
    ['article[Size=XL; Colour = red ]= TS ', { Size: 'XL', Colour: 'red' }, 'TS'],
    ['article[Text=a=b]=T', { Text: 'a=b' }, 'T'],
    ['article[Size=S\\;M]=T', { Size: 'S;M' }, 'T'],
    ['article[Size=[XL]]=T', { Size: '[XL]' }, 'T'],
    ['article[Size=XL]=', { Size: 'XL' }, null],
  ])('reads %s', (text, options, article) => {
    expect(takeOptionArticles([text, 'price=1'])).toEqual({
      changes: [{ options, article }],
      others: ['price=1'],
    })
    expect(takeOptionArticles([`article[${optionsText(options)}]=x`]).changes).toEqual([
      { options, article: 'x' },
    ])
  })

  it.each([
    ['article[Size=XL', 'is no article of options'],
    ['article[]=T', 'is no option=value'],
    ['article[Size]=T', 'is no option=value'],
    ['article[Size=]=T', 'is no option=value'],
    ['article[Size=S;Size=M]=T', 'names the option "Size" twice'],
    ['article[Size=S;size=M]=T', 'names the option "size" twice'],
    ['article[__proto__=S]=T', 'an option cannot have that name'],
    [`article[Size=S]=${'x'.repeat(256)}`, 'longer than 255'],
  ])('refuses %s', (text, reason) => {
    expect(() => takeOptionArticles([text])).toThrow(reason)
  })
})

describe('product set article[…]', () => {
  let account: Account
  const terms = {
    options: [
      {
        ...{ id: 5, optionId: 11, name: 'Size', type: 'select' },
        values: [{ id: 17, optionValueId: 48, name: 'XL' }],
      },
    ],
  }
  const shirt = { code: 'shirt', title: 'Shirt', price: 100_000n, terms }
  beforeAll(async () => {
    account = (await anAccount(at().ctx, { login: 'wear', goods: [shirt] })).account
  })
  const set = (...texts: string[]) => at().run(['product', 'set', 'wear', 'shirt', ...texts])
  const shown = () => at().runJson<Record<string, unknown>>('product show wear shirt --json')

  it('keeps the articles with the product, through an import, and takes one away', async () => {
    const one = { options: { Size: 'XL' }, article: 'TS-XL' }
    const other = { options: { Size: 'XL', Colour: 'red' }, article: 'TS-XL-RED' }
    expect((await set('article[Size=XL]=TS-XL', 'article[Size=XL;Colour=red]=TS-XL-RED')).out).toBe(
      '"shirt" is changed.',
    )
    expect((await set('article[size=xl]=TS-XL')).code).toBe(0)
    expect((await set('article[Size=XL]=TS-XL')).code).toBe(0)
    expect((await set('article[Size=XL]=TS-XL')).out).toBe('"shirt" is so already.')
    expect(await saveGoods(at().ctx, account, [shirt])).toEqual(['same'])
    expect(await saveGoods(at().ctx, account, [{ ...shirt, price: 1n }])).toEqual(['changed'])
    expect(await shown()).toMatchObject({
      ...{ code: 'shirt', price: '0.0001', options: [{ name: 'Size', values: ['XL'] }] },
      optionArticles: [one, other],
    })
    const { out } = await at().run('product show wear shirt')
    expect(out).toMatch(/^TS-XL-RED +Size=XL; Colour=red$/m)
    const [listed] = await at().runJson<{ terms: object }[]>('product list wear --json')
    expect(listed?.terms).toMatchObject({ optionArticles: [one, other] })
    await set('article[Size=XL]=')
    expect(await shown()).toMatchObject({ optionArticles: [other], options: [{ name: 'Size' }] })
  })

  it('refuses what is none, and changes nothing', async () => {
    const before = await shown()
    const { code, err } = await set('article[Size=XL]=A', 'article[Size]=B')
    expect([code, err]).toEqual([1, expect.stringContaining('is no option=value')])
    expect(await shown()).toEqual(before)
  })
})
