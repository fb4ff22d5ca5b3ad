import { describe, expect, it } from 'vitest'
import { readFields } from '../../src/wire/form-pairs.ts'
import { jsQuery } from '../../src/wire/js-query.ts'
import { readSignedForm } from '../../src/wire/signed-form.ts'
import { treeToObject } from '../../src/wire/tree.ts'

const TYPE = 'application/x-www-form-urlencoded'

function read(body: string, type: string | undefined = TYPE) {
  const form = readSignedForm(Buffer.from(body, 'latin1'), type, 'hash')
  if (!form.ok) throw new Error(`refused: ${form.reason}`)
  return form
}

describe('a signed form', () => {
  it('gives each text that a client may have signed, and the parameters without the hash', () => {
    const form = read('b=two%20w~*&hash=abc&a.x=%d0%98')
    expect(form.texts).toEqual({
      raw: 'b=two%20w~*&a.x=%d0%98',
      phpRebuild: 'b=two+w%7E%2A&a_x=%D0%98',
      jsRebuild: 'b=two+w~*&a.x=%D0%98',
      rfc3986Rebuild: 'b=two%20w~%2A&a_x=%D0%98',
    })
    expect(form.signature).toBe('abc')
    expect(form.signatureFields).toEqual({ plain: 1, array: 0 })
    expect(treeToObject(form.tree)).toEqual({ b: 'two w~*', a_x: 'И' })
  })

  it('of a call without parameters has only empty texts', () => {
    const empty = { raw: '', phpRebuild: '', jsRebuild: '', rfc3986Rebuild: '' }
    expect(read('hash=abc').texts).toEqual(empty)
    expect(read('').texts).toEqual(empty)
    expect(read('').signature).toBeUndefined()
  })

  it('in multipart has no raw and no JavaScript text', () => {
    const part = (name: string, value: string) =>
      `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
    const body = `${part('bill_id', '6 0')}${part('hash', 'abc')}--b--\r\n`
    const form = read(body, 'multipart/form-data; boundary=b')
    expect(form.texts).toEqual({
      raw: null,
      phpRebuild: 'bill_id=6+0',
      jsRebuild: null,
      rfc3986Rebuild: 'bill_id=6%200',
    })
    expect(form.signature).toBe('abc')
    expect(form.foreignBytes).toBe(false)
  })

  it('reads nothing under another Content-Type', () => {
    for (const type of ['text/plain', undefined]) {
      const form = readSignedForm(Buffer.from('a=1&hash=x'), type, 'hash')
      expect(form).toMatchObject({ ok: true, kind: 'none', signature: undefined })
      expect(form.ok && form.tree.size).toBe(0)
    }
  })

  it('takes a hash that came as an array for none, and says that it came so', () => {
    const form = read('a=1&hash[]=x')
    expect(form.signature).toBeUndefined()
    expect(form.signatureFields).toEqual({ plain: 0, array: 1 })
    expect(form.texts.phpRebuild).toBe('a=1')
  })

  it('counts every field that PHP reads as the hash, however it is spelt', () => {
    const form = read('hash=a&%68ash=b&+hash=c&hash[x]=d')
    expect(form.signatureFields).toEqual({ plain: 3, array: 1 })
  })

  it('reports a NUL in a value, and refuses one in a name', () => {
    expect(read('a=%00&hash=x').nulInValues).toBe(true)
    expect(read('a=1&hash=x').nulInValues).toBe(false)
    const named = readSignedForm(Buffer.from('a%00b=1&hash=x'), TYPE, 'hash')
    expect(named).toEqual({ ok: false, reason: 'nul' })
  })

  it('reports bytes that no form encoder makes', () => {
    expect(read('a=\xd0&hash=x').foreignBytes).toBe(true)
    expect(read('a=%D0&hash=x').foreignBytes).toBe(false)
  })

  it('takes 1,000 pairs beside the hash, and refuses one more', () => {
    const pairs = (count: number) => Array.from({ length: count }, (_, i) => `f${i}=1`).join('&')
    const reading = (body: string) => readSignedForm(Buffer.from(body), TYPE, 'hash')
    const refusal = { ok: false, reason: 'too-many-pairs' }
    expect(reading(`${pairs(1_000)}&hash=x`).ok).toBe(true)
    expect(reading(`hash=x&${pairs(1_001)}`)).toEqual(refusal)
    expect(reading(pairs(1_000)).ok).toBe(true)
    expect(reading(pairs(1_001))).toEqual(refusal)
  })
})

describe('the JavaScript rebuild', () => {
  it.each([
    ['a=%21%27%28%29%2A%7E+x%20y&b+c=d+e', "a=!'()*~+x+y&b%20c=d+e"],
    ['b=2&a=1&b=3', 'b=2&a=1&b=3'],
    ['a&=x&&', 'a=&=x'],
    ['%68ash=x&a=1&hash=y', 'a=1'],
    ['+hash=x&hash[]=y', '%20hash=x&hash%5B%5D=y'],
    ['a=%D0%98&%D0%98=%F0%9F%98%80', 'a=%D0%98&%D0%98=%F0%9F%98%80'],
    ['a=%EF%BB%BFx', 'a=%EF%BB%BFx'],
    ['a=100%', 'a=100%25'],
  ])('of %s is %s', (raw, query) => {
    expect(jsQuery(readFields(raw), 'hash')).toBe(query)
  })

  it.each(['a=%C8%EC', '%FF=1', 'a=1&b=%ED%A0%80', 'a=\xe9'])('of %s is none', (raw) => {
    expect(jsQuery(readFields(raw), 'hash')).toBeNull()
  })
})
