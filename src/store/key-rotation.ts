import { sql } from 'drizzle-orm'
import type { Sealed } from './columns.ts'
import type { Drizzle } from './database.ts'
import { sqlState } from './errors.ts'
import { checkOf, holdCheck, Unopenable, type Vault, writeCheck, wrongKey } from './secrets.ts'

/**
 * Every column that holds sealed secrets, in tables whose rows are named by `account_id` and `id`.
 * Rotation of the key re-seals these and nothing else.
 */
export const sealedColumns = [
  { table: 'credentials', column: 'secret' },
  { table: 'endpoints', column: 'secret' },
  { table: 'endpoints', column: 'previous_secret' },
  { table: 'refused_calls', column: 'request' },
] as const

/** How many values were sealed anew, by `table.column`. */
export type Resealed = Readonly<Record<string, number>>

const pageSize = 500
const mostTries = 5

/**
 * Seals every secret anew, with the key that `choose` gives, and notes that the database belongs to
 * it: in one transaction, in which nobody else writes secrets. `choose` hears which check value
 * the database has; it gives undefined where there is nothing to do. It may be asked more than
 * once. Throws `WrongKey`, and `Unopenable`, worded for a person, with the place of a secret that no key opens; then
 * nothing is changed.
 */
export async function resealAll(
  db: Drizzle,
  vault: Vault,
  choose: (check: string) => Promise<Buffer | undefined>,
): Promise<Resealed | undefined> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await db.transaction((tx) => reseal(tx, vault, choose))
    } catch (error) {
      // Notes of last use lock the same rows, in an order of their own.
      if (sqlState(error) !== '40P01' || tries === mostTries) throw error
    }
  }
}

async function reseal(
  tx: Drizzle,
  vault: Vault,
  choose: (check: string) => Promise<Buffer | undefined>,
): Promise<Resealed | undefined> {
  const check = await holdCheck(tx)
  if (check === undefined || vault.sealFor(check) === undefined) throw wrongKey()
  const key = await choose(check)
  if (key === undefined) return undefined
  const seal = vault.sealFor(checkOf(key))
  if (seal === undefined) throw wrongKey()
  const counts: Record<string, number> = {}
  for (const place of sealedColumns) {
    counts[`${place.table}.${place.column}`] = await resealColumn(tx, vault, seal, place)
  }
  await writeCheck(tx, checkOf(key))
  return counts
}

/** An `id` may be a bigint, which comes as a text. */
type Value = {
  readonly account_id: number
  readonly id: number | string
  readonly value: Sealed
}

async function resealColumn(
  tx: Drizzle,
  vault: Vault,
  seal: (plain: string) => Sealed,
  place: (typeof sealedColumns)[number],
): Promise<number> {
  const [table, column] = [sql.identifier(place.table), sql.identifier(place.column)]
  let count = 0
  let last: Omit<Value, 'value'> = { account_id: 0, id: 0 }
  for (;;) {
    const page = (await tx.execute(sql`
      select account_id, id, ${column} as value from ${table}
      where ${column} is not null and (account_id, id) > (${last.account_id}::int, ${last.id}::bigint)
      order by account_id, id limit ${pageSize}::int for no key update`)) as unknown as Value[]
    const end = page.at(-1)
    if (end === undefined) return count
    const rows = page.map(({ account_id, id, value }) => {
      const plain = opened(vault, value, `${place.table} ${account_id}/${id}`)
      return { account_id, id, value: seal(plain).toString('base64') }
    })
    await tx.execute(sql`
      update ${table} t set ${column} = decode(k.value, 'base64')
      from json_to_recordset(${JSON.stringify(rows)}::text::json)
        as k(account_id int, id bigint, value text)
      where t.account_id = k.account_id and t.id = k.id`)
    count += page.length
    last = end
  }
}

function opened(vault: Vault, value: Sealed, place: string): string {
  try {
    return vault.open(value)
  } catch (error) {
    if (!(error instanceof Unopenable)) throw error
    throw new Unopenable(
      `the secret in ${place} (account/number) cannot be opened with any key that is known; ` +
        'nothing was changed. Bring that row back from a backup.',
    )
  }
}
