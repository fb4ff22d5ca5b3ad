import { describe, expect, it } from 'vitest'
import { field, queryValue } from '../../../src/dialects/opencart/request.ts'
import { treeToObject } from '../../../src/wire/tree.ts'
import { form, json, read } from './a-call.ts'

function posted(body: string | Uint8Array, type = form) {
  return treeToObject(read({ body, type }).body)
}

function deep(depth: number, [open, close]: readonly [string, string]): string {
  return `{"a":${open.repeat(depth - 1)}1${close.repeat(depth - 1)}}`
}

describe('the body', () => {
  it.each([
    ['a form', 'a=1&b=x%20y+z', form, { a: '1', b: 'x y z' }],
    ['a form with a charset', 'a=1', `${form}; charset=UTF-8`, { a: '1' }],
    [
      'a form of no type',
      'product%5B0%5D%5Bproduct_id%5D=40',
      '',
      { product: [{ product_id: '40' }] },
    ],
    ['a form of another type', 'a=1', 'text/plain', { a: '1' }],
    ['a form said to be JSON', 'username=Default&key=k', json, { username: 'Default', key: 'k' }],
    ['brackets', 'product[0][option][226]=15&s[]=1&s[]=2', form, undefined],
    ['nothing', '', form, {}],
    ['nothing, said to be JSON', ' \n', json, {}],
    ['text', 'hello there = you', 'text/plain', {}],
    ['XML', '<a b="c">d=e</a>', 'application/xml', {}],
    ['cyrillic in windows-1251', 'a=%CF%EE%F7%F2%E0', form, { a: 'Почта' }],
    ['JSON that only begins so', '{"a":1', form, { '{"a":1': '' }],
    ['JSON that only begins so, of no type', '{"a":1', '', {}],
  ])('is read: %s', (_name, body, type, expected) => {
    const nested = { product: [{ option: { 226: '15' } }], s: ['1', '2'] }
    const request = read({ body, type })
    expect(request).toMatchObject({ nul: false })
    expect(request.problem).toBeUndefined()
    expect(treeToObject(request.body)).toEqual(expected ?? nested)
    expect(Buffer.from(request.rawBody).toString()).toBe(body)
  })

  it.each([json, `${json};charset=utf-8`, 'application/vnd.api+json', '', 'text/plain', form])(
    'is read as JSON, its type being %j',
    (type) => {
      const body =
        '\n{"id":40,"on":true,"off":false,"none":null,"price":1.5,"list":[1,"б"],"o":{"226":[]}}'
      expect(posted(body, type)).toEqual({
        id: '40',
        on: '1',
        off: '',
        none: '',
        price: '1.5',
        list: ['1', 'б'],
        o: { 226: [] },
      })
    },
  )

  it.each(['[1,2]', 'null', '"a=b"', '17', 'true'])('has no fields as the JSON %s', (body) => {
    expect(posted(body, json)).toEqual({})
    expect(read({ body, type: json }).problem).toBeUndefined()
  })

  it('may begin with a byte order mark', () => {
    expect(posted('\ufeff{"a":1}', json)).toEqual({ a: '1' })
    expect(posted('\ufeff{"a":1}', '')).toEqual({ a: '1' })
  })

  it('keeps names apart from what every object has', () => {
    const request = read({ body: '{"__proto__":{"a":"b"},"constructor":"x"}', type: json })
    expect([...request.body.keys()]).toEqual(['__proto__', 'constructor'])
    expect(field(request, 'toString')).toBeUndefined()
  })

  it('is read from multipart', () => {
    const part = (name: string, value: string) =>
      `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
    const body = `${part('username', 'Default')}${part('product[0][product_id]', '40')}--b--\r\n`
    expect(posted(body, 'multipart/form-data; boundary=b')).toEqual({
      username: 'Default',
      product: [{ product_id: '40' }],
    })
  })

  it.each(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])('is empty for %s', (method) => {
    const request = read({ method, query: 'route=api/login&a=1', body: 'a=2' })
    expect(request.body.size).toBe(0)
    expect(request.rawBody).toHaveLength(0)
    expect(queryValue(request, 'a')).toBe('1')
    expect(read({ method, body: 'too-large' }).problem).toBeUndefined()
  })

  it('may be one huge field', () => {
    const data = JSON.stringify(
      Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`SKU-${i}`, i])),
    )
    expect(field(read({ body: `cat=1&data=${data}&` }), 'data')).toBe(data)
  })
})

describe('what cannot be read', () => {
  it.each([
    ['1,001 fields', 'a=1&'.repeat(1001), form, 'over 1,000 fields', false],
    ['65 brackets', `a${'[b]'.repeat(65)}=1`, form, 'nested over 64 deep', false],
    ['a NUL in a name', 'a%00b=1', form, 'a NUL in the name of a field', true],
    ['lists too deep', deep(65, ['[', ']']), json, 'nested over 64 deep', false],
    ['objects too deep', deep(65, ['{"a":', '}']), '', 'nested over 64 deep', false],
    ['endless brackets', `{"a":${'['.repeat(1_000_000)}`, form, 'nested over 64 deep', false],
    ['a NUL in a name of JSON', '{"a":{"\\u0000":1}}', json, 'a NUL in the name of a field', true],
    ['broken JSON', '{"a":1', json, 'the body is no JSON', false],
  ])('is named: %s', (_name, body, type, problem, nul) => {
    const request = read({ query: 'route=api/login', body, type })
    expect(request).toMatchObject({ route: 'api/login', problem, nul })
    expect(request.body.size).toBe(0)
    expect(Buffer.from(request.rawBody).toString()).toBe(body)
  })

  it('may be the query', () => {
    const request = read({ query: `route=api/login&${'a=1&'.repeat(1000)}`, body: 'a=1' })
    expect(request).toMatchObject({ route: '', problem: 'over 1,000 fields' })
    expect(request.query.size).toBe(0)
  })

  it('may be too large', () => {
    const request = read({ query: 'route=api/login', body: 'too-large' })
    expect(request).toMatchObject({ route: 'api/login', problem: 'the body is too large' })
    expect(request.rawBody).toHaveLength(0)
  })

  it.each([
    ['63 deep', deep(63, ['[', ']']), json],
    ['64 deep', deep(64, ['[', ']']), json],
    ['brackets inside of texts', `{"a":"${'[\\"{'.repeat(100)}"}`, json],
    ['many brackets in a row', `{"a":[${'[],'.repeat(100)}[]]}`, json],
    ['1,000 fields', 'a=1&'.repeat(999), form],
  ])('is not %s', (_name, body, type) => {
    const request = read({ body, type })
    expect(request.problem).toBeUndefined()
    expect(request.body.size).toBe(1)
  })

  it.each([
    ['the query', { query: 'a=%00' }],
    ['a form', { body: 'a=b%00' }],
    ['a list of JSON', { body: '{"a":["\\u0000"]}', type: json }],
  ])('is not a value with a NUL in %s, which is told all the same', (_name, sent) => {
    const request = read(sent)
    expect(request.nul).toBe(true)
    expect(request.problem).toBeUndefined()
  })
})
