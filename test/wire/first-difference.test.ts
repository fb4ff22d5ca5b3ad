import { describe, expect, it } from 'vitest'
import { textToBinary } from '../../src/wire/binary.ts'
import { toText, toWindows1251 } from '../../src/wire/charset.ts'
import { firstDifference, firstDifferentLine } from '../../src/wire/first-difference.ts'

const parts = /&|::/g

describe('the first difference of two signed texts', () => {
  it.each([
    ['in a value', 'a=1&b=x+y&c=3', 'a=1&b=x%20y&c=3', 7, 'a=1&[b=x+y]&c=3', 'a=1&[b=x%20y]&c=3'],
    ['at the beginning', 'b=1', 'a=1', 0, '[b=1]', '[a=1]'],
    ['a pair that is missing at the end', 'a=1&b=::u', 'a=1::u', 3, 'a=1[&b=]::u', 'a=1[::u]'],
    ['a separator that is missing', 'a=1::u', 'a=1u', 3, 'a=1[::u]', '[a=1u]'],
    ['a sign more at the end', 'a=1', 'a=1&', 3, '[a=1]', '[a=1]&'],
    ['within an escape', 'a=%D0%B8', 'a=%d0%b8', 3, '[a=%D0%B8]', '[a=%d0%b8]'],
    ['in an empty text', '', 'a=1', 0, '[]', '[a=1]'],
  ])('is shown %s', (_what, ours, theirs, at, mine, other) => {
    const found = firstDifference(ours, theirs, parts)
    expect(found?.at).toBe(at)
    // Where one of the two ends, or begins a separator, both brackets still begin at one place.
    expect(found?.ours.replace(/[[\]]/g, '')).toBe(mine.replace(/[[\]]/g, ''))
    expect(found?.theirs.replace(/[[\]]/g, '')).toBe(other.replace(/[[\]]/g, ''))
    expect(found?.ours.indexOf('[')).toBe(found?.theirs.indexOf('['))
  })

  it('is none where there is none', () => {
    expect(firstDifference('a=1', 'a=1', parts)).toBeUndefined()
  })

  it('is cut out of long texts, never within a character', () => {
    const long = textToBinary('Имя '.repeat(500))
    const found = firstDifference(`a=${long}x${long}`, `a=${long}y${long}`, parts)
    expect(found?.ours).toMatch(/^…[Имя ]{20,80}\[[Имя ]+x[Имя ]+\][Имя ]{20,80}…$/)
    expect(found?.theirs.length).toBeLessThan(400)
  })
})

describe('the first line that differs', () => {
  it.each([
    ['one', 'a\nb\nc\n', { line: 2, ours: '"x"', theirs: '"b"' }],
    ['a carriage return', 'a\r\nx\r\nc\r\n', { line: 1, ours: '"a"', theirs: '"a\\r"' }],
    ['one more', 'a\nx\nc\nd\n', { line: 4, ours: '""', theirs: '"d"' }],
    ['nothing but the last line feed', 'a\nx\nc', undefined],
  ])('is %s', (_what, theirs, found) => {
    expect(firstDifferentLine(['a\nx\nc\n'], theirs)).toEqual(found)
  })

  it('is told against the text that comes closest', () => {
    expect(firstDifferentLine(['q\nb\n', 'a\nq\n'], 'a\nb\n')?.line).toBe(2)
    expect(firstDifferentLine([], 'a\n')).toBeUndefined()
  })
})

it('a text goes into windows-1251 and comes back, unless it has other signs', () => {
  const text = `Ёлка «№ 5» – ${[...Array(64).keys()].map((at) => String.fromCharCode(0x410 + at)).join('')}`
  expect(toText(toWindows1251(text) ?? '')).toBe(text)
  expect(toWindows1251('Ив')).toBe('\xc8\xe2')
  expect(toWindows1251('日本')).toBeUndefined()
})
