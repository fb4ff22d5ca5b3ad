import { expect, test } from 'vitest'
import { secretsTrial } from './secrets.ts'

test('leaves no secret in tables, logs, files or memory', async () => {
  const figures = await secretsTrial({ keyIn: 'settings', rounds: 1 })
  expect(figures.found).toEqual([])
  // A search that sees nothing, or a run in which nothing happened, would prove nothing.
  const places = ['the log', 'what commands said', 'table accounts', 'memory']
  const seen = places.map((place) => `${place}: the control`)
  expect(figures.seen).toEqual(expect.arrayContaining([...seen, 'memory: a Mintsoft key']))
  expect(figures.tokens).toBeGreaterThan(5)
  expect(figures.calls).toBeGreaterThan(500)
  expect(figures.notices).toBeGreaterThan(5)
  expect(figures.tables).toBeGreaterThan(25)
}, 600_000)
