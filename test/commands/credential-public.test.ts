import { beforeAll, describe, expect, it } from 'vitest'
import { useConsole } from './console.ts'

const at = useConsole()

describe('credential add --public', () => {
  beforeAll(async () => {
    await at().run('account add shop')
  })

  it('makes a way in under a user name of its own', async () => {
    const words = 'credential add shop --dialect opencart --public alumio --json'
    const made = await at().runJson<{ id: number; opencart: { username: string } }>(words)
    expect(made.opencart.username).toBe('alumio')
  })

  it.each([
    ['a name that is too short', 'opencart --public ab', 'a user name has 3 to 64 characters'],
    ['a kind without names', 'mintsoft --public someone', '--public: "key" has no name'],
  ])('refuses %s, and makes nothing', async (_what, words, reason) => {
    const before = await at().runJson<unknown[]>('credential list shop --json')
    const { code, err } = await at().run(`credential add shop --dialect ${words}`)
    expect(code).toBe(1)
    expect(err).toContain(reason)
    expect(await at().runJson<unknown[]>('credential list shop --json')).toEqual(before)
  })
})
