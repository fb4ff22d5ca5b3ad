import { describe, expect, it } from 'vitest'
import {
  field,
  fieldOrQuery,
  fields,
  intOf,
  queryOrField,
  queryValue,
  readRequest,
  tokensOf,
} from '../../../src/dialects/opencart/request.ts'
import type { PhpValue } from '../../../src/wire/php-array.ts'
import { text } from '../../../src/wire/tree.ts'
import { needPhp, runPhp } from '../../wire/php.ts'
import { aCall, json, read, type Sent } from './a-call.ts'

describe('the route', () => {
  it.each([
    ['route=api/cart/products', 'api/cart/products'],
    ['api_token=&route=api/login', 'api/login'],
    ['route=api%2Fcart%2Fadd&x=1', 'api/cart/add'],
    ['route=api/cart/products/', 'api/cart/products'],
    ['route=/api/cart/products//', 'api/cart/products'],
    ['route=api//cart///products', 'api/cart/products'],
    ['route=API/Cart/Products', 'API/Cart/Products'],
    ['route=api/sale/cart.add', 'api/sale/cart.add'],
    ['route=api/sale/cart|add', 'api/sale/cart|add'],
    ['route=api/sale/cart%7Cadd', 'api/sale/cart|add'],
    ['route=api/login&', 'api/login'],
    ['route=a&route=b', 'b'],
    ['route[]=a', ''],
    ['route=', ''],
    ['route=/', ''],
    ['', ''],
    ['api_token=x', ''],
  ])('of %j is %j', (query, route) => {
    expect(read({ query }).route).toBe(route)
  })

  it('is looked for in the query alone', () => {
    expect(read({ body: 'route=api/login' }).route).toBe('')
  })
})

describe('fields', () => {
  const request = read({
    query: 'order_id=7&both=q&only=q&empty=&list[]=1&x=q',
    body: 'both=b&x=&product[0][product_id]=40&product[1][product_id]=41&имя=Анна&list=t',
  })

  it('come from the body', () => {
    expect(field(request, 'both')).toBe('b')
    expect(field(request, 'имя')).toBe('Анна')
    expect(field(request, 'x')).toBe('')
    expect(field(request, 'only')).toBeUndefined()
    expect(field(request, 'product')).toBeUndefined()
  })

  it('come from the query', () => {
    expect(queryValue(request, 'order_id')).toBe('7')
    expect(queryValue(request, 'empty')).toBe('')
    expect(queryValue(request, 'list')).toBeUndefined()
  })

  it.each([
    ['both', 'b', 'q'],
    ['only', 'q', 'q'],
    ['x', 'q', 'q'],
    ['empty', '', ''],
    ['list', 't', 't'],
    ['имя', 'Анна', 'Анна'],
    ['none', undefined, undefined],
  ])('come from both: %s', (name, bodyFirst, queryFirst) => {
    expect(fieldOrQuery(request, name)).toBe(bodyFirst)
    expect(queryOrField(request, name)).toBe(queryFirst)
  })

  it('come as arrays, in their order', () => {
    const products = [...(fields(request, 'product')?.values() ?? [])]
    const idOf = (one: PhpValue) => (typeof one === 'string' ? one : text(one, 'product_id'))
    expect(products.map(idOf)).toEqual(['40', '41'])
    expect(fields(request, 'both')).toBeUndefined()
    expect(fields(request, 'none')).toBeUndefined()
  })
})

describe('tokens', () => {
  function tokens(sent: Sent): string[] {
    const call = aCall(sent)
    return tokensOf(call, readRequest(call))
  }

  it('are tried from the likeliest on', () => {
    const headers = { authorization: 'Bearer five', cookie: 'language=en-gb; OCSESSID=six; a=b' }
    const query = 'api_token=one&token=two'
    const body = 'token=four&api_token=three'
    const all = ['one', 'two', 'three', 'four', 'five', 'six']
    expect(tokens({ query, body, headers })).toEqual(all)
    expect(tokens({ query, body, headers, method: 'GET' })).toEqual(['one', 'two', 'five', 'six'])
  })

  it.each([
    ['none', {}, []],
    ['an empty one', { query: 'api_token=&token=' }, []],
    [
      'the same one twice',
      { query: 'api_token=a&token=a', headers: { cookie: 'OCSESSID=a' } },
      ['a'],
    ],
    ['blanks around it', { query: 'api_token=+a%0A' }, ['a']],
    ['an array', { query: 'api_token[]=a' }, []],
    [
      'an empty one beside a cookie',
      { query: 'api_token=', headers: { cookie: 'OCSESSID=c' } },
      ['c'],
    ],
    ['JSON', { body: '{"api_token":"j"}', type: json }, ['j']],
    ['another case of the scheme', { headers: { authorization: 'bearer  t ' } }, ['t']],
    ['another scheme', { headers: { authorization: 'Basic dDp0' } }, []],
    ['two words', { headers: { authorization: 'Bearer a b' } }, []],
    ['a cookie of another case', { headers: { cookie: 'ocsessid=a' } }, []],
    ['a cookie with a longer name', { headers: { cookie: 'XOCSESSID=a' } }, []],
    ['two cookies', { headers: { cookie: 'OCSESSID=a;OCSESSID=b' } }, ['a']],
    ['a cookie in quotes', { headers: { cookie: 'OCSESSID="a"' } }, ['a']],
    ['a cookie with equals signs', { headers: { cookie: 'OCSESSID=a==' } }, ['a==']],
    ['a cookie without a value', { headers: { cookie: 'OCSESSID' } }, []],
  ])('are right for %s', (_name, sent, expected) => {
    expect(tokens(sent)).toEqual(expected)
  })
})

describe('intOf', () => {
  const table: [string, number][] = [
    ['', 0],
    ['0', 0],
    ['40', 40],
    ['007', 7],
    ['-5', -5],
    ['+5', 5],
    ['-0', 0],
    [' \t\n\r\v\f12', 12],
    ['12abc', 12],
    ['12.99', 12],
    ['-12.99', -12],
    ['-0.5', 0],
    ['.9', 0],
    ['1e3', 1000],
    ['1.5e1x', 15],
    ['1e', 1],
    ['0x1A', 0],
    ['abc', 0],
    ['RUS', 0],
    ['- 5', 0],
    ['--5', 0],
    ['\u00a05', 0],
    ['1,000', 1],
    ['2147483647', 2147483647],
    ['-2147483648', -2147483648],
  ]

  it.each(table)('makes %j %d', (text, number) => {
    expect(intOf(text)).toBe(number)
  })

  it.each([
    ['2147483648', 2147483647],
    ['-99999999999999999999', -2147483648],
    ['1e400', 2147483647],
    ['9'.repeat(100_000), 2147483647],
  ])('stays within 32 bits', (text, number) => {
    expect(intOf(text)).toBe(number)
  })

  it('is 0 for what is missing', () => {
    expect(intOf(undefined)).toBe(0)
  })

  it('agrees with PHP where both have room', (context) => {
    needPhp(context)
    const inPhp = table.map(([text]) => {
      return `(int) base64_decode('${Buffer.from(text).toString('base64')}')`
    })
    const expected = runPhp('encode-json.php', JSON.stringify(inPhp))
    expect(table.map(([text]) => String(intOf(text)))).toEqual(expected)
  })
})
