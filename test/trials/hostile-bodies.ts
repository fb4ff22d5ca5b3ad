import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { boundary, formType, multipartType } from './hostile-call.ts'
import { oddJson, oddName, oddText } from './hostile-texts.ts'

/** A body's bytes, one a character, and what its head says of them. */
export type Content = {
  readonly type: string
  readonly body: string
  readonly headers?: readonly (readonly [string, string])[]
}

type Pair = readonly [string, string]

/** Pairs that were right, some of them changed, and others beside them. */
export function oddPairs(
  pairs: readonly Pair[],
  known: readonly string[],
): fc.Arbitrary<readonly Pair[]> {
  const name = oddName(known)
  const edit = fc.record({
    at: fc.nat(20),
    what: fc.constantFrom('value', 'value', 'value', 'name', 'drop', 'twice'),
    name,
    value: fc.oneof({ weight: 8, arbitrary: oddText }, { weight: 1, arbitrary: oddJson(known) }),
  })
  const more = fc.array(fc.tuple(name, oddText), { maxLength: 3 })
  const order = fc.boolean()
  return fc
    .tuple(fc.array(edit, { maxLength: 3 }), more, order)
    .map(([edits, others, othersFirst]) => {
      const changed = edits.reduce(changedBy, pairs)
      return othersFirst ? [...others, ...changed] : [...changed, ...others]
    })
}

type Edit = {
  readonly at: number
  readonly what: string
  readonly name: string
  readonly value: string
}

function changedBy(pairs: readonly Pair[], { at, what, name, value }: Edit): readonly Pair[] {
  const place = pairs.length === 0 ? 0 : at % pairs.length
  const [oldName, oldValue] = pairs[place] ?? [name, value]
  if (what === 'drop') return pairs.filter((_, index) => index !== place)
  if (what === 'twice') return [...pairs, [oldName, value]]
  return pairs.map((pair, index) => {
    if (index !== place) return pair
    return what === 'name' ? [name, oldValue] : [oldName, value]
  })
}

/** Percent-encoded but for brackets, which most encoders leave. */
export function encoded(text: string): string {
  return text.replace(/[^A-Za-z0-9_.[\]-]/g, (sign) => {
    return `%${sign.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`
  })
}

export function formOf(pairs: readonly Pair[], encode = encoded): string {
  return pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')
}

const floods = fc
  .tuple(
    fc.constantFrom<(at: number) => string>(
      (at) => `a[${at}]=`,
      (at) => `a[-${at}]=${at}`,
      (at) => `a[${at * 65_536}]=`,
      (at) => `a[${2_147_483_648 + at}]=`,
      () => 'a[]=',
      () => 'a=',
      (at) => `b${at}=`,
      (at) => `goods[${at}][good_name]=KR-01`,
      (at) => `product[${at}][product_id]=40`,
      (at) => `__proto__[${at}]=`,
      () => '',
      () => 'a[][][][]=1',
    ),
    fc.constantFrom(10, 999, 1000, 1001, 3000),
  )
  .map(([piece, count]) => Array.from({ length: count }, (_, at) => piece(at)).join('&'))

const damage = fc.oneof(
  { weight: 12, arbitrary: fc.constant((body: string) => body) },
  { weight: 1, arbitrary: fc.nat(200).map((at) => (body: string) => body.slice(0, at)) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat(200), oddText).map(([at, text]) => (body: string) => {
      return body.slice(0, at) + text + body.slice(at)
    }),
  },
)

/** A form, its bytes, or something else where one is due. */
export function oddContent(
  pairs: readonly Pair[],
  known: readonly string[],
): fc.Arbitrary<Content> {
  const odd = oddPairs(pairs, known)
  const form = fc.tuple(odd, damage).map(([some, hurt]) => hurt(formOf(some)))
  const asForm = (body: string): Content => ({ type: formType, body })
  return fc.oneof(
    { weight: 20, arbitrary: form.map(asForm) },
    { weight: 2, arbitrary: odd.map((some) => asForm(formOf(some, (text) => text))) },
    { weight: 1, arbitrary: fc.tuple(odd, floods).map(([a, b]) => asForm(`${formOf(a)}&${b}`)) },
    { weight: 3, arbitrary: fc.tuple(odd, damage, oddPart).map(multipart) },
    { weight: 2, arbitrary: fc.tuple(oddJson(known), jsonType).map(json) },
    { weight: 1, arbitrary: fc.tuple(odd, jsonType).map(jsonOf) },
    { weight: 1, arbitrary: fc.tuple(form, oddType).map(([body, type]) => ({ body, type })) },
    { weight: 1, arbitrary: form.map(recoded) },
    { weight: 1, arbitrary: form.map(zipped) },
    { weight: 1, arbitrary: fc.constantFrom(...xml).map((body) => ({ type: 'text/xml', body })) },
    { weight: 1, arbitrary: fc.constant({ type: formType, body: '' }) },
  )
}

const xml = [
  `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "${'b'.repeat(99)}">]><a>${'&b;'.repeat(999)}</a>`,
  '<a>'.repeat(20_000),
  '<a '.repeat(9000),
]

const jsonType = fc.constantFrom(
  'application/json',
  'application/json; charset=utf-16',
  formType,
  '',
)

const oddType = fc.oneof(
  fc.constantFrom(
    ...[
      '',
      'text/plain',
      'application/x-www-form-urlencoded; charset=utf-7',
      'multipart/form-data',
    ],
    ...['multipart/form-data; boundary=', 'multipart/form-data; boundary="', ';', '/', 'a/b/c'],
    ...['APPLICATION/X-WWW-FORM-URLENCODED', `a/${'b'.repeat(5000)}`, 'application/x-gzip'],
  ),
  oddText.map((text) => text.replace(/[^\x20-\xff]/g, '').slice(0, 6000)),
)

const oddPart = fc.constantFrom(
  '',
  '; filename="a"',
  `; filename="${'a'.repeat(3000)}"`,
  '\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64',
  '\r\nX: '.repeat(500),
  '; x=y'.repeat(900),
  '"',
)

function multipart([pairs, hurt, more]: readonly [
  readonly Pair[],
  (body: string) => string,
  string,
]): Content {
  const parts = pairs.map(([name, value], at) => {
    const quoted = name.replace(/["\r\n]/g, '\\"')
    const extra = at === 0 ? more : ''
    return `--${boundary}\r\nContent-Disposition: form-data; name="${quoted}"${extra}\r\n\r\n${value}\r\n`
  })
  return { type: multipartType, body: `${hurt(parts.join(''))}--${boundary}--\r\n` }
}

function json([body, type]: readonly [string, string]): Content {
  return { type, body }
}

function jsonOf([pairs, type]: readonly [readonly Pair[], string]): Content {
  const members = pairs.map((pair) => pair.map((text) => JSON.stringify(text)).join(':'))
  return { type, body: Buffer.from(`{${members.join(',')}}`, 'utf8').toString('latin1') }
}

/** In UTF-16, with its mark. */
function recoded(body: string): Content {
  return { type: formType, body: Buffer.from(`\ufeff${body}`, 'utf16le').toString('latin1') }
}

/** Packed, which nobody asked for. */
function zipped(body: string): Content {
  const packed = gzipSync(Buffer.from(body, 'latin1')).toString('latin1')
  return { type: formType, body: packed, headers: [['Content-Encoding', 'gzip']] }
}
