import { describe, expect, it } from 'vitest'
import { captured, fill } from './captures.ts'
import { parsePath, valueAt } from './json-path.ts'
import { anAnswer, request } from './made-up.ts'
import type { RecordedRequest } from './recording.ts'

describe('a path', () => {
  const json = {
    list: [
      { id: '1', c: 'a' },
      { id: 2, c: 'b' },
    ],
    o: { '0': 'zero' },
  }

  it.each([
    ['$.list[1].c', 'b'],
    ['$.list[id=1].c', 'a'],
    ['$.list[id=2].c', 'b'],
    ['$.list[id=3].c', undefined],
    ['$.list[*].c', 'a'],
    ['$.o.0', 'zero'],
    ['$.none.c', undefined],
  ])('%s leads to %s', (path, value) => {
    expect(valueAt(json, path)).toBe(value)
  })

  it.each(['$', '', 'list', '$.list[', '$.list[a]', '$..a', '$.a b'])('is not: %s', (path) => {
    expect(() => parsePath(path)).toThrow('not a path')
  })
})

describe('a captured value', () => {
  const answer = anAnswer(
    { token: 'abc', id: 7 },
    { headers: { 'set-cookie': ['A=1; path=/', 'AB=2', 'A=3; HttpOnly'] } },
  )

  it('comes from the answer, from a cookie or from the query as sent', () => {
    const sent = { ...request, query: [['signature', 'a%2Bb']] as const }
    const sources = {
      token: '$.token',
      id: '$.id',
      none: '$.none',
      cookie: 'set-cookie:A',
      no_cookie: 'set-cookie:B',
      signature: 'request:signature',
    }
    expect(captured(sources, sent, answer)).toEqual([
      ['token', 'abc'],
      ['id', '7'],
      ['cookie', '3'],
      ['signature', 'a%2Bb'],
    ])
  })

  it('stands in query, headers and body', () => {
    const recorded: RecordedRequest = {
      ...request,
      query: [['api_token', '{{token}}']],
      headers: { authorization: 'Bearer {{token}}' },
      body: 'a={{token}}&b={{id}}',
    }
    const captures = new Map([
      ['token', '$&'],
      ['id', '7'],
    ])
    expect(fill(recorded, captures)).toEqual({
      missing: [],
      request: {
        ...recorded,
        query: [['api_token', '$&']],
        headers: { authorization: 'Bearer $&' },
        body: 'a=$&&b=7',
      },
    })
    expect(fill(recorded, new Map()).missing).toEqual(['token', 'id'])
  })

  it('of a cookie that was never set leaves the cookie out', () => {
    const cookie = 'PHPSESSID={{session}}; language=en-gb; api={{api}}'
    const recorded = { ...request, headers: { cookie } }
    const sent = (captures: [string, string][]) => fill(recorded, new Map(captures))
    expect(sent([['api', 'x']]).request.headers).toEqual({ cookie: 'language=en-gb; api=x' })
    expect(sent([]).missing).toEqual([])
    const lone = { ...request, headers: { cookie: 'PHPSESSID={{session}}' } }
    expect(fill(lone, new Map()).request.headers).toEqual({})
  })
})
