import { beforeAll, describe, expect, it } from 'vitest'
import { toy } from '../fixtures/toy-dialect.ts'
import { consoleOn, type Said, useConsole } from './console.ts'

const at = useConsole()

type Listed = {
  id: number
  dialect: string
  ipList: string[]
  settings: Record<string, unknown>
  validUntil: string | null
  revokedAt: string | null
}
type Made = { id: number; toy: { url: string; name: string; key: string } }

describe('credential', () => {
  const on = () => consoleOn(at().ctx, { dialects: [toy] })
  const listed = (login: string, more = '') =>
    on().runJson<Listed[]>(`credential list ${login} --json${more}`)

  beforeAll(async () => {
    await on().run('account add shop')
  })

  it('add makes a way in with addresses and settings, and prints its key once', async () => {
    const made = await on().runJson<Made>([
      ...'credential add shop --dialect toy --secret my-own-key --ip'.split(' '),
      '192.0.2.7, 198.51.100.0/24',
      ...'--set loud=on --set greeting=true --json'.split(' '),
    ])
    expect(made.toy).toMatchObject({ name: 'toy-shop', key: 'my-own-key' })
    const list = await on().run('credential list shop --json')
    expect(list.out).not.toContain('my-own-key')
    expect((await listed('shop')).find(({ id }) => id === made.id)).toMatchObject({
      ipList: ['192.0.2.7', '198.51.100.0/24'],
      settings: { loud: true, greeting: 'true' },
    })
  })

  it.each([
    ['--dialect nope', 'there is no dialect "nope"; there are: toy'],
    ['--dialect toy --kind nope', 'toy has no credential kind "nope"; it has: toy-key'],
    ['--dialect toy --set colour=red', 'no setting "colour"; there are: greeting, loud'],
    ['--dialect toy --set loud=maybe', 'loud: '],
    ['--dialect toy --ip 192.0.2', '"192.0.2" is no address or CIDR'],
  ])('add %s is refused with the reason, and adds nothing', async (words, reason) => {
    const before = await listed('shop')
    const { code, err } = await on().run(`credential add shop ${words}`)
    expect(code).toBe(1)
    expect(err).toContain(reason)
    expect(await listed('shop')).toEqual(before)
  })

  it('tells why the dialect refuses a brought key, without repeating it', async () => {
    const words = ['credential', 'add', 'shop', '--dialect', 'toy', '--secret', 'with blank']
    const { code, out, err } = await on().run(words)
    expect([code, out]).toEqual([1, ''])
    expect(err).toBe('countersign: this key cannot be used: a toy key has no blanks')
  })

  it('rotate lets the old key live for the overlap, and copies the rest', async () => {
    await on().run('account add turning')
    await on().run('credential set turning 1 --ip 192.0.2.7 greeting=hello')
    const made = await on().runJson<Made>('credential rotate turning 1 --overlap 10m --json')
    expect(made.id).toBe(2)
    const [old, fresh] = await listed('turning')
    expect(old?.validUntil).toBe('2026-03-02T10:10:00.000Z')
    expect(fresh).toMatchObject({
      validUntil: null,
      ipList: ['192.0.2.7'],
      settings: { greeting: 'hello' },
    })
    const again: Said = await on().run('credential rotate turning 1')
    expect(again.code).toBe(1)
    expect(again.err).toContain('rotate its successor')
    expect(await listed('turning')).toHaveLength(2)
  })

  it('revoke ends a way in; it shows only with --all', async () => {
    await on().run('account add ended')
    expect((await on().run('credential revoke ended 1')).code).toBe(0)
    expect(await listed('ended')).toEqual([])
    expect((await listed('ended', ' --all'))[0]?.revokedAt).toBe('2026-03-02T10:00:00.000Z')
    expect((await on().run('credential revoke ended 1')).err).toContain('has no credential 1')
  })

  it('set changes what is named, goes back to a default, and clears addresses', async () => {
    await on().run('account add changed')
    await on().run('credential set changed 1 greeting=hello loud=yes --ip 192.0.2.7')
    const after = await on().runJson<Listed>('credential set changed 1 greeting= --json')
    expect(after).toMatchObject({ settings: { loud: true }, ipList: ['192.0.2.7'] })
    expect(after.settings).not.toHaveProperty('greeting')
    const words = ['credential', 'set', 'changed', '1', '--ip', '', '--json']
    expect(await on().runJson<Listed>(words)).toMatchObject({
      ipList: [],
      settings: { loud: true },
    })
    expect((await on().run('credential set changed 1')).err).toContain('nothing to change')
  })
})
