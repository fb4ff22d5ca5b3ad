import fc from 'fast-check'
import { formType, type HostileCall, type LineEnds } from './hostile-call.ts'
import { hostileCalls } from './hostile-calls.ts'

const lineEnds = fc.constantFrom<LineEnds>(
  'lf',
  'lf',
  'first-last',
  'first-last',
  'in-turn',
  'crlf',
)

/** Values that a parser which forgives bare line feeds may take for something else. */
const oddValue = fc.constantFrom(
  ...[
    'a\rb',
    'a\x01b',
    'a\x00b',
    'a\x0bb',
    'a\n b',
    'a\r\n\tb',
    'a\nX-More: b',
    'a\r\r\nX-More: b',
  ],
  ...['a\nTransfer-Encoding: chunked', 'a\nContent-Length: 0', 'a\r\n \r\n', 'a\n\nGET / HTTP/1.0'],
)

const oddHeader = fc.tuple(fc.constantFrom('X-Odd', 'User-Agent', 'X-Odd ', ' X'), oddValue)

/**
 * Calls of programs from before HTTP/1.1: ShopSite's mostly, with bare line feeds, half of them as
 * a GET. Some are meant for protocols that such programs do not speak.
 */
export function oldCalls(): fc.Arbitrary<HostileCall> {
  const spoken = fc.oneof(
    { weight: 3, arbitrary: hostileCalls('shopsite') },
    { weight: 1, arbitrary: hostileCalls() },
  )
  const more = fc.oneof(
    { weight: 7, arbitrary: fc.constant<[string, string][]>([]) },
    { weight: 1, arbitrary: oddHeader.map((one) => [one]) },
  )
  const http = fc.constantFrom<HostileCall['http']>('1.0', '1.0', '1.0', '1.1')
  return fc
    .tuple(spoken, lineEnds, http, fc.boolean(), more)
    .map(([call, ends, version, isGet, odd]) => {
      const old = { ...call, lineEnds: ends, http: version, headers: [...call.headers, ...odd] }
      return isGet ? asGet(old) : old
    })
}

/** What a form said, in the address; other bodies stay. */
function asGet(call: HostileCall): HostileCall {
  const { type, body, method, query } = call
  const isShort = body.length < 8000 && /^[\x21\x22\x24-\x7e]*$/.test(body)
  if (type !== formType || method !== 'POST' || !isShort) return call
  const said = [query, body].filter((part) => part !== '').join('&')
  return { ...call, method: 'GET', query: said, type: '', body: '', framing: 'none' }
}
