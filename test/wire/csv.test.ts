import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CsvError, readCsv } from '../../src/wire/csv.ts'

const cells = (text: string) => readCsv(text).map((record) => record.cells)

describe('readCsv', () => {
  it.each([
    [
      'a comma',
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a semicolon',
      'a;b\n1;2,5\n',
      [
        ['a', 'b'],
        ['1', '2,5'],
      ],
    ],
    [
      'a tab',
      'a\tb\n1\t2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a declared delimiter',
      'sep=|\r\na|b\r\n1|2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a delimiter hidden in a quoted title',
      '"a,b,c";d\n1;2',
      [
        ['a,b,c', 'd'],
        ['1', '2'],
      ],
    ],
    ['one column', 'a\n1\n', [['a'], ['1']]],
    ['a byte order mark', '\uFEFFa,b\n', [['a', 'b']]],
    [
      'CRLF and lone CR',
      'a,b\r\n1,2\r3,4',
      [
        ['a', 'b'],
        ['1', '2'],
        ['3', '4'],
      ],
    ],
    ['doubled quotes', 'a\n"he said ""no"""\n', [['a'], ['he said "no"']]],
    ['a quote inside a plain cell', 'a\n5" disk\n', [['a'], ['5" disk']]],
    [
      'a line break in quotes',
      'a,b\n"x\ny",2\n',
      [
        ['a', 'b'],
        ['x\ny', '2'],
      ],
    ],
    [
      'empty cells',
      'a,b,c\n,,\n',
      [
        ['a', 'b', 'c'],
        ['', '', ''],
      ],
    ],
    [
      'empty lines',
      'a,b\n\n\n1,2\n\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['nothing', '', []],
  ])('reads %s', (_what, text, expected) => {
    expect(cells(text)).toEqual(expected)
  })

  it('tells the line on which each record begins', () => {
    const lines = readCsv('a\n"x\r\ny\nz"\n\nlast').map(({ line }) => line)
    expect(lines).toEqual([1, 2, 6])
  })

  it('names the line of a quote that is never closed', () => {
    const read = () => readCsv('a\n1\n"open\n2\n')
    expect(read).toThrow(CsvError)
    expect(read).toThrow(expect.objectContaining({ line: 3 }))
  })

  it('reads back whatever was quoted', () => {
    const record = fc.array(fc.string(), { minLength: 2, maxLength: 5 })
    fc.assert(
      fc.property(fc.array(record, { minLength: 1 }), (records) => {
        const quoted = records.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`))
        const text = ['h,h,h,h,h,h', ...quoted.map((row) => row.join(','))].join('\r\n')
        expect(cells(text).slice(1)).toEqual(records)
      }),
    )
  })
})
