import { describe, expect, it } from 'vitest'
import { phpJson } from '../../src/wire/php-json.ts'
import { needPhp, runPhp } from './php.ts'
import { createRandom } from './random-forms.ts'

/** A value, what PHP writes, and the same value in PHP. */
const table: [unknown, string, string][] = [
  [null, 'null', 'null'],
  [true, 'true', 'true'],
  [false, 'false', 'false'],
  [0, '0', '0'],
  [-17, '-17', '-17'],
  [2147483648, '2147483648', '2147483648'],
  [0.1 + 0.2, '0.30000000000000004', '0.1+0.2'],
  [25.5, '25.5', '25.5'],
  ['', '""', "''"],
  ['api/login', '"api\\/login"', "'api/login'"],
  ['</b>', '"<\\/b>"', "'</b>'"],
  [`"\\'&`, `"\\"\\\\'&"`, `'"\\\\\\'&'`],
  ['\b\f\n\r\t', '"\\b\\f\\n\\r\\t"', '"\\x08\\f\\n\\r\\t"'],
  ['\0\u000b\u001b\u001f', '"\\u0000\\u000b\\u001b\\u001f"', '"\\0\\v\\x1b\\x1f"'],
  ['\u007f', '"\u007f"', '"\\x7f"'],
  ['\u0080é£€\uffff', '"\\u0080\\u00e9\\u00a3\\u20ac\\uffff"', '"\\u{80}é£€\\u{ffff}"'],
  ['Москва\u2028', '"\\u041c\\u043e\\u0441\\u043a\\u0432\\u0430\\u2028"', '"Москва\\u{2028}"'],
  ['😀', '"\\ud83d\\ude00"', "'😀'"],
  [[], '[]', '[]'],
  [{}, '[]', '[]'],
  [new Map(), '[]', '[]'],
  [[[], {}], '[[],[]]', '[[],[]]'],
  [{ b: 1, a: [{ c: null }] }, '{"b":1,"a":[{"c":null}]}', "['b'=>1,'a'=>[['c'=>null]]]"],
  [{ 'ü/"': 'ü' }, '{"\\u00fc\\/\\"":"\\u00fc"}', "['ü/\"'=>'ü']"],
  [{ 2: 'b', 1: 'a' }, '{"1":"a","2":"b"}', "[1=>'a',2=>'b']"],
  [
    new Map([
      ['7', 'Cancelled'],
      ['5', 'Complete'],
    ]),
    '{"7":"Cancelled","5":"Complete"}',
    "[7=>'Cancelled',5=>'Complete']",
  ],
  [{ error: new Map([['option', new Map([[226, 'x']])]]) }, '{"error":{"option":{"226":"x"}}}', ''],
  [new Map([[0, 'a']]), '{"0":"a"}', "(object)['a']"],
  [JSON.parse('{"__proto__":1}'), '{"__proto__":1}', "['__proto__'=>1]"],
]

describe('phpJson', () => {
  it.each(table)('writes %j as %s', (value, json) => {
    expect(phpJson(value)).toBe(json)
  })

  it('leaves out members that are undefined, and keeps the places of a list', () => {
    expect(phpJson({ a: undefined, b: 1 })).toBe('{"b":1}')
    expect(phpJson({ a: undefined })).toBe('[]')
    expect(phpJson(new Map([['a', undefined]]))).toBe('[]')
    expect(phpJson([undefined, 1])).toBe('[null,1]')
  })

  it('never writes half a surrogate pair, which no PHP client could read', () => {
    expect(phpJson('a\ud83d')).toBe('"a\\ufffd"')
    expect(phpJson('\ude00\ud83d\ude00')).toBe('"\\ufffd\\ud83d\\ude00"')
  })

  it.each([
    ['a bigint', 1n],
    ['a number that is none', Number.NaN],
    ['an endless number', Number.POSITIVE_INFINITY],
    ['a date', new Date(0)],
    ['bytes', new Uint8Array(1)],
    ['a function', () => 1],
    ['a symbol', Symbol.iterator],
  ])('refuses %s, wherever it stands', (_name, value) => {
    expect(() => phpJson(value)).toThrow(TypeError)
    expect(() => phpJson({ a: [new Map([['b', value]])] })).toThrow(TypeError)
  })
})

describe('phpJson beside PHP', () => {
  it('agrees over the table', (context) => {
    needPhp(context)
    const rows = table.filter(([, , php]) => php !== '')
    const expected = runPhp('encode-json.php', JSON.stringify(rows.map(([, , php]) => php)))
    expect(rows.map(([value]) => phpJson(value))).toEqual(expected)
  })

  it('agrees over 2,000 random texts', (context) => {
    needPhp(context)
    const random = createRandom(30_309)
    const char = () => {
      const code = random.pick([random.below(0x80), random.below(0xd800), random.below(0x10fc00)])
      return String.fromCodePoint(code >= 0xd800 && code < 0xe000 ? 0x20 : code)
    }
    const texts = Array.from({ length: 2_000 }, () => {
      return Array.from({ length: random.below(20) }, char).join('')
    })
    const inPhp = texts.map((text) => `base64_decode('${Buffer.from(text).toString('base64')}')`)
    const expected = runPhp('encode-json.php', JSON.stringify(inPhp))
    const differences = texts.filter((text, i) => phpJson(text) !== expected[i])
    expect(differences).toEqual([])
    expect(expected).toHaveLength(texts.length)
  })
})
