import { expect, test } from 'vitest'
import { useEmptyDatabase } from '../support/database-url.ts'
import { upgradeTrial } from './upgrade.ts'

const database = useEmptyDatabase()

/** The last schema before migrations that alter the tables of orders and products. */
const from = 4

test('five replicas upgrade an order book under load, once, and neither old nor new call is lost', async () => {
  const { front, direct } = database()
  const figures = await upgradeTrial({
    ...{ front, direct, from, orders: 500, replicas: 5, callers: 2, each: 5, reader: true },
  })
  expect(figures).toMatchObject({
    ...{ ready: 5, twice: [], changed: [], lost: [], doubled: [], failed: [], deadlocks: 0 },
  })
  // A trial in which nothing went on meanwhile would prove nothing.
  expect(figures.migrations).toBeGreaterThan(1)
  expect(figures.meanwhile).toBeGreaterThan(50)
}, 600_000)
