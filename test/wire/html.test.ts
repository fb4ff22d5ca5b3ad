import { describe, expect, it } from 'vitest'
import { escapeHtml, escapeHtmlDeep } from '../../src/wire/html.ts'
import { needPhp, runPhp } from './php.ts'

const table: [string, string][] = [
  ['', ''],
  ['plain', 'plain'],
  ['A & B', 'A &amp; B'],
  ['<b class="x">', '&lt;b class=&quot;x&quot;&gt;'],
  ["O'Neil", "O'Neil"],
  ['A &amp; B', 'A &amp;amp; B'],
  ['&#39;&&', '&amp;#39;&amp;&amp;'],
  ['£ € Москва 😀\0', '£ € Москва 😀\0'],
]

describe('escapeHtml', () => {
  it.each(table)('writes %j as %j', (text, escaped) => {
    expect(escapeHtml(text)).toBe(escaped)
  })

  it('agrees with PHP', (context) => {
    needPhp(context)
    const inPhp = table.map(([text]) => {
      const bytes = Buffer.from(text).toString('base64')
      return `base64_encode(htmlspecialchars(base64_decode('${bytes}'), ENT_COMPAT, 'UTF-8'))`
    })
    const expected = runPhp('encode-json.php', JSON.stringify(inPhp))
    const ours = table.map(([text]) => Buffer.from(escapeHtml(text)).toString('base64'))
    expect(ours).toEqual(expected.map((line) => JSON.parse(line)))
  })
})

describe('escapeHtmlDeep', () => {
  it('escapes every text, names too, and keeps all else and the order', () => {
    const value = { 'a&b': ['<', 1, null, true, { c: '"' }], d: new Map([['9', '>']]) }
    expect(escapeHtmlDeep(value)).toEqual({
      'a&amp;b': ['&lt;', 1, null, true, { c: '&quot;' }],
      d: new Map([['9', '&gt;']]),
    })
    const order = new Map(['9', 'x', '1'].map((name) => [name, '&']))
    expect([...(escapeHtmlDeep(order) as typeof order).keys()]).toEqual(['9', 'x', '1'])
    expect(value.d.get('9')).toBe('>')
  })

  it('hands through what is no plain value', () => {
    const [date, bytes] = [new Date(0), new Uint8Array(2)]
    expect(escapeHtmlDeep([date, bytes, 1n, undefined])).toEqual([date, bytes, 1n, undefined])
    expect(escapeHtmlDeep(date)).toBe(date)
  })

  it('keeps a name that objects have of their own', () => {
    const escaped = escapeHtmlDeep(JSON.parse('{"__proto__":"<"}'))
    expect(JSON.stringify(escaped)).toBe('{"__proto__":"&lt;"}')
  })
})
