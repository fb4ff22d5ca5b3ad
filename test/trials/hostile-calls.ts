import fc from 'fast-check'
import { type Content, formOf, oddContent, oddPairs } from './hostile-bodies.ts'
import type { Framing, HostileCall, Proof, Spoken } from './hostile-call.ts'
import { type Template, templates } from './hostile-templates.ts'
import { oddText } from './hostile-texts.ts'

/** How each dialect's callers prove themselves; the more often a way stands here, the likelier. */
const proofs: Readonly<Record<Spoken, readonly Proof[]>> = {
  influencersoft: ['hash', 'hash', 'hash', 'key', 'none', 'wrong'],
  mintsoft: ['key', 'key', 'key', 'none', 'wrong'],
  opencart: ['token', 'token', 'token', 'token', 'cookie', 'login', 'none', 'wrong'],
  shopsite: ['basic', 'basic', 'signed', 'login', 'none', 'wrong'],
}

const rarely = <T>(usual: T, odd: fc.Arbitrary<T>, one: number): fc.Arbitrary<T> =>
  fc.oneof({ weight: one - 1, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: odd })

const method = rarely(
  'POST',
  fc.constantFrom(
    ...['GET', 'GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'CONNECT', 'PROPFIND'],
    ...['POSTS', 'post', 'G\xcbT', 'M-SEARCH', 'A'.repeat(3000), '__proto__', 'PRI', 'TRACK'],
  ),
  10,
)

const framing = fc.oneof(
  { weight: 30, arbitrary: fc.constant<Framing>('length') },
  { weight: 4, arbitrary: fc.constant<Framing>('chunked') },
  { weight: 1, arbitrary: fc.constantFrom<Framing>('short', 'long', 'both', 'twice', 'none') },
)

const path = (usual: string): fc.Arbitrary<string> =>
  rarely(
    usual,
    fc.oneof(
      fc.constantFrom(
        ...['', '/', '//', `${usual}/`, usual.toUpperCase(), `${usual}%00`, '/%zz', '/%', '/..'],
        ...[
          `/x/../${usual}`,
          '/api',
          '/api/',
          '/api/__proto__',
          '/api/constructor',
          '/api/toString',
        ],
        ...[
          `/${'a'.repeat(6000)}`,
          '/%c0%af',
          '/api/%D0%BF',
          `${usual};a=b`,
          '/\xff',
          '/db_xml.cgi',
        ],
        ...['/cgi-bin/a/b/db_xml.cgi', '/authorize.cgi/', '/API/index.php', '/index.php/x'],
      ),
      oddText.map((text) => `/${text.replace(/[^\x21-\x7e\x80-\xff]/g, '').slice(0, 3000)}`),
    ),
    12,
  )

const headerName = fc.constantFrom(
  ...[
    'X-Odd',
    'Cookie',
    'Authorization',
    'Origin',
    'X-Forwarded-For',
    'X-Forwarded-Proto',
    'Accept',
  ],
  ...['Accept-Encoding', 'User-Agent', 'Accept-Language', 'Referer', 'If-None-Match', 'Range'],
  ...['Expect', 'Upgrade', 'Connection', 'TE', 'Trailer', 'Content-Encoding', '__proto__', 'Host'],
  ...['constructor', 'X-HTTP-Method-Override', 'Content-Type', 'Proxy', 'HTTP2-Settings', 'Via'],
)

const headerValue = fc.oneof(
  fc.constantFrom(
    ...['100-continue', 'websocket', 'h2c', 'close', 'keep-alive', 'upgrade', 'bytes=0-', 'gzip'],
    ...['Basic', 'Basic =', 'Basic Og==', 'Bearer ', 'Bearer {{order}}', 'OCSESSID=', '127.0.0.1'],
    ...['::1', '1.2.3.4, ::ffff:127.0.0.1', '999.1.1.1', 'OCSESSID="a', 'null', 'trailers'],
  ),
  oddText.map((text) => text.replace(/[^\x20-\x7e\x80-\xff]/g, '').slice(0, 5000)),
)

const header = fc.tuple(headerName, headerValue)

const headers = fc.oneof(
  { weight: 6, arbitrary: fc.constant<[string, string][]>([]) },
  { weight: 3, arbitrary: fc.array(header, { minLength: 1, maxLength: 3 }) },
  { weight: 1, arbitrary: flood(header) },
)

/** Many headers, or one of many cookies. */
function flood(one: fc.Arbitrary<[string, string]>): fc.Arbitrary<[string, string][]> {
  const counts = fc.constantFrom(50, 200, 1990, 2500)
  const many = counts.map((count) =>
    Array.from({ length: count }, (_, at): [string, string] => [`x${at}`, '']),
  )
  const cookies = counts.map((count): [string, string][] => [
    ['Cookie', Array.from({ length: count }, (_, at) => `c${at}=`).join('; ')],
  ])
  const same = fc.tuple(one, counts).map(([line, count]) => Array<typeof line>(count).fill(line))
  return fc.oneof(many, cookies, same)
}

const address = fc.oneof(
  { weight: 8, arbitrary: fc.constant('path' as const) },
  { weight: 1, arbitrary: fc.constantFrom('host' as const, 'absolute' as const) },
)

const cuts = fc.oneof(
  { weight: 3, arbitrary: fc.constant<number[]>([]) },
  { weight: 1, arbitrary: fc.array(fc.nat(300), { minLength: 1, maxLength: 6 }) },
)

/** Bodies over the limits: 64 kB, 1 MB and 16 MB. */
const padBytes = fc.oneof(
  { weight: 3000, arbitrary: fc.constant(0) },
  { weight: 6, arbitrary: fc.constantFrom(64_000, 65_536) },
  { weight: 3, arbitrary: fc.constant(1_100_000) },
  { weight: 1, arbitrary: fc.constant(16_500_000) },
)

const namesOf = (dialect: Spoken): string[] => [
  ...new Set([
    ...templates
      .filter((one) => one.dialect === dialect)
      .flatMap(({ pairs }) => pairs.map(([name]) => name)),
    ...['hash', 'rpsKey', 'APIKEY', 'token', 'api_token', 'route', 'signature', 'key', 'username'],
  ]),
]

/** Any call of a dialect; of all of them where none is named. */
export function hostileCalls(only?: Spoken): fc.Arbitrary<HostileCall> {
  const spoken = only === undefined ? dialects : [only]
  return fc
    .constantFrom(...spoken)
    .chain((dialect) => fc.constantFrom(...templates.filter((one) => one.dialect === dialect)))
    .chain(callFrom)
}

/** OpenCart has the most calls by far, but not the most ways to go wrong. */
const dialects = [
  ...(['influencersoft', 'influencersoft', 'opencart', 'opencart', 'opencart'] as const),
  ...(['shopsite', 'mintsoft'] as const),
]

function callFrom(template: Template): fc.Arbitrary<HostileCall> {
  const { dialect, pairs } = template
  const known = namesOf(dialect)
  const ways = proofsOf(template)
  return fc
    .record({
      content: oddContent(pairs, known),
      proof: fc.constantFrom(...ways),
      method,
      path: path(template.path),
      query: query(template, known),
      headers,
      framing,
      address,
      http: rarely<'1.1' | '1.0'>('1.1', fc.constant('1.0'), 30),
      cuts,
      padBytes,
    })
    .map(({ content, ...rest }) => joined(dialect, content, rest))
}

function joined(
  dialect: Spoken,
  { type, body, headers: own = [] }: Content,
  rest: Omit<HostileCall, 'dialect' | 'type' | 'body'>,
): HostileCall {
  return { dialect, type, body, ...rest, headers: [...own, ...rest.headers] }
}

function proofsOf({ dialect, path: file, query: asked }: Template): readonly Proof[] {
  if (file === '/authorize.cgi') return ['login', 'login', 'none', 'wrong']
  if (asked.includes('call=')) return ['signed', 'signed', 'signed', 'wrong']
  return proofs[dialect]
}

function query({ query: own, pairs }: Template, known: readonly string[]): fc.Arbitrary<string> {
  const odd = oddPairs(own === '' ? pairs : [], known).map((some) => formOf(some))
  const raw = oddText.map((text) => text.replace(/[^\x21\x22\x24-\x7e\x80-\xff]/g, ''))
  const more = fc.oneof(
    { weight: 6, arbitrary: fc.constant('') },
    { weight: 2, arbitrary: odd },
    { weight: 1, arbitrary: raw },
  )
  return more.map((text) =>
    [own, text]
      .filter((part) => part !== '')
      .join('&')
      .slice(0, 12_000),
  )
}
