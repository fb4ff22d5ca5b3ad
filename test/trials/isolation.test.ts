import { expect, test } from 'vitest'
import { dialects } from '../../src/dialects/registry.ts'
import { toy } from '../fixtures/toy-dialect.ts'
import { useGateway } from '../support/gateway.ts'
import { isolationTrial } from './isolation.ts'
import { isolationSettings } from './isolation-settings.ts'

// The toy stands for a protocol that somebody adds without a caller of its own here.
const withToy = [...dialects, toy]
const at = useGateway({ dialects: withToy, ...isolationSettings })

test('shows nobody anything of another account, and changes nothing there, in any call', async () => {
  const figures = await isolationTrial({ gateway: at(), dialects: withToy, rounds: 1 })
  expect(figures).toMatchObject({ leaked: [], told: [], changed: [] })
  expect(figures.missed).toEqual(['toy pay'])
  // A trial in which nothing could have leaked, or nothing was done, would prove nothing.
  expect(figures.control).toBeGreaterThan(15)
  expect(figures.acted).toBeGreaterThan(10)
  expect(figures.commands).toBeGreaterThan(20)
}, 600_000)
