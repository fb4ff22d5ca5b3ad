import fc from 'fast-check'

/** Bytes, one a character: what no careful client sends. */
const brokenBytes = [
  ...['\xc0\xaf', '\xc1\x81', '\xe0\x80\xaf', '\xf0\x80\x80\xaf', '\xed\xa0\x80', '\xed\xbf\xbf'],
  ...['\xf4\x90\x80\x80', '\xf8\x88\x80\x80\x80', '\xe2\x82', '\xd1', '\x80', '\xff\xfea\0b\0'],
  ...['\xfe\xff\0a', '\xef\xbb\xbf', '\0', 'a\0b', '\x1b[2J', '\r\n', '\n\n', '\x7f', '\x08'],
  ...['\xf0\x9f\x98\x80', '\xe2\x80\xa8', '\xe2\x80\xae', '\xef\xbc\x91', '\xd9\xa1', '\xc2\xa0'],
  ...[
    '\xcc\x80'.repeat(300),
    '\xef\xbf\xbf',
    '\xc2\x85',
    '\xe1\xba\x9e',
    '\xc4\xb0',
    '\xef\xac\x83',
  ],
]

const prototypeNames = [
  ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'then'],
  ...['__defineGetter__', 'toJSON', 'length', 'map', 'size', 'get'],
]

const numbers = [
  ...['0', '-0', '1', '-1', '1e309', '-1e309', '1e-400', `1${'0'.repeat(30)}`, 'NaN', 'Infinity'],
  ...['-Infinity', '0x10', '0b1', '0o7', '007', '+5', '5.', '.5', '1e3', '1E+2', '1,5', '1 000'],
  ...['2147483647', '2147483648', '-2147483649', '4294967296', '9007199254740993', '1_000'],
  ...['9223372036854775807', '9223372036854775808', '0.00005', '99999999999.9999', '100000000000'],
  ...[
    '9'.repeat(400),
    '0.'.padEnd(400, '3'),
    '1e99999999999',
    '--1',
    '1e',
    'e1',
    '\xe2\x88\x92\x31',
  ],
  ...['true', 'false', 'null', 'undefined', '[]', '{}'],
]

const dates = [
  ...['01.01.0000', '01.01.0001', '31.12.9999', '31.02.2024', '29.02.2023', '00.00.2024'],
  ...['0000-00-00', '0000-00-00 00:00:00', '9999-12-31 23:59:59', '2024-13-01', '-0001-01-01'],
  ...['12/31/9999', '01/01/0000', '02/30/2024', '1/1/1', '31.12.99999', '2024-03-31 02:30:00'],
  ...['1000000000000000000', '-1', '253402300799', '253402300800', '-62135596801', '1e18'],
  ...['2024-01-01T00:00:00Z', '01.01.1970 00:00:00', '24:00', '10.10.2010 25:61:61'],
]

const attacks = [
  ...["' or 1=1 --", '"; drop table orders; --', '../../../etc/passwd', '<script>1</script>'],
  ...['$[7*7]', '{{7*7}}', '%s%s%n', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', ']]>', '&#0;'],
  ...[
    'javascript:alert(1)',
    'a@b',
    '@',
    'a@b.c,d@e.f',
    `${'a'.repeat(300)}@example.com`,
    '%',
    '%%',
  ],
  ...[
    '{{order}}',
    '-{{order}}',
    '{{order}}.0',
    '{{order}}e0',
    ' {{order}} ',
    '0{{order}}',
    '*',
    '?',
  ],
]

/** Values that some call means. */
const meant = [
  ...[
    'paid',
    'sent',
    'cancel',
    'return',
    'invoice',
    'MUG-01',
    '40',
    '30',
    '28',
    '2',
    '222',
    '3563',
  ],
  ...['flat.flat', 'cod', 'cod.cod', 'USD', 'en-gb', 'ada@example.com', 'physical', 'confirm'],
]

const long = fc
  .tuple(
    fc.constantFrom(
      'A',
      '\xd1\x8f',
      '%',
      '%41',
      '[',
      ']',
      '[a]',
      ' ',
      '+',
      '0',
      '\0',
      '&',
      '=',
      '"',
    ),
    fc.constantFrom(255, 256, 1000, 4096, 16_000, 65_000),
  )
  .map(([piece, bytes]) => piece.repeat(Math.ceil(bytes / piece.length)))

const anyBytes = fc
  .uint8Array({ maxLength: 24 })
  .map((bytes) => Buffer.from(bytes).toString('latin1'))

const anyText = fc
  .string({ unit: 'binary', maxLength: 24 })
  .map((text) => Buffer.from(text, 'utf8').toString('latin1'))

/** What stands where a value is due. */
export const oddText: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...numbers) },
  { weight: 4, arbitrary: fc.constantFrom(...dates) },
  { weight: 4, arbitrary: fc.constantFrom(...brokenBytes) },
  { weight: 3, arbitrary: fc.constantFrom(...attacks) },
  { weight: 3, arbitrary: fc.constantFrom(...meant) },
  { weight: 2, arbitrary: fc.constantFrom(...prototypeNames, '') },
  { weight: 2, arbitrary: anyText },
  { weight: 2, arbitrary: anyBytes },
  { weight: 1, arbitrary: long },
)

const keys = fc.constantFrom(
  ...['', '0', '-1', '1', '00', '2147483647', '2147483648', '9223372036854775807', ' ', '[', 'x'],
  ...['9223372036854775808', '4294967295', '4294967296', '\0', '\xff', '1e3', ...prototypeNames],
)

/** What may follow a name: brackets in all their forms. */
const brackets = fc.oneof(
  { weight: 4, arbitrary: fc.array(keys, { minLength: 1, maxLength: 4 }).map(bracketed) },
  { weight: 1, arbitrary: fc.tuple(keys, fc.constantFrom(63, 64, 65, 2000)).map(deep) },
  { weight: 1, arbitrary: fc.constantFrom('[', '[x', ']', '[]]', '[[]]', '.x', ' x', '[a]b[c]') },
)

function bracketed(inner: readonly string[]): string {
  return inner.map((key) => `[${key}]`).join('')
}

function deep([key, depth]: readonly [string, number]): string {
  return `[${key}]`.repeat(depth)
}

/** A name of the protocol or of nobody's, as an array perhaps. */
export function oddName(known: readonly string[]): fc.Arbitrary<string> {
  const plain = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...known) },
    { weight: 2, arbitrary: fc.constantFrom(...prototypeNames) },
    { weight: 1, arbitrary: fc.constantFrom(...brokenBytes) },
    { weight: 1, arbitrary: anyBytes },
  )
  return fc.oneof(
    { weight: 3, arbitrary: plain },
    { weight: 3, arbitrary: fc.tuple(plain, brackets).map(([name, tail]) => name + tail) },
    { weight: 1, arbitrary: plain.map((name) => name.toUpperCase()) },
  )
}

/** JSON, right or nearly so, as text; numbers stand in it as no JavaScript would write them. */
export function oddJson(known: readonly string[]): fc.Arbitrary<string> {
  const quoted = (text: string) => JSON.stringify(Buffer.from(text, 'latin1').toString('utf8'))
  const name = fc.oneof(fc.constantFrom(...known, ...prototypeNames), oddText).map(quoted)
  const leaf = fc.oneof(
    fc.constantFrom(...numbers),
    fc.constantFrom(
      '"\\ud800"',
      '"\\u0000"',
      '"\\udfff\\ud800"',
      '"\\x"',
      '"a\nb"',
      '-',
      '01',
      "'a'",
    ),
    oddText.map(quoted),
  )
  return fc
    .letrec<{ value: string }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3, withCrossShrink: true },
        leaf,
        fc.array(tie('value'), { maxLength: 4 }).map((all) => `[${all.join(',')}]`),
        fc
          .array(fc.tuple(name, tie('value')), { maxLength: 5 })
          .map((all) => `{${all.map((pair) => pair.join(':')).join(',')}}`),
        fc.constantFrom(60, 64, 65, 30_000).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
        fc.constantFrom(64, 9000).map((depth) => '{"a":'.repeat(depth) + '}'.repeat(depth)),
      ),
    }))
    .value.map((json) => Buffer.from(json, 'utf8').toString('latin1'))
}
