import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readForm } from '../../src/wire/form.ts'
import type { FormRefusal } from '../../src/wire/php-form.ts'
import { httpBuildQuery } from '../../src/wire/php-query.ts'
import { isPhpReady, needPhp, type PhpServer, show, startPhpServer } from './php.ts'
import {
  createRandom,
  type Random,
  randomBody,
  randomName,
  randomText,
  withNul,
} from './random-forms.ts'

beforeEach(needPhp)

type Difference = { body: string; ours: string; php: string }
type Comparison = { differences: Difference[]; refusals: FormRefusal[]; compared: number }

describe('the form reader', () => {
  let server: PhpServer | undefined
  beforeAll(async () => {
    if (isPhpReady) server = await startPhpServer('show-post.php')
  })
  afterAll(async () => server?.stop())

  async function compare(bodies: { body: string; type: string }[]): Promise<Comparison> {
    if (server === undefined) throw new Error("PHP's web server did not start")
    const result: Comparison = { differences: [], refusals: [], compared: 0 }
    for (const { body, type } of bodies) {
      const bytes = Buffer.from(body, 'latin1')
      const form = readForm(bytes, type, { keepValueNuls: true })
      if (!form.ok) {
        result.refusals.push(form.reason)
        continue
      }
      result.compared++
      const ours = `${show(form.tree)} ${httpBuildQuery(form.tree)}`
      const php = await server.post(bytes, type)
      if (ours !== php) result.differences.push({ body, ours, php })
    }
    return result
  }

  const agreed = (compared: number) => ({ differences: [], refusals: [], compared })

  it('agrees with $_POST on bodies with a NUL, or refuses them', async () => {
    const random = createRandom(7)
    const type = 'application/x-www-form-urlencoded; charset=utf-8'
    const bodies = Array.from({ length: 600 }, () => withNul(random, randomBody(random)))
    const result = await compare(bodies.map((body) => ({ body, type })))
    expect(result.differences).toEqual([])
    expect(new Set(result.refusals)).toEqual(new Set(['nul']))
    expect(result.compared).toBeGreaterThan(100)
  })

  it('agrees with $_POST on random multipart bodies', async () => {
    const random = createRandom(11)
    const bodies = Array.from({ length: 600 }, () => randomMultipart(random))
    expect(await compare(bodies)).toEqual(agreed(600))
  })

  it.each(multipartCases())(
    'agrees with $_POST on a multipart body with %s',
    async (_, body, type) => {
      expect(await compare([{ body, type }])).toEqual(agreed(1))
    },
  )

  it.each([
    ['APPLICATION/X-WWW-FORM-URLENCODED', 'a=1'],
    ['application/x-www-form-urlencoded ; charset=utf-8', 'a=1'],
    ['application/x-www-form-urlencoded,x', 'a=1'],
    ['application/x-www-form-urlencodedx', 'a=1'],
    ['text/plain', 'a=1'],
    ['application/json', '{"a":1}'],
    ['multipart/form-data', 'a=1'],
    ['multipart/form-data; boundary="b', '--b\r\n'],
  ])('agrees with $_POST on the Content-Type %s', async (type, body) => {
    expect(await compare([{ body, type }])).toEqual(agreed(1))
  })
})

function part(head: string, body: string, end = '\r\n'): string {
  return `${head}${end}${end}${body}${end}`
}

function multipartCases(): [string, string, string][] {
  const type = 'multipart/form-data; boundary=b'
  const disposition = 'Content-Disposition: form-data; name='
  const one = (head: string, body = 'v') => `--b\r\n${part(head, body)}--b--\r\n`
  return [
    ['one field', one(`${disposition}"a"`), type],
    ['a quoted boundary', one(`${disposition}"a"`), 'multipart/form-data; boundary="b"; x=y'],
    ['a comma after the boundary', one(`${disposition}"a"`), 'multipart/form-data; Boundary=b,c'],
    ['a name without quotes', one(`${disposition}a b; x=y`), type],
    ['a name in single quotes', one(`${disposition}'a b'`), type],
    ['quotes in a name', one(`${disposition}"a\\"b;c\\\\d\\e"`), type],
    ['a name given twice', one(`${disposition}"a"; name="z"`), type],
    ['header names in odd case', one('cOntent-dispositioN:form-data;NAME="a"'), type],
    ['a folded header', one('Content-Disposition: form-data;\r\n name="a"'), type],
    ['a file', one(`${disposition}"f"; filename="x.txt"`), type],
    ['a file without a file name', one(`${disposition}"f"; filename=""`), type],
    [
      'a file, then a field',
      `--b\r\n${part(`${disposition}f; filename=x`, '\0\x01')}${one(`${disposition}a`)}`,
      type,
    ],
    [
      'no disposition',
      `--b\r\n${part('Content-Type: text/plain', 'v')}${one(`${disposition}a`)}`,
      type,
    ],
    [
      'a part without any name',
      `--b\r\n${part('Content-Disposition: x', 'v')}${one(`${disposition}a`)}`,
      type,
    ],
    ['text before and after', `hello\r\n${one(`${disposition}a`)}bye`, type],
    ['a part after the end', `${one(`${disposition}a`)}${one(`${disposition}z`)}`, type],
    ['bare line feeds', `--b\n${part(`${disposition}a`, 'v', '\n')}--b--\n`, type],
    ['line ends inside a value', one(`${disposition}a`, '1\r\n2\n3\r\r\n'), type],
    ['the boundary inside a value', one(`${disposition}a`, 'x--b\r\n--B\r\ny'), type],
    ['a longer boundary inside a value', one(`${disposition}a`, '1\r\n--bc\r\n2'), type],
    ['no end', `--b\r\n${disposition}a\r\n\r\nvalue`, type],
    ['an end cut short', `--b\r\n${disposition}a\r\n\r\nvalue\r\n--`, type],
    ['a head cut short', `--b\r\n${disposition}a`, type],
    ['an empty value', one(`${disposition}a`, ''), type],
    ['no body at all', '', type],
    ['brackets', one(`${disposition}"goods[0][x.y]"`), type],
    ['percent codes and plus', one(`${disposition}"a%5Bb+c"`, '1+2%20'), type],
    ['a long value', one(`${disposition}a`, 'x\r\n'.repeat(20_000)), type],
    ['bytes of any kind', one(`${disposition}"\xc8\xff"`, '\x00\xff\xfe\r'), type],
  ]
}

function randomMultipart(random: Random): { body: string; type: string } {
  const lineEnd = () => random.pick(['\r\n', '\r\n', '\r\n', '\n'])
  const parts = Array.from({ length: random.below(6) }, () => {
    const quote = random.pick(['"', '"', '"', "'", ''])
    const name = `name=${quote}${randomName(random)}${quote}`
    const file = random.below(8) === 0 ? '; filename=x' : ''
    const kind = random.below(8) === 0 ? `Content-Type: text/plain${lineEnd()}` : ''
    const head = `${kind}Content-Disposition: form-data; ${name}${file}`
    const value =
      randomText(random, 4) + random.pick(['', '', '\r', '\n', '\r\n-', '\r\n--B', '\r\n--bx'])
    return `${random.pick(['', '', '', ' ', 'x\n'])}--b${lineEnd()}${head}${lineEnd()}${lineEnd()}${value}${lineEnd()}`
  })
  const end = random.pick(['--b--\r\n', '--b--', '--b\r\n', '--', '', '-'])
  const type = random.pick(['multipart/form-data; boundary=b', 'multipart/form-data;boundary="b"'])
  return { body: parts.join('') + end, type }
}
