import { beforeEach, describe, expect, it } from 'vitest'
import { parsePhpForm } from '../../src/wire/php-form.ts'
import { phpFloat } from '../../src/wire/php-number.ts'
import { buildQuery, httpBuildQuery, type QueryParams } from '../../src/wire/php-query.ts'
import { needPhp, runPhp, show } from './php.ts'
import { createRandom, randomBody } from './random-forms.ts'

beforeEach(needPhp)

type Difference = { body: string; ours: string; php: string }

describe('the form parser and encoder', () => {
  // parse_str stands for $_POST: they differ only over a NUL and too many pairs, and none is here.
  it('agree with PHP on 20,000 random bodies', () => {
    const random = createRandom(20_240_601)
    const bodies = Array.from({ length: 20_000 }, () => {
      return randomBody(random).replaceAll('%00', '%0')
    })
    const input = bodies.map((body) => Buffer.from(body, 'latin1').toString('base64')).join('\n')
    const answers = runPhp('parse-bodies.php', `${input}\n`)
    const differences: Difference[] = []
    bodies.forEach((body, i) => {
      const ours = describeParsed(body)
      const php = answers[i] ?? ''
      if (ours !== php) differences.push({ body, ours, php })
    })
    expect(differences.slice(0, 5)).toEqual([])
    expect(answers).toHaveLength(bodies.length)
  })
})

function describeParsed(body: string): string {
  const result = parsePhpForm(Buffer.from(body, 'latin1'))
  if (!result.ok) return `refused: ${result.reason}`
  const { tree } = result
  return `${show(tree)} ${httpBuildQuery(tree)} ${httpBuildQuery(tree, 'rfc3986')}`
}

describe('http_build_query of a JavaScript value', () => {
  const table: [QueryParams, string][] = [
    [{}, '[]'],
    [
      { a: true, b: false, c: null, d: undefined, e: '' },
      "['a'=>true,'b'=>false,'c'=>null,'e'=>'']",
    ],
    [{ i: 0, j: -1, k: 1500, l: 2147483648 }, "['i'=>0,'j'=>-1,'k'=>1500,'l'=>2147483648]"],
    [{ f: 1500.5, g: 0.1 + 0.2, h: 1 / 3 }, "['f'=>1500.5,'g'=>0.1+0.2,'h'=>1/3]"],
    [{ f: 1000, g: phpFloat(1000), h: -0 }, "['f'=>1000,'g'=>1000.0,'h'=>0]"],
    [{ f: phpFloat(1e15), g: 1e22, h: 1e-5 }, "['f'=>1e15,'g'=>1e22,'h'=>1e-5]"],
    [{ f: Number.NaN, g: -1 / 0, h: phpFloat(-0) }, "['f'=>NAN,'g'=>-INF,'h'=>-0.0]"],
    [{ i: 9_007_199_254_740_993n }, "['i'=>9007199254740993]"],
    [{ goods: [1, 2, 3] }, "['goods'=>[1,2,3]]"],
    [{ goods: [1, null, [], 4] }, "['goods'=>[1,null,[],4]]"],
    [
      { goods: [{ good_name: 'invoice', good_sum: 1500 }, { good_name: 'sales' }] },
      "['goods'=>[['good_name'=>'invoice','good_sum'=>1500],['good_name'=>'sales']]]",
    ],
    [{ 'utm[utm_medium]': 'cpc', 'a b.c': 'd' }, "['utm[utm_medium]'=>'cpc','a b.c'=>'d']"],
    [{ a: "o'neil~x* !()@+%&=" }, '["a"=>"o\'neil~x* !()@+%&="]'],
    [{ имя: 'Имя 😀' }, "['имя'=>'Имя 😀']"],
    [{ a: Buffer.from([0xc8, 0xff, 0x00]) }, '["a"=>"\\xc8\\xff\\x00"]'],
    [
      new Map([
        ['10', 'x'],
        ['a', 'y'],
        ['9', 'z'],
      ]),
      "[10=>'x','a'=>'y',9=>'z']",
    ],
    [
      {
        a: new Map([
          ['-5', '1'],
          ['08', '2'],
        ]),
      },
      "['a'=>[-5=>1,'08'=>2]]",
    ],
    [{ a: { b: { c: { d: [] } } }, e: [[['f']]] }, "['a'=>['b'=>['c'=>['d'=>[]]]],'e'=>[[['f']]]]"],
    [
      JSON.parse('{"__proto__":{"a":1},"constructor":"x"}'),
      "['__proto__'=>['a'=>1],'constructor'=>'x']",
    ],
  ]

  it('is what PHP gives', () => {
    const expected = runPhp('build-queries.php', JSON.stringify(table.map(([, php]) => php)))
    expect(table.map(([params]) => buildQuery(params))).toEqual(expected)
  })

  it('prints floats as PHP does, ties and extremes too', () => {
    const floats = someFloats()
    const expected = runPhp('print-floats.php', Buffer.from(Float64Array.from(floats).buffer))
    const differences = floats.filter((float, i) => phpFloat(float) !== expected[i])
    expect(differences).toEqual([])
    expect(expected).toHaveLength(floats.length)
  })
})

function someFloats(): number[] {
  const random = createRandom(3)
  const bits = new DataView(new ArrayBuffer(8))
  const anyBits = () => {
    bits.setUint32(0, random.below(2 ** 32))
    bits.setUint32(4, random.below(2 ** 32))
    return bits.getFloat64(0)
  }
  const digits = () => random.below(10 ** 9) * 10 ** 6 + random.below(10 ** 6)
  return [
    ...[0, -0, 1 / 0, -1 / 0, Number.NaN, 5e-324, Number.MAX_VALUE, 1e14, 1e15, 99_999_999_999_999],
    ...[0.0001, 0.00001, 0.00012345, 99.995, 999_999_999_999_995, 123_456_789_012_345],
    ...Array.from({ length: 10_000 }, anyBits),
    ...Array.from({ length: 5_000 }, () => random.below(10 ** 9) / 100),
    ...Array.from({ length: 5_000 }, () => digits() - (digits() % 10) + 5),
    ...Array.from({ length: 5_000 }, digits),
    ...Array.from({ length: 5_000 }, () => digits() / 2 ** random.below(40)),
    ...Array.from({ length: 5_000 }, () => random.below(10 ** 6) * 10 ** 9 * 2 ** random.below(40)),
    ...Array.from(
      { length: 2_000 },
      () => random.below(10 ** 9) * 10 ** 4 + 0.5 ** random.below(4),
    ),
  ]
}
