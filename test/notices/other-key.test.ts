import { expect, test } from 'vitest'
import { addEndpoint } from '../../src/core/endpoints.ts'
import { takeDeliveries } from '../../src/core/work-deliveries.ts'
import { isFailure } from '../../src/model/failure.ts'
import { compose, Unsendable } from '../../src/notices/compose.ts'
import { checkKey, createVault } from '../../src/store/secrets.ts'
import { useBook } from '../support/book.ts'
import { anAccount, anOrder } from '../support/fixtures.ts'

const book = useBook()
const room = { each: 16, most: 16, failing: 16, underWay: [] }

test('a gateway with another key than the database leaves notices to those who can sign', async () => {
  const { ctx } = book()
  const { db } = ctx.database
  await checkKey(db, ctx.vault)
  const { account } = await anAccount(ctx)
  const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
  const wish = { url: 'https://shop.example.com/', format: 'standard', types: null, secret }
  await addEndpoint(ctx, account, wish, async () => ['93.184.216.34'])
  await anOrder(ctx, account)
  const late = { ...ctx, vault: createVault(Buffer.alloc(32, 8)) }
  const [taken] = await takeDeliveries(late, 0, room)
  if (taken === undefined) throw new Error('there is one to take')
  const refused = await compose(late, taken).catch((error: unknown) => error)
  expect(isFailure(refused, 'busy')).toBe(true)
  const again = await takeDeliveries(late, 0, room).catch((error: unknown) => error)
  expect(isFailure(again, 'busy')).toBe(true)
  expect(await takeDeliveries(ctx, 0, room)).toMatchObject([{ endpointId: taken.endpointId }])
  // A value that is broken, under a key that fits, is another thing.
  await expect(compose(ctx, { ...taken, secret: late.vault.seal('x') })).rejects.toThrow(Unsendable)
})
