import type postgres from 'postgres'
import { describe, expect, it } from 'vitest'
import { addCredential } from '../../src/core/credentials.ts'
import type { Dialect } from '../../src/dialects/dialect.ts'
import { dialects } from '../../src/dialects/registry.ts'
import { type Gateway, useGateway } from '../support/gateway.ts'
import { type IsolationFigures, isolationTrial } from './isolation.ts'
import type { Merchant } from './isolation-merchants.ts'
import { isolationSettings } from './isolation-settings.ts'

// Accounts that are not kept apart, on purpose: a trial that finds nothing must be able to find.

type Hole = {
  readonly name: string
  readonly dig: (gateway: Gateway, merchants: readonly [Merchant, Merchant]) => Promise<void>
  readonly found: Partial<Record<keyof IsolationFigures, unknown>>
}

const nothing = { leaked: [], told: [], changed: [], missed: [] }
const containing = (...texts: readonly string[]) =>
  expect.arrayContaining(texts.map((text) => expect.stringContaining(text)))

const holes: readonly Hole[] = [
  { name: 'none', dig: async () => undefined, found: nothing },
  {
    name: "a stranger's write that asks for the number alone",
    dig: ({ database: { sql } }, [a]) => spillFrom(sql, a),
    found: { ...nothing, changed: ['order_states of b'] },
  },
  {
    name: "the owner's write that asks for the number alone",
    dig: ({ database: { sql } }, [, b]) => spillFrom(sql, b),
    found: { ...nothing, changed: ['order_states of a'] },
  },
  {
    name: 'a list that shows goods of another account',
    async dig({ database: { sql } }, [a, b]) {
      const own = { account_id: a.account.id }
      // As it is, for a call that names it, and as something that no call changes.
      for (const change of [own, { ...own, id: 9999, code: 'strayed' }]) {
        await sql`insert into products select (jsonb_populate_record(p, ${sql.json(change)})).*
          from products p where account_id = ${b.account.id} and code = ${b.ownProduct.code}`
      }
    },
    found: {
      ...nothing,
      leaked: containing(
        'influencersoft GetAllGoods, numbers of the other: qbravoq',
        'influencersoft GetAllGoods, numbers of the other: 42424242',
        'countersign product list alfa: qbravoq',
      ),
      told: containing('influencersoft UpdateGood: '),
    },
  },
  {
    name: 'an account that takes the key of another',
    async dig({ ctx }, [a, b]) {
      const secret = a.keys.influencersoft
      const own = { dialect: 'influencersoft', kind: 'key', publicPart: '', secret }
      await addCredential(ctx, b.account, own)
    },
    found: {
      ...nothing,
      leaked: containing(
        'influencersoft GetAllGoods, their address, own keys: qbravoq',
        'influencersoft GetAllGoods, their host, own keys: qbravoq',
        'influencersoft GetAllGoods, their name, own keys: qbravoq',
      ),
      changed: containing('order_events of b', 'products of b'),
    },
  },
  {
    name: 'an endpoint that hears of another account',
    async dig({ database: { sql } }, [a, b]) {
      await sql`update endpoints set url = (select max(url) from endpoints where
        account_id = ${a.account.id}) where account_id = ${b.account.id}`
    },
    found: { ...nothing, leaked: containing("a notice of bravo's") },
  },
]

/** Lets every change of a merchant's order reach the other's order of that number, too. */
async function spillFrom(sql: postgres.Sql, { account }: Merchant): Promise<void> {
  await sql`create function spill() returns trigger language plpgsql as $$ begin
    update order_states set label = coalesce(label, 0) + 1
      where number = new.number and account_id <> new.account_id;
    return new; end $$`
  await sql.unsafe(`create trigger spill after update on order_states for each row
    when (new.account_id = ${account.id}) execute function spill()`)
}

/** Few calls, of one dialect: that they show, change and tell apart is what counts. */
const few: readonly Dialect[] = dialects
  .filter(({ name }) => name === 'influencersoft')
  .map((one) => ({ ...one, calls: ['GetAllGoods', 'UpdateGood', 'UpdateOrderStatus'] }))

describe.each(holes)('accounts with a hole between them: $name', ({ dig, found }) => {
  const at = useGateway({ dialects, ...isolationSettings })

  it('are found out', async () => {
    const gateway = at()
    const plant = (both: readonly [Merchant, Merchant]) => dig(gateway, both)
    const figures = await isolationTrial({ gateway, dialects: few, rounds: 1, plant })
    expect(figures).toMatchObject(found)
    expect(figures.acted).toBeGreaterThan(3)
  })
})
