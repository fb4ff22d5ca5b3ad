import { expect, test } from 'vitest'
import { copyAccount } from '../../src/core/copy-account.ts'
import { forgottenTables, notCopied } from '../../src/store/copy-account.ts'
import { leftOutTables, transferTables } from '../../src/store/transfer-tables.ts'
import { useBook } from '../support/book.ts'
import { aFullAccount } from '../support/full-account.ts'

const book = useBook()

test('every table is either copied, made anew, or left out for a reason', () => {
  expect(forgottenTables).toEqual([])
  const known = new Set([...transferTables.map(({ name }) => name), ...Object.keys(leftOutTables)])
  expect(Object.keys(notCopied).filter((name) => !known.has(name))).toEqual([])
})

test('a copy of an account with rows in every table has rows in those that are copied, alike', async () => {
  const { ctx, database } = book()
  const { sql } = database
  const { account: from } = await aFullAccount(ctx, sql, 'full')
  const { account, rows } = await copyAccount(ctx, from, 'full-copy', { test: false })
  for (const { name, accountColumn, columns } of transferTables) {
    if (name === 'accounts') continue
    const read = async (id: number) => {
      const found = await sql.unsafe(
        `select ${columns.map((one) => `${one}::text`).join(', ')} from ${name}
        where ${accountColumn} = $1`,
        [id],
      )
      return found.map((row) => JSON.stringify(row)).sort()
    }
    const [theirs, own] = [await read(from.id), await read(account.id)]
    expect([name, theirs.length > 0]).toEqual([name, true])
    if (name in rows) expect([name, own]).toEqual([name, theirs])
    else if (name === 'counters' || name === 'account_events') expect(own).not.toEqual(theirs)
    else expect([name, own]).toEqual([name, []])
  }
  expect(Object.keys(rows).sort()).toEqual([
    'categories',
    'coupons',
    'product_categories',
    'products',
    'shops',
    'stock',
  ])
})
