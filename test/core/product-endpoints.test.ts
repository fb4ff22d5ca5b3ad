import { beforeEach, describe, expect, it } from 'vitest'
import { changeOrder } from '../../src/core/change-order.ts'
import { addGood, findGood, removeGood, saveGoods } from '../../src/core/goods.ts'
import type { Account } from '../../src/model/account.ts'
import type { ProductChange, ProductEndpoint } from '../../src/model/product.ts'
import { useBook } from '../support/book.ts'
import { anAccount, anOrder } from '../support/fixtures.ts'
import { anEndpoint, toldOf } from './endpoints-told.ts'

const book = useBook()
const author = { via: 'operator', credentialId: null }

let account: Account
beforeEach(async () => {
  account = (await anAccount(book().ctx)).account
})

/** A public address, so that no test asks a name server. */
const at = (path: string): string => `https://93.184.215.14/${path}`
const placed = (url: string | null): ProductEndpoint => ({
  format: 'standard',
  types: ['order.placed'],
  url,
})
const later = (url: string | null): ProductEndpoint => ({
  format: 'standard',
  types: ['order.paid', 'order.cancelled'],
  url,
})

const save = (...changes: ProductChange[]) => saveGoods(book().ctx, account, changes)

async function endpoints() {
  const rows = await book().database.sql`
    select e.id, e.url, e.types, e.of_products, e.secret, e.disabled_why,
      coalesce(array_agg(p.code order by p.code) filter (where p.code is not null), '{}') as codes
    from endpoints e
    left join product_endpoints l on l.account_id = e.account_id and l.endpoint_id = e.id
    left join products p on p.account_id = l.account_id and p.id = l.product_id
    where e.account_id = ${account.id} group by e.account_id, e.id order by e.id`
  return rows.map((row) => ({ ...row }))
}

const urls = async () => (await endpoints()).map(({ url, codes }) => [url, codes])

describe('a product that names a URL', () => {
  it('makes one endpoint a URL and purpose, which others share', async () => {
    expect(
      await save(
        { code: 'invoice', endpoints: [placed(at('a')), later(at('a'))] },
        { code: 'sales', endpoints: [later(at('a'))] },
      ),
    ).toEqual(['changed', 'changed'])
    await save({ code: 'mug', endpoints: [placed(at('a')), later(at('b'))] })
    const shared = { of_products: true, secret: null, disabled_why: null }
    expect(await endpoints()).toMatchObject([
      { ...shared, url: at('a'), types: ['order.placed'], codes: ['invoice', 'mug'] },
      {
        ...shared,
        url: at('a'),
        types: ['order.paid', 'order.cancelled'],
        codes: ['invoice', 'sales'],
      },
      { ...shared, url: at('b'), codes: ['mug'] },
    ])
  })

  it('loses what it names anew or not any more, and keeps what the change does not name', async () => {
    await save({ code: 'mug', endpoints: [placed(at('a')), later(at('a'))] })
    await save({ code: 'mug', endpoints: [placed(at('b'))] })
    const moved = [
      [at('a'), []],
      [at('a'), ['mug']],
      [at('b'), ['mug']],
    ]
    expect(await urls()).toEqual(moved)
    expect(await save({ code: 'mug', title: 'Mug' }, { code: 'mug', endpoints: [] })).toEqual([
      'changed',
      'same',
    ])
    expect(await urls()).toEqual(moved)
    await save({ code: 'mug', endpoints: [later(null), placed(at('a'))] })
    expect(await urls()).toEqual([
      [at('a'), ['mug']],
      [at('a'), []],
      [at('b'), []],
    ])
  })

  it('is the same where it names the same, and ends as the last change of a batch says', async () => {
    await save({ code: 'mug', endpoints: [placed(at('a'))] })
    expect(
      await save(
        { code: 'mug', endpoints: [placed(at('a')), later(null)] },
        { code: 'mug', endpoints: [placed(at('b'))] },
        { code: 'mug', endpoints: [placed(at('a')), placed(at('c'))] },
        { code: 'mug', endpoints: [placed(at('c'))] },
      ),
    ).toEqual(['same', 'changed', 'changed', 'same'])
    expect(await urls()).toEqual([
      [at('a'), []],
      [at('c'), ['mug']],
    ])
  })

  it('is told of at most one place for a type, though types were bundled otherwise before', async () => {
    await save({ code: 'mug', endpoints: [later(at('a'))] })
    await save({ code: 'mug', endpoints: [{ ...placed(at('b')), types: ['order.paid'] }] })
    expect(await urls()).toEqual([
      [at('a'), []],
      [at('b'), ['mug']],
    ])
  })

  it('is added twice by the same call, also where it stood there without its endpoint', async () => {
    const { ctx } = book()
    const change = { code: 'cup', title: 'Cup', price: 10n, type: 'physical' as const }
    await addGood(ctx, account, change)
    const naming = { ...change, endpoints: [placed(at('a'))] }
    await addGood(ctx, account, naming)
    await addGood(ctx, account, naming)
    expect(await urls()).toEqual([[at('a'), ['cup']]])
    const other = { ...naming, title: 'A cup', endpoints: [placed(at('b'))] }
    await expect(addGood(ctx, account, other)).rejects.toMatchObject({ code: 'product-exists' })
    expect(await urls()).toEqual([[at('a'), ['cup']]])
  })

  it('makes one endpoint though many calls come at once', async () => {
    const codes = Array.from({ length: 12 }, (_, index) => `p${index}`)
    await Promise.all(codes.map((code) => save({ code, endpoints: [placed(at('a'))] })))
    expect(await urls()).toEqual([[at('a'), codes.sort()]])
  })

  it('is saved though the URL is refused, with an endpoint that says why', async () => {
    const refused = [
      'http://93.184.215.14/',
      'https://10.0.0.7/',
      'no url at all',
      'x'.repeat(9000),
    ]
    for (const url of refused) {
      expect(
        await save({ code: 'mug', title: url.slice(0, 50), endpoints: [placed(url)] }),
      ).toEqual(['changed'])
    }
    const found = await endpoints()
    expect(found.map(({ url }) => url)).toEqual(refused)
    expect(found.map(({ disabled_why }) => disabled_why)).toEqual([
      expect.stringContaining('NOTICES_HTTP'),
      expect.stringContaining('10.0.0.7'),
      expect.stringContaining('no URL'),
      expect.stringContaining('no URL'),
    ])
    await anOrder(book().ctx, account, { lines: [{ code: 'mug', quantity: 1 }] })
    expect(await toldOf(book(), account)).toEqual([])
  })

  it('does not enable what the operator has disabled', async () => {
    await save({ code: 'mug', endpoints: [placed(at('a'))] })
    await book().database.sql`
      update endpoints set disabled_at = now(), disabled_why = 'the operator'
      where account_id = ${account.id}`
    await save({ code: 'sales', endpoints: [placed(at('a'))] })
    expect(await endpoints()).toMatchObject([
      { disabled_why: 'the operator', codes: ['mug', 'sales'] },
    ])
  })

  it('is not written where its endpoint cannot be', async () => {
    const wrong = { ...placed(at('a')), format: 'st\0andard' }
    await expect(save({ code: 'mug', title: 'Other', endpoints: [wrong] })).rejects.toThrow()
    expect((await findGood(book().ctx, account, 'mug')).title).toBe('Stoneware mug')
    expect(await endpoints()).toEqual([])
  })
})

describe('the endpoint of a product', () => {
  const sold = (...codes: string[]) => ({ lines: codes.map((code) => ({ code, quantity: 1 })) })
  const told = async () =>
    (await toldOf(book(), account)).map(({ endpoint, number, type }) => [endpoint, number, type])

  it('is told once of orders with a product that names it, and of no others', async () => {
    const { ctx } = book()
    await save(
      { code: 'invoice', endpoints: [placed(at('a')), later(at('p'))] },
      { code: 'sales', endpoints: [placed(at('a')), later(null)] },
    )
    const all = await anEndpoint(book(), account, { types: ['order.paid'] })
    const both = await anOrder(ctx, account, sold('invoice', 'sales', 'invoice'))
    const mug = await anOrder(ctx, account, sold('mug'))
    const sales = await anOrder(ctx, account, sold('sales'))
    for (const number of [both, mug, sales]) {
      await changeOrder(ctx, account, { number, command: { kind: 'pay' }, author })
    }
    expect(await told()).toEqual([
      [1, both, 'order.placed'],
      [2, both, 'order.paid'],
      [all, both, 'order.paid'],
      [all, mug, 'order.paid'],
      [1, sales, 'order.placed'],
      [all, sales, 'order.paid'],
    ])
  })

  it('hears nothing once no product names it, and of old orders of one that is gone', async () => {
    const { ctx } = book()
    await save(
      { code: 'mug', endpoints: [later(at('a'))] },
      { code: 'sales', endpoints: [later(at('b'))] },
    )
    const [mug, sales] = [
      await anOrder(ctx, account, sold('mug')),
      await anOrder(ctx, account, sold('sales')),
    ]
    await save({ code: 'mug', endpoints: [later(null)] })
    await removeGood(ctx, account, 'sales')
    for (const number of [mug, sales]) {
      await changeOrder(ctx, account, { number, command: { kind: 'pay' }, author })
    }
    expect(await told()).toEqual([[2, sales, 'order.paid']])
  })

  it('is told of an order by the products that an edit leaves in it', async () => {
    const { ctx } = book()
    await save({ code: 'mug', endpoints: [later(at('a'))] })
    const [number, other] = [
      await anOrder(ctx, account, sold('invoice')),
      await anOrder(ctx, account, sold('mug')),
    ]
    const [own] = await book().database.sql<{ product_id: number }[]>`
      select product_id from order_lines where account_id = ${account.id} and number = ${other}`
    const line = {
      position: 1,
      productId: own?.product_id ?? null,
      code: 'mug',
      article: 'MUG-01',
      title: 'Stoneware mug',
      productType: 'physical' as const,
      quantity: 1,
      unitPrice: 129_000n,
      unitTax: 0n,
      cataloguePrice: 129_000n,
      options: [],
    }
    const nameless = { ...line, position: 2, productId: null }
    await Promise.all([
      changeOrder(ctx, account, { number, command: { kind: 'pay' }, author }),
      changeOrder(ctx, account, {
        number,
        command: { kind: 'edit', content: { lines: [line, nameless] } },
        author,
      }),
      changeOrder(ctx, account, {
        number: other,
        command: { kind: 'edit', content: { lines: [{ ...line, productId: null }] } },
        author,
      }),
    ])
    await changeOrder(ctx, account, { number: other, command: { kind: 'pay' }, author })
    expect(await told()).toEqual([[1, number, 'order.paid']])
  })

  it('of another account hears nothing, whatever its number', async () => {
    const other = (await anAccount(book().ctx)).account
    await save({ code: 'invoice', endpoints: [placed(at('a'))] })
    await anOrder(book().ctx, other, sold('invoice'))
    expect([await toldOf(book(), other), await told()]).toEqual([[], []])
  })
})
