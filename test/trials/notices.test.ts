import { expect, test } from 'vitest'
import { useEmptyDatabase } from '../support/database-url.ts'
import { noticesTrial } from './notices.ts'

const database = useEmptyDatabase()

test('tells every event, in order for each order, over a bad receiver and a killed gateway', async () => {
  const { env, sql } = database()
  const options = { orders: 60, kills: 2, restarts: 2, callers: 8, seed: 1, env, sql }
  const figures = await noticesTrial(options)
  expect(figures).toMatchObject({ missing: [], outOfOrder: [], confused: [], dead: 0 })
  // A trial in which nothing went wrong would prove nothing.
  expect(figures.events).toBeGreaterThan(500)
  expect(figures.arrivals).toBeGreaterThan(figures.events)
}, 600_000)
