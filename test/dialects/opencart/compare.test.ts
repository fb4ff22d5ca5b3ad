import { describe, expect, it } from 'vitest'
import { type Answer, compareExchange } from './compare.ts'
import { valueAt } from './json-path.ts'
import { anAnswer, anExchange, differences } from './made-up.ts'
import { type Mutation, mutationsOf } from './mutations.ts'
import { type Exchange, readRecording, versions } from './recording.ts'

/** The exchange's own answer, and captures with which it is right. */
function itsOwn(exchange: Exchange): { answer: Answer; captures: Map<string, string> } {
  const { status, content_type, json, cors } = exchange.advised ?? exchange.response
  const headers = { 'content-type': content_type ?? 'application/json', ...cors }
  const captures = Object.entries(exchange.same ?? {}).map(([path, name]) => {
    return [name, String(valueAt(json, path))] as const
  })
  return { answer: anAnswer(json, { status, headers }), captures: new Map(captures) }
}

function isExcused({ volatile, free = [] }: Exchange, { path, sameKind }: Mutation): boolean {
  return free.some((one) => path.startsWith(one)) || (sameKind && volatile.includes(path))
}

describe.each(versions)('the recorded answers of %s', (version) => {
  const exchanges = readRecording(version)
    .map(({ exchange }) => exchange)
    .filter((exchange) => 'json' in (exchange.advised ?? exchange.response))

  it('equal themselves', () => {
    for (const exchange of exchanges) {
      const { answer, captures } = itsOwn(exchange)
      for (const money of ['shape', 'exact'] as const) {
        expect(compareExchange(exchange, answer, captures, { money })).toEqual([])
      }
    }
  })

  it('differ from each mutation of themselves but the excused', () => {
    let found = 0
    const missed: string[] = []
    const accused: string[] = []
    for (const exchange of exchanges) {
      const { answer, captures } = itsOwn(exchange)
      for (const mutation of mutationsOf(answer.json)) {
        const mutated = { ...answer, json: mutation.json }
        const differs = compareExchange(exchange, mutated, captures, { money: 'exact' }).length > 0
        const line = `${exchange.name}: ${mutation.path} ${mutation.what}`
        if (isExcused(exchange, mutation)) {
          // A value of `same` is volatile from run to run, but not within one.
          if (differs && exchange.same?.[mutation.path] === undefined) accused.push(line)
        } else if (differs) found++
        else missed.push(line)
      }
    }
    expect(missed).toEqual([])
    expect(accused).toEqual([])
    expect(found).toBeGreaterThan(exchanges.length)
  })

  it('differ from another status and from what is no JSON', () => {
    for (const exchange of exchanges) {
      const { answer, captures } = itsOwn(exchange)
      const other = { ...answer, status: answer.status + 1 }
      expect(compareExchange(exchange, other, captures)).toHaveLength(1)
      const page = { ...answer, json: undefined, text: '<html>' }
      expect(compareExchange(exchange, page, captures)).toEqual(['no JSON: <html>'])
    }
  })

  it('differ once an answer is the other verdict too', () => {
    for (const exchange of exchanges) {
      const { answer, captures } = itsOwn(exchange)
      const verdicts = Object.keys(Object(answer.json)).filter((key) =>
        /^(success|error)$/.test(key),
      )
      if (verdicts.length !== 1) continue
      const other = verdicts[0] === 'error' ? { success: 'Yes' } : { error: 'No' }
      const both = { ...answer, json: { ...Object(answer.json), ...other } }
      expect(compareExchange(exchange, both, captures)).not.toEqual([])
    }
  })
})

describe('an answer', () => {
  it.each([
    ['the same number', 5, 5, true],
    ['a number as text', 5, '5', false],
    ['a text as number', '5', 5, false],
    ['an empty list', [], [], true],
    ['an empty object', [], {}, false],
    ['a filled object', [], { a: 1 }, false],
    ['null', [], null, false],
    ['a key more', { a: 1 }, { a: 1, b: 2 }, true],
    ['a key less', { a: 1, b: 2 }, { a: 1 }, false],
    ['a key that is null', { a: 1 }, { a: null }, false],
    ['keys in another order', { a: 1, b: 2 }, { b: 2, a: 1 }, true],
    ['a key more in an error', { error: { a: '' } }, { error: { a: '', b: '' } }, false],
    [
      'a key more deep in one',
      { error: { o: { 1: '' } } },
      { error: { o: { 1: '', 2: '' } } },
      false,
    ],
    ['an error as text', { error: { a: '' } }, { error: '' }, false],
    ['a list in another order', [1, 2], [2, 1], false],
    ['a list as object', [1, 2], { 0: 1, 1: 2 }, false],
    ['a key that every object has', { constructor: 'a' }, {}, false],
  ])('may be or not: %s', (_what, recorded, answered, equal) => {
    expect(differences(recorded, answered).length === 0).toBe(equal)
  })

  it('names the place and both values', () => {
    expect(differences({ a: [{ b: 1 }] }, { a: [{ b: '1' }] })).toEqual([
      '$.a[0].b: "1" (string), not 1 (number)',
    ])
  })

  it('says JSON in its type where the recorded one does', () => {
    const html = anAnswer({}, { headers: { 'content-type': 'text/html' } })
    expect(compareExchange(anExchange({}), html, new Map())).toHaveLength(1)
    const response = { status: 200, content_type: 'text/html; charset=utf-8', json: {} }
    expect(compareExchange(anExchange({}, { response }), anAnswer({}), new Map())).toEqual([])
  })

  it('has the recorded CORS headers', () => {
    const cors = { 'access-control-allow-origin': '*' }
    const response = { status: 200, json: {}, cors }
    const exchange = anExchange({}, { response })
    expect(compareExchange(exchange, anAnswer({}), new Map())).toHaveLength(1)
    expect(compareExchange(exchange, anAnswer({}, { headers: cors }), new Map())).toEqual([])
  })

  it('is compared with the advised one where there is one', () => {
    const advised = { status: 403, json: { error: 'no' } }
    const exchange = anExchange({ success: 'yes' }, { advised })
    const right = anAnswer({ error: 'no' }, { status: 403 })
    expect(compareExchange(exchange, right, new Map())).toEqual([])
    expect(compareExchange(exchange, anAnswer({ success: 'yes' }), new Map())).not.toEqual([])
  })

  it('that is no JSON has the recorded text, unless that is only a remark', () => {
    const say = (text: string, answered: string) => {
      const exchange = anExchange({}, { response: { status: 200, text } })
      return compareExchange(exchange, anAnswer(undefined, { text: answered }), new Map())
    }
    expect(say('', '')).toEqual([])
    expect(say('', 'x')).toHaveLength(1)
    expect(say('(HTML page: x)', '<html>')).toEqual([])
  })
})
