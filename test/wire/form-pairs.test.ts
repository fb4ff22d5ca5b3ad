import { describe, expect, it } from 'vitest'
import {
  countName,
  countPieces,
  cutPairs,
  hasForeignBytes,
  readFields,
} from '../../src/wire/form-pairs.ts'

describe('cutting out the signature', () => {
  it.each([
    ['a=1&hash=x', 'a=1', ['x']],
    ['hash=x&a=1', 'a=1', ['x']],
    ['a=1&hash=x&b=2', 'a=1&b=2', ['x']],
    ['hash=x', '', ['x']],
    ['a=1&hash=x&hash=y', 'a=1', ['x', 'y']],
    ['a=1&hash', 'a=1', ['']],
    ['a=1&hash=x=y', 'a=1', ['x=y']],
    ['a=1&hash=x&', 'a=1&', ['x']],
    ['a=1&&hash=x', 'a=1&', ['x']],
    ['a=1&hash=%78+', 'a=1', ['%78+']],
  ])('takes it and one ampersand out of %s', (raw, rest, values) => {
    expect(cutPairs(raw, 'hash')).toEqual({ rest, values })
  })

  it.each(['Hash=x', '%68ash=x', '+hash=x', 'hash[]=x', 'hashes=x', 'hash%00=x', 'a=hash=x', ''])(
    'leaves %s alone, which is not written exactly so',
    (raw) => {
      expect(cutPairs(raw, 'hash')).toEqual({ rest: raw, values: [] })
    },
  )
})

describe('counting what PHP reads as the signature', () => {
  it.each([
    ['hash=x', 1, 0],
    ['%68ash=x', 1, 0],
    ['+hash=x', 1, 0],
    [' hash=x', 1, 0],
    ['hash%00x=x', 1, 0],
    ['hash', 1, 0],
    ['hash=x&hash=y&%68%61sh=z', 3, 0],
    ['hash[]=x', 0, 1],
    ['hash[a][b]=x', 0, 1],
    ['hash%5Ba%5D=x', 0, 1],
    [`hash${'[x]'.repeat(80)}=x`, 0, 1],
    ['hash=x&hash[]=y', 1, 1],
    ['Hash=x&hash.=x&hash[=x&hash_=x&ha.sh=x&a[hash]=x&hash]=x', 0, 0],
    ['', 0, 0],
  ])('finds in %s %i plain and %i under an array', (raw, plain, array) => {
    expect(countName(readFields(raw), 'hash')).toEqual({ plain, array })
  })
})

describe('reading fields', () => {
  it('keeps the order, decodes names and values, and skips empty pieces', () => {
    expect(readFields('b+c=%41%zz&&a&=x&d%3D==')).toEqual([
      { name: 'b c', value: 'A%zz' },
      { name: 'a', value: '' },
      { name: '', value: 'x' },
      { name: 'd=', value: '=' },
    ])
  })

  it.each([
    ['', 0],
    ['a', 1],
    ['&', 2],
    ['a=1&&b=2&', 4],
  ])('counts the pieces of %j as PHP does: %i', (raw, count) => {
    expect(countPieces(raw)).toBe(count)
  })
})

describe('bytes that no form encoder makes', () => {
  it('are all but those of RFC 1738, RFC 3986 and JavaScript encoders', () => {
    const allowed = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).filter(
      (char) => !hasForeignBytes(char),
    )
    const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
    expect(allowed.sort()).toEqual([...`${letters}%+-._&=*~!'()[]`].sort())
  })

  it('are found anywhere in a body', () => {
    expect(hasForeignBytes('a=1&b=%D0%98+x')).toBe(false)
    expect(hasForeignBytes('a=1&b=2\n')).toBe(true)
    expect(hasForeignBytes('a=1&b=\xd0')).toBe(true)
  })
})
