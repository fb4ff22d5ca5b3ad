import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CsvRecord, readCsv } from '../../src/wire/csv.ts'
import { csvRecords } from '../../src/wire/csv-stream.ts'

async function* inPieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size)
}

async function read(text: string, size: number): Promise<CsvRecord[]> {
  const records: CsvRecord[] = []
  for await (const record of csvRecords(inPieces(text, size))) records.push(record)
  return records
}

const attempt = async (work: () => unknown): Promise<unknown> => {
  try {
    return await work()
  } catch (error) {
    return error instanceof Error ? error.message : error
  }
}

describe('a table that comes in pieces', () => {
  const cases = [
    'a,b\n1,2\n',
    'a;b\r\n1;"x;""y"""\r\n\r\n2;"two\r\nlines"\r\n3;4',
    '\uFEFFsep=|\na|b\n1|2',
    'a,b\r1,\r,2',
    'a,b\n1,5" pipe\n"q"x,2',
    '"a","b"\n"",""\n',
    'a,b\n"never closed,1\n2,3',
    '',
  ]
  it.each(cases)('is cut as one that comes whole: %j', async (text) => {
    const whole = await attempt(() => readCsv(text))
    for (const size of [1, 2, 5, 1000]) expect(await attempt(() => read(text, size))).toEqual(whole)
  })

  it('is cut so whatever it holds', async () => {
    const signs = fc.constantFrom('a', 'b', '"', '"', ',', ';', '\n', '\r', '\r\n', ' ', 'ж')
    await fc.assert(
      fc.asyncProperty(
        fc.array(signs, { maxLength: 60 }),
        fc.integer({ min: 1, max: 20 }),
        async (parts, size) => {
          const text = `x,y\n${parts.join('')}`
          expect(await attempt(() => read(text, size))).toEqual(await attempt(() => readCsv(text)))
        },
      ),
      { numRuns: 2000 },
    )
  })
})
