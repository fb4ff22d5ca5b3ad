import { expect } from 'vitest'
import type { Account } from '../../src/model/account.ts'
import type { TestBook } from '../support/book.ts'

type Book = Pick<TestBook, 'database'>

/** An endpoint of an account, past every command. Returns its id. */
export async function anEndpoint(
  { database }: Book,
  account: Account,
  change: { format?: string; types?: readonly string[]; disabled?: boolean } = {},
): Promise<number> {
  const { format = 'standard', types = null, disabled = false } = change
  const { sql } = database
  const [row] = await sql<{ id: number }[]>`
    insert into endpoints (account_id, id, url, format, types, created_at, disabled_at)
    select ${account.id}, coalesce(max(id), 0) + 1, 'https://shop.example.com/', ${format},
      ${types === null ? null : sql.json(types)}, now(), ${disabled ? sql`now()` : null}
    from endpoints where account_id = ${account.id}
    returning id`
  return row?.id ?? 0
}

export type ToldRow = {
  readonly endpoint: number
  readonly number: number
  readonly seq: number
  readonly part: number
  readonly type: string
  readonly body: string
}

/** What an account's endpoints are to be told, in the committer's order. */
export async function toldOf({ database }: Book, account: Account): Promise<ToldRow[]> {
  const rows = await database.sql<(ToldRow & { state: string })[]>`
    select endpoint_id as endpoint, number, seq, part, type, body, state from deliveries
    where account_id = ${account.id} order by number, endpoint_id, seq, part`
  for (const { state } of rows) expect(state).toBe('waiting')
  return rows.map(({ state: _state, ...row }) => row)
}

/** Event, part and type of each. */
export function typesIn(rows: readonly ToldRow[]): [seq: number, part: number, type: string][] {
  return rows.map(({ seq, part, type }) => [seq, part, type])
}

/** What the `standard` message of a row says. */
export function dataIn(row: ToldRow | undefined) {
  return JSON.parse(row?.body ?? '{}').data
}
