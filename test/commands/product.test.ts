import { beforeAll, describe, expect, it } from 'vitest'
import { getAccount } from '../../src/core/accounts.ts'
import { removeGood } from '../../src/core/goods.ts'
import { useConsole } from './console.ts'

const at = useConsole()

type Product = { id: number; code: string } & Record<string, unknown>
type Tally = { added: number; changed: number; same: number; bad: unknown[] }

const catalogue = async (login: string) => {
  const list = await at().runJson<Product[]>(`product list ${login} --json`)
  return new Map(list.map((product) => [product.code, product]))
}
const importText = (login: string, text: string | Uint8Array, more = '') =>
  at().run(`product import ${login} -${more}`, { stdin: text })

describe('product import of CSV', () => {
  beforeAll(async () => {
    for (const login of ['csv', 'json', 'goods', 'bad', 'ids', 'long']) {
      await at().run(`account add ${login}`)
    }
  })

  it('adds, changes and leaves alone by code', async () => {
    at().files.set(
      'goods.csv',
      '\uFEFFCode;Title;Price;Type;Stock;Category;SKU;Model;Enabled\r\n' +
        'mug;"Mug ""large"";\r\nblue";12,90;physical;-3;Kitchen|Gifts;MUG-01;M1;yes\r\n' +
        'pack;Pack;1500;digital;;;;;no\r\n',
    )
    const words = 'product import csv goods.csv --json'
    expect(await at().runJson<Tally>(words)).toEqual({ added: 2, changed: 0, same: 0, bad: [] })
    const first = await catalogue('csv')
    expect(first.get('mug')).toMatchObject({
      title: 'Mug "large";\r\nblue',
      price: '12.90',
      type: 'physical',
      stock: -3,
      sku: 'MUG-01',
      model: 'M1',
      article: 'MUG-01',
      enabled: true,
    })
    expect(first.get('pack')).toMatchObject({ price: '1500.00', stock: null, enabled: false })
    await at().run(words)
    expect(await catalogue('csv')).toEqual(first)
    const next = 'code,price,title\npack,1499.5,\n'
    expect((await importText('csv', next)).out).toBe('0 added, 1 changed, 0 as they were.')
    expect((await catalogue('csv')).get('pack')).toMatchObject({ price: '1499.50', title: 'Pack' })
    expect((await importText('csv', next)).out).toBe('0 added, 0 changed, 1 as they were.')
  })

  it('reads windows-1251, as spreadsheets still write it', async () => {
    const bytes = [...Buffer.from('code;title\nkniga;'), 0xca, 0xed, 0xe8, 0xe3, 0xe0]
    await importText('csv', Uint8Array.from(bytes))
    expect((await catalogue('csv')).get('kniga')).toMatchObject({ title: 'Книга' })
  })

  it("reads the UTF-16 of a spreadsheet's Unicode text", async () => {
    await importText('csv', Buffer.from('\uFEFFcode\ttitle\r\nliber\tКнига\r\n', 'utf16le'))
    expect((await catalogue('csv')).get('liber')).toMatchObject({ title: 'Книга' })
  })

  it('says which columns it has no use for', async () => {
    const { code, err } = await importText('csv', 'code,vendor,price\nplain,Acme,1\n')
    expect([code, err]).toEqual([0, 'Not used: vendor'])
  })

  it('shows how far a long file is', async () => {
    const rows = Array.from({ length: 1200 }, (_, index) => `p${index},${index}`)
    const { code, err } = await importText('long', `code,price\n${rows.join('\n')}\n`)
    expect([code, err]).toEqual([0, '500 of 1200 products\n1000 of 1200 products'])
    expect((await catalogue('long')).size).toBe(1200)
  })
})

describe('product import of bad rows', () => {
  const text = [
    'code,price,type,stock,enabled,id',
    'fine,1,physical,1,yes,7',
    ',2,,,,',
    'a,lots,,,,',
    'b,-1,stone,x,perhaps,0',
    'fine,3,,,,',
    'c,1,,,,7',
    'd,100000000000,,3000000000,,',
  ].join('\n')

  it('names each with its line and reason, and imports nothing', async () => {
    const { code, out, err } = await importText('bad', text)
    expect([code, out]).toEqual([1, ''])
    expect(err.split('\n')).toEqual([
      'line 3: it has no code',
      'line 4: the price "lots" is no amount; write 1500 or 12.90',
      'line 5: the price "-1" is no amount; write 1500 or 12.90; ' +
        'the type "stone" is neither physical nor digital; the stock "x" is no whole number; ' +
        'enabled is "perhaps"; write yes or no; the id is no whole number from 1 on',
      'line 6: the code "fine" stands in line 2 already',
      'line 7: the id 7 stands in line 2 already',
      'line 8: the price "100000000000" is no amount; write 1500 or 12.90; ' +
        'the stock "3000000000" is no whole number',
      'countersign: nothing was imported: 6 of 7 rows cannot be used ' +
        '(--skip-bad imports the others)',
    ])
    expect((await catalogue('bad')).size).toBe(0)
  })

  it('imports the others with --skip-bad', async () => {
    const { code, out } = await importText('bad', text, ' --skip-bad')
    expect([code, out]).toEqual([0, '1 added, 0 changed, 0 as they were, 6 left out.'])
    expect([...(await catalogue('bad')).keys()]).toEqual(['fine'])
  })

  it.each([
    ['an empty file', '', 'the file is empty'],
    ['a header alone', 'code,price\n', 'the file has no products in it'],
    ['no code column', 'name,price\nx,1\n', 'the header line has no column "code"'],
    ['a column twice', 'code,price,good_sum\n', 'names the column "price" twice'],
    ['an open quote', 'code\n"x\n', 'line 2: a quote that is opened here is never closed'],
    ['broken JSON', '[{"code":', 'the file is no JSON'],
    ['a refusal', '{"error_code":700,"result":[]}', 'the file has no products in it'],
    ['another refusal', '{"error_code":"4"}', 'the file is a refusal (error_code 4)'],
    ['other JSON', '{"goods":{}}', 'neither a list of products nor a "result"'],
  ])('refuses %s with the reason', async (_what, file, reason) => {
    const { code, err } = await importText('bad', file)
    expect(code).toBe(1)
    expect(err).toContain(reason)
    expect((await catalogue('bad')).size).toBe(1)
  })
})

describe('product import of JSON', () => {
  it('takes a list of objects with the same names', async () => {
    const items = [
      { code: 'mug', title: 'Mug', price: 12.9, stock: 5, category: ['Kitchen'], enabled: false },
      { code: 'pack', price: '1500', type: 'digital', stock: null },
    ]
    await importText('json', JSON.stringify(items))
    const list = await catalogue('json')
    expect(list.get('mug')).toMatchObject({ price: '12.90', stock: 5, enabled: false })
    expect(list.get('pack')).toMatchObject({ price: '1500.00', type: 'digital', stock: null })
  })

  it('names a bad item by its place', async () => {
    const { code, err } = await importText('json', '[{"code":"x"},{"title":"y"},5]')
    expect(code).toBe(1)
    expect(err).toContain('item 2: it has no code\nitem 3: it has no code')
  })

  it("takes GetAllGoods' own answer, and keeps the ids", async () => {
    const result = [
      {
        good_id: '12549',
        good_name: 'payment',
        good_title: 'Training',
        good_sum: '3900.00',
        good_type: '',
      },
      { good_id: 300, good_name: 'book', good_title: 'Book', good_sum: 990, good_type: 1 },
      { good_id: 301, good_name: 'file', good_title: 'File', good_sum: '0', good_type: '0' },
    ]
    const answer = { error_code: 0, error_text: 'OK', result, hash: 'x' }
    expect((await importText('goods', JSON.stringify(answer))).code).toBe(0)
    const first = await catalogue('goods')
    expect(first.get('payment')).toMatchObject({ id: 12_549, price: '3900.00', type: 'digital' })
    expect(first.get('book')).toMatchObject({ id: 300, type: 'physical' })
    expect(first.get('file')).toMatchObject({ id: 301, type: 'digital' })
    const again = await importText('goods', JSON.stringify(result))
    expect(again.out).toBe('0 added, 0 changed, 3 as they were.')
    expect(await catalogue('goods')).toEqual(first)
  })
})

describe('product import of ids', () => {
  it('gives rows without an id none that another row brings along', async () => {
    const { code } = await importText('ids', 'code,id\nfree,\nnamed,1\n')
    expect(code).toBe(0)
    expect((await catalogue('ids')).get('named')?.id).toBe(1)
  })

  it("refuses another product's id, and another id for a product", async () => {
    const before = await catalogue('ids')
    const { code, err } = await importText('ids', 'code,id\nother,1\nnamed,9\n')
    expect(code).toBe(1)
    expect(err).toContain('line 2: the id 1 belongs to the product "named"')
    expect(err).toContain('line 3: the product "named" has the id 1')
    expect(await catalogue('ids')).toEqual(before)
  })

  it("names a row whose id was a deleted product's, and imports the others", async () => {
    const { ctx } = at()
    await removeGood(ctx, await getAccount(ctx, 'ids'), 'named')
    const { code, out, err } = await importText('ids', 'code,id\nheir,1\nother,\n')
    expect([code, out]).toEqual([1, '1 added, 0 changed, 0 as they were, 1 left out.'])
    expect(err).toBe('line 2: its id belongs to another product')
    expect((await catalogue('ids')).has('heir')).toBe(false)
  })
})
