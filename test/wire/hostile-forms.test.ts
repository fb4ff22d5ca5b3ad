import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readForm } from '../../src/wire/form.ts'
import { parsePhpForm } from '../../src/wire/php-form.ts'
import { buildQuery, httpBuildQuery } from '../../src/wire/php-query.ts'
import { readSignedForm } from '../../src/wire/signed-form.ts'
import { treeToObject } from '../../src/wire/tree.ts'
import { createRandom, randomBody, withNul } from './random-forms.ts'

const URLENCODED = 'application/x-www-form-urlencoded'
const bytes = fc.uint8Array({ maxLength: 300 })
const messy = fc.integer().map((seed) => {
  const random = createRandom(seed)
  const body = randomBody(random)
  return Buffer.from(random.below(4) === 0 ? withNul(random, body) : body, 'latin1')
})
const head = 'Content-Disposition: form-data; name='
const multipart = messy.map((body) => {
  const fields = body.toString('latin1').split('&')
  const parts = fields.map((field) => `--b\r\n${head}${field.replace('=', '\r\n\r\n')}\r\n`)
  return Buffer.from(parts.join(''), 'latin1')
})

describe('any body at all', () => {
  it.each([
    ['bytes', bytes, URLENCODED],
    ['a messy form', messy, URLENCODED],
    ['a messy multipart body', multipart, 'multipart/form-data; boundary=b'],
  ])('is read or refused without a throw: %s', (_, bodies, type) => {
    const prototypeBefore = Reflect.ownKeys(Object.prototype)
    fc.assert(
      fc.property(bodies, (body) => {
        const form = readSignedForm(body, type, 'hash')
        if (form.ok) treeToObject(form.tree)
        else expect(['nul', 'too-deep', 'too-many-pairs']).toContain(form.reason)
      }),
      { numRuns: 3_000 },
    )
    expect(Reflect.ownKeys(Object.prototype)).toEqual(prototypeBefore)
  })

  it('leaves Object.prototype alone whatever it names', () => {
    const names = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'x', '')
    const paths = fc.array(names, { minLength: 1, maxLength: 5 })
    const before = Reflect.ownKeys(Object.prototype)
    fc.assert(
      fc.property(paths, fc.string({ unit: 'grapheme' }), ([top, ...keys], value) => {
        const name = `${top}${keys.map((key) => `[${key}]`).join('')}`
        const body = `${name}=${encodeURIComponent(value)}`
        const result = parsePhpForm(Buffer.from(body))
        if (result.ok) treeToObject(result.tree)
      }),
    )
    expect(Reflect.ownKeys(Object.prototype)).toEqual(before)
    expect(Object.getPrototypeOf(Object.prototype)).toBeNull()
  })

  it('is read the same again once PHP would have rebuilt it', () => {
    fc.assert(
      fc.property(messy, (body) => {
        const once = parsePhpForm(body)
        if (!once.ok) return
        const query = httpBuildQuery(once.tree)
        const again = parsePhpForm(Buffer.from(query))
        expect(again.ok && httpBuildQuery(again.tree)).toBe(query)
      }),
    )
  })

  it('reads back what was built of texts', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (texts) => {
        fc.pre(texts.every((text) => !text.includes('\0')))
        const result = parsePhpForm(Buffer.from(buildQuery({ list: texts })))
        expect(result.ok && treeToObject(result.tree)).toEqual(texts.length ? { list: texts } : {})
      }),
    )
  })
})

describe('a body made to be slow', () => {
  const megabyte = 2 ** 20
  // Each would take minutes if the work grew with the square of the body.
  it.each([
    ['ampersands', '&'.repeat(megabyte), 'too-many-pairs'],
    ['brackets that never close', `a${'['.repeat(megabyte)}`, undefined],
    ['brackets that close', `a${'[]'.repeat(megabyte / 2)}`, 'too-deep'],
    ['unclosed brackets after a closed one', `a[b]${'[['.repeat(megabyte / 2)}`, undefined],
    ['one escaped value', `a=${'%D0'.repeat(megabyte / 3)}`, undefined],
    ['one long name', `${'a.'.repeat(megabyte / 2)}=1`, undefined],
    ['leading spaces', `${'+'.repeat(megabyte)}=1`, undefined],
    [
      'long integer-like keys',
      Array.from({ length: 999 }, (_, i) => `a[${'9'.repeat(1_000)}${i}]=1`).join('&'),
      undefined,
    ],
    [
      'ever larger integer keys',
      Array.from({ length: 999 }, (_, i) => `a[${9_000_000_000_000_000n + BigInt(i)}]=1`).join('&'),
      undefined,
    ],
  ])('is read or refused all the same: %s', (_, body, reason) => {
    const form = readSignedForm(Buffer.from(body), URLENCODED, 'hash')
    expect(form.ok ? undefined : form.reason).toBe(reason)
  })

  it.each([
    ['lines without a boundary', 'x\n'.repeat(megabyte / 2), undefined],
    ['boundaries', '--b\r\n'.repeat(megabyte / 5), undefined],
    ['empty parts', '--b\r\n\r\n'.repeat(megabyte / 7), 'too-many-pairs'],
    ['near boundaries', `--b\r\n${head}a\r\n\r\n${'\r\n--'.repeat(megabyte / 4)}`, undefined],
    ['header lines', `--b\r\n${'a:b\r\n'.repeat(megabyte / 5)}`, undefined],
    ['folded lines', `--b\r\na:b\r\n${' c\r\n'.repeat(megabyte / 4)}`, undefined],
    ['quotes', `--b\r\n${head}${'"\\'.repeat(megabyte / 2)}\r\n\r\nv`, undefined],
    ['parameters', `--b\r\n${head}a${';x=y'.repeat(megabyte / 4)}\r\n\r\nv`, undefined],
  ])('is read or refused in multipart, too: %s', (_, body, reason) => {
    const form = readForm(Buffer.from(body), 'multipart/form-data; boundary=b')
    expect(form.ok ? undefined : form.reason).toBe(reason)
  })
})

describe('a multipart body', () => {
  const type = 'multipart/form-data; boundary=b'
  const part = (head: string, value: string) =>
    `--b\r\nContent-Disposition: form-data; ${head}\r\n\r\n${value}\r\n`

  it.each([
    ['1,000 fields', part('name=a', 'v').repeat(1_000), undefined],
    ['1,001 fields', part('name=a', 'v').repeat(1_001), 'too-many-pairs'],
    ['1,001 files', part('name=a; filename=f', 'v').repeat(1_001), 'too-many-pairs'],
    ['a name 64 deep', part(`name="a${'[x]'.repeat(64)}"`, 'v'), undefined],
    ['a name 65 deep', part(`name="a${'[x]'.repeat(65)}"`, 'v'), 'too-deep'],
    ['a NUL in a name', part('name="a\0b"', 'v'), 'nul'],
    ['a NUL in a value', part('name="a"', 'v\0'), 'nul'],
    ['a NUL in a file', part('name="a"; filename=f', 'v\0'), undefined],
    ['a NUL before the first part', `\0\r\n${part('name=a', 'v')}`, 'nul'],
  ])('is held to the same limits: %s', (_, body, reason) => {
    const form = readForm(Buffer.from(`${body}--b--\r\n`, 'latin1'), type)
    expect(form.ok ? undefined : form.reason).toBe(reason)
  })
})
