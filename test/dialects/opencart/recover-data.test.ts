import { describe, expect, it } from 'vitest'
import { readData, readModuleForm } from '../../../src/dialects/opencart/warehouse/recover-data.ts'
import { readForm } from '../../../src/wire/form.ts'
import { text } from '../../../src/wire/tree.ts'
import { bodyOf, erpEntries, meantOf } from './erp-recording.ts'

const urlencoded = 'application/x-www-form-urlencoded'

/** What a form decoder makes of a body, as the module's routes would pass it on. */
function decodedData(body: Uint8Array): string | undefined {
  const form = readForm(body, urlencoded, { maxPairs: Number.POSITIVE_INFINITY })
  return form.ok ? text(form.tree, 'data') : undefined
}

function read(body: string | Uint8Array) {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  return readData(bytes, decodedData(bytes))
}

const withData = erpEntries.filter((entry) => meantOf(entry)?.data !== undefined)
const withFields = erpEntries.filter((entry) => meantOf(entry) !== null)

describe('a recorded batch', () => {
  it.each(withData.map((entry) => [entry.id, entry] as const))(
    '%s comes out as meant',
    (_, entry) => {
      const body = bodyOf(entry)
      const meant = JSON.parse(meantOf(entry)?.data ?? '')
      expect(read(body)).toEqual({ value: meant, recovered: entry.php_loses_something })
      // The body alone says as much.
      expect(readData(body, undefined)).toEqual({
        value: meant,
        recovered: entry.php_loses_something,
      })
    },
  )

  it.each(withData.map((entry) => [entry.id, entry] as const))(
    '%s comes out as meant, were it encoded',
    (_, entry) => {
      const { data = '', ...others } = meantOf(entry) ?? {}
      const body = Buffer.from(String(new URLSearchParams({ data, ...others })))
      expect(read(body)).toEqual({ value: JSON.parse(data), recovered: false })
    },
  )

  it.each(withFields.map((entry) => [entry.id, entry] as const))(
    '%s has its other fields as meant',
    (_, entry) => {
      const meant = meantOf(entry)
      const form = readModuleForm(bodyOf(entry))
      expect({ cat: form.cat, statusId: form.statusId }).toEqual({
        cat: meant?.cat,
        statusId: meant?.status_id,
      })
      expect(form.comments).toEqual(
        meant?.comments === undefined
          ? undefined
          : { value: JSON.parse(meant.comments), recovered: false },
      )
    },
  )
})

describe('a batch that was not encoded', () => {
  it.each([
    [
      'a field name inside of a text',
      'data={"a":"x &cat=7&comments={}"}&cat=20&',
      { a: 'x &cat=7&comments={}' },
    ],
    [
      'brackets and quotes inside of a text',
      'data={"a":"}\\"]&b","c&d":1}&',
      { a: '}"]&b', 'c&d': 1 },
    ],
    ['a backslash at the end of a text', 'data={"a&":"\\\\"}&cat=1', { 'a&': '\\' }],
    ['another field in front', 'cat=20&data={"A+B":1}', { 'A+B': 1 }],
    ['a line end behind it', 'data={"A+B":1}\r\n', { 'A+B': 1 }],
    ['an encoded line end behind it', 'data={"A+B":1}%0D%0A&cat=1', { 'A+B': 1 }],
    ['blanks in front', 'data= \n{"A+B":1}&', { 'A+B': 1 }],
    ['a byte order mark in front', 'data=\ufeff{"A+B":1}&', { 'A+B': 1 }],
    ['a byte order mark before the body', '\ufeffdata={"A+B":1}&', { 'A+B': 1 }],
    ['the field twice', 'data={"A+B":1}&data={"C+D":2}&', { 'C+D': 2 }],
    ['Cyrillic letters', 'data={"Чай & мёд+":1}&', { 'Чай & мёд+': 1 }],
    ['an escape that is none', 'data={"%zz%4":1,"%41":2}&', { '%zz%4': 1, '%41': 2 }],
  ])('is read over %s', (_, body, value) => {
    expect(read(body)).toEqual({ value, recovered: true })
  })

  it('is read in windows-1251, too', () => {
    const body = Buffer.concat([
      Buffer.from('data={"'),
      Buffer.from([0xd7, 0x2b]),
      Buffer.from('":1}&'),
    ])
    expect(read(body)).toEqual({ value: { 'Ч+': 1 }, recovered: true })
  })

  it('is not called recovered where a form decoder reads the same', () => {
    expect(read('data={"a":1}&cat=0&')).toEqual({ value: { a: 1 }, recovered: false })
  })

  it('keeps the fields behind it, and takes none from inside of it', () => {
    const body = Buffer.from('data=["&cat=7&status_id=9"]&comments={"12":"a & b+"}&cat=20&')
    expect(readModuleForm(body)).toEqual({
      data: { value: ['&cat=7&status_id=9'], recovered: true },
      comments: { value: { '12': 'a & b+' }, recovered: true },
      cat: '20',
      statusId: undefined,
    })
  })
})

describe('a batch that was encoded', () => {
  it('is decoded in windows-1251, too', () => {
    expect(read('data=%7B%22%D7%22%3A1%7D')).toEqual({ value: { Ч: 1 }, recovered: false })
  })

  it('comes from a multipart body through the decoded text alone', () => {
    const body = Buffer.from(
      '--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n&data={"a":1}&\r\n--b--',
    )
    expect(readData(body, '{"b":2}')).toEqual({ value: { b: 2 }, recovered: false })
    expect(readData(body, undefined)).toHaveProperty('problem')
  })

  it('is read where the brackets alone were left bare', () => {
    expect(read('data={%22a%22:1}')).toEqual({ value: { a: 1 }, recovered: false })
  })

  it('may have more ampersands than a form has pairs', () => {
    const many = `{"a":"${'&'.repeat(5_000)}"}`
    expect(readData(Buffer.from(`data=${many}&`), undefined)).toEqual({
      value: JSON.parse(many),
      recovered: true,
    })
  })
})

describe('JSON', () => {
  it('has the last value of a key that comes twice', () => {
    expect(read('data={"a":1,"b":2,"a":3}&')).toEqual({ value: { a: 3, b: 2 }, recovered: false })
  })

  it('makes no prototype of a key', () => {
    const found = read('data={"__proto__":{"a":1}}&')
    expect('value' in found && Object.keys(Object(found.value))).toEqual(['__proto__'])
    expect(Object.prototype).not.toHaveProperty('a')
  })

  const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)

  it('goes as deep as PHP reads it', () => {
    expect(read(`data=${deep(512)}`)).toHaveProperty('value')
    expect(read(`data=${deep(513)}`)).toHaveProperty('problem')
    expect(read(`data=${encodeURIComponent(deep(513))}`)).toHaveProperty('problem')
  })
})

describe('a body without a batch', () => {
  it.each([
    ['', 'missing'],
    ['&', 'missing'],
    ['data', 'missing'],
    ['data=', 'missing'],
    ['data=+&cat=1', 'missing'],
    ['cat=20', 'missing'],
    ['mydata={"a":1}', 'missing'],
    ['data=nonsense', 'not valid JSON'],
    ['data={"a":1', 'not valid JSON'],
    ['data={"a":1}{"b":2}&', 'not valid JSON'],
    ['data={"a":1]&', 'not valid JSON'],
    ["data={'a':1}&", 'not valid JSON'],
    ['data={"a":1,}&', 'not valid JSON'],
    ['data=%7B%22a%22', 'not valid JSON'],
    ['data={"a":"\0"}', 'not valid JSON'],
    ['data=%', 'not valid JSON'],
  ])('%j is told so', (body, why) => {
    expect(read(body)).toEqual({ problem: expect.stringContaining(why) })
  })

  it('is told the same however large and hostile it is', () => {
    const hostile = ['data={&', 'data=[', '&', 'data=[1]x&', '{"', '\\"']
    for (const part of hostile) {
      const body = Buffer.from(part.repeat(500_000))
      expect(readData(body, undefined)).toHaveProperty('problem')
      expect(readData(Buffer.concat([Buffer.from('data={"'), body]), undefined)).toHaveProperty(
        'problem',
      )
    }
  })
})
