import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type JsonItem, jsonItems } from '../../src/wire/json-items.ts'

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(text: string, { perLine = false, size = 7, mostBytes = 10_000 } = {}) {
  const items: JsonItem[] = []
  for await (const item of jsonItems(inPieces(text, size), { perLine, mostBytes })) items.push(item)
  return items
}

const shown = (items: readonly JsonItem[]) =>
  items.map((item) => ('bytes' in item ? item.bytes.toString() : item.problem))

describe('the values of a JSON stream', () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['', []],
    ['[]', []],
    ['[{"a":1},{"b":[1,{"c":"]}"}]}]', ['{"a":1}', '{"b":[1,{"c":"]}"}]}']],
    ['{"a":1}\n{"b":2}', ['{"a":1}', '{"b":2}']],
    ['{"error_code":0,"result":[{"a":1},{"a":2}],"hash":"]"}', ['{"a":1}', '{"a":2}']],
    ['{"result" : [ {"result":[1]} ] } {"a":1}', ['{"result":[1]}', '{"a":1}']],
    ['{"result":{"id":1}}', ['{"result":{"id":1}}']],
    ['{"error_text":"result","x":[1]}', ['{"error_text":"result","x":[1]}']],
    ['{"x":{"result":[1]}}', ['{"x":{"result":[1]}}']],
    ['{"resul\\u0074":[1]}', ['{"resul\\u0074":[1]}']],
    ['["a\\"]", 12, null, {"b":"\\\\"}]', ['"a\\"]"', '12', 'null', '{"b":"\\\\"}']],
    ['\uFEFF[{"имя":"Ёж"}]', ['{"имя":"Ёж"}']],
    ['[1]\n[2]', ['1', '2']],
  ]
  it.each(cases)('%j', async (text, values) => {
    for (const size of [1, 2, 3, 100]) expect(shown(await read(text, { size }))).toEqual(values)
  })

  it('are the members of any array, however it is cut and spaced', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }))),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(0, 1, 2),
        fc.boolean(),
        async (list, size, indent, wrapped) => {
          const value = wrapped ? { error_code: 0, result: list, hash: 'h' } : list
          const items = await read(JSON.stringify(value, null, indent), { size, mostBytes: 1e6 })
          expect(shown(items).map((text) => JSON.parse(text))).toEqual(
            JSON.parse(JSON.stringify(list)),
          )
        },
      ),
      { numRuns: 300 },
    )
  })

  it.each([64, 65, 100_000])(
    'are named, not read, where they are too deep: %i levels',
    async (deep) => {
      const odd = `${'['.repeat(deep - 1)}${']'.repeat(deep - 1)}`
      const text = `[{"odd":${odd}},{"b":2}]`
      const [first, second] = shown(await read(text, { size: 1000, mostBytes: 1e6 }))
      const named = 'it is nested deeper than 64 levels; is it an order?'
      expect([first === named, second]).toEqual([deep > 64, '{"b":2}'])
    },
  )

  it('are numbered, with the line that each begins on', async () => {
    const items = await read('[\n  {"a":\n1},\n\n  {"b":2}\n]')
    expect(items.map(({ item, line }) => [item, line])).toEqual([
      [1, 2],
      [2, 5],
    ])
  })

  it('end with their lines where each line is one', async () => {
    const text = '{"a":1}\n{"b":"\n{"c":3}\r\n[{"d":4}\n{"result":[{"e":5}]}\n'
    const broken = 'the line is no whole JSON value'
    const found = await read(text, { perLine: true })
    expect(shown(found)).toEqual(['{"a":1}', broken, '{"c":3}', '{"d":4}', broken, '{"e":5}'])
    expect(found.map(({ line }) => line)).toEqual([1, 2, 3, 4, 4, 5])
  })

  it.each(['{"result":[', '[{"a":1}', '{"a"', '{"result":[]', '["a'])(
    'say that the file was cut off: %j',
    async (text) => {
      expect(shown(await read(text)).at(-1)).toMatch(/the file ends in the middle/)
    },
  )

  it.each([
    '{"error_code":4,"error_text":"Incorrect hash","result":[],"hash":"x"}',
    '{"result":[],"error_code":"4"}',
  ])('tell a refusal: %j', async (text) => {
    expect(shown(await read(text))).toEqual([expect.stringContaining('(error_code 4)')])
  })

  it('stop at one that is too long', async () => {
    const found = await read(`[{"a":"${'x'.repeat(500)}"},{"b":1}]`, { mostBytes: 100 })
    expect(shown(found)).toEqual([expect.stringMatching(/longer than 100 bytes/)])
  })
})
