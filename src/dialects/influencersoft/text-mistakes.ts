import { textToBinary } from '../../wire/binary.ts'
import { toText, toWindows1251 } from '../../wire/charset.ts'
import { escapeHtml } from '../../wire/html.ts'
import { decodeForm, encodeForm } from '../../wire/percent.ts'
import { isIntegerKey, type PhpArray } from '../../wire/php-array.ts'
import { phpJson } from '../../wire/php-json.ts'
import { httpBuildQuery, toRfc3986 } from '../../wire/php-query.ts'
import type { SignedForm } from '../../wire/signed-form.ts'
import { type PlainValue, treeToObject } from '../../wire/tree.ts'

/** A text (binary string) that a client may have signed, and what was wrong with that. */
export type Variant = {
  readonly mistake: string
  readonly value: string
  /** True: one of many guesses, which is not tried along with two other mistakes. */
  readonly isRare?: boolean
}

const barePlus = 'a plus sign was sent bare, which reads as a space; send %2B'

/** So many pairs are tried without each; a longer form would take minutes. */
const mostPairs = 60

/** Texts that clients are known to sign, each once, with the first that is said of it. */
export function textVariants(form: SignedForm): Variant[] {
  const { texts, tree } = form
  const sent = [texts.raw, texts.phpRebuild, texts.jsRebuild, texts.rfc3986Rebuild]
  const raw = texts.raw ?? texts.phpRebuild
  const all: [mistake: string, value: string | undefined][] = [
    ...sent.map((text): [string, string | undefined] => ['', text ?? undefined]),
    ...orders(tree, raw),
    [barePlus, texts.phpRebuild.replaceAll('+', '%2B')],
    [barePlus, raw.replaceAll('+', '%2B')],
    ...values(tree),
    ...spellings(texts.phpRebuild, raw, texts.jsRebuild ?? undefined),
    ...dropped(tree, raw),
    ...wrappings(texts.phpRebuild, raw),
    ...documents(tree),
    ...inOrder(tree).map((text): Made => [`${sortedKeys}; ${signEncoded}`, decodeForm(text)]),
  ]
  const found = new Map<string, Variant>()
  for (const [mistake, value] of all) {
    if (value !== undefined && !found.has(value)) found.set(value, { mistake, value })
  }
  for (const [mistake, value] of withoutSome(raw)) {
    if (!found.has(value)) found.set(value, { mistake, value, isRare: true })
  }
  return [...found.values()]
}

type Made = [mistake: string, value: string | undefined]

const sortedKeys = 'the keys were sorted; sign them in the order sent'

function orders(tree: PhpArray, raw: string): Made[] {
  return [
    ...inOrder(tree).map((text): Made => [sortedKeys, text]),
    ...inOrder(tree).map((text): Made => [sortedKeys, toRfc3986(text)]),
    [sortedKeys, raw.split('&').sort().join('&')],
    ['the keys were signed in reverse order', raw.split('&').reverse().join('&')],
  ]
}

function inOrder(tree: PhpArray): string[] {
  return [false, true].map((deep) => httpBuildQuery(sorted(tree, deep)))
}

function sorted(tree: PhpArray, deep: boolean): PhpArray {
  return new Map(
    [...tree]
      .sort(([a], [b]) => byKey(a, b))
      .map(([key, value]) => [key, deep && value instanceof Map ? sorted(value, true) : value]),
  )
}

function byKey(a: string, b: string): number {
  if (isIntegerKey(a) && isIntegerKey(b)) return Number(a) - Number(b)
  return a < b ? -1 : 1
}

const signEncoded = 'the decoded text was signed; sign the encoded one'

function spellings(php: string, raw: string, js: string | undefined): Made[] {
  const blanks = 'spaces were signed as %20; http_build_query writes +'
  const lower = (text: string) => text.replace(/%[\dA-F]{2}/g, (hex) => hex.toLowerCase())
  return [
    [blanks, php.replaceAll('+', '%20')],
    [blanks, raw.replaceAll('+', '%20')],
    ['spaces were signed as +, and sent as %20', raw.replaceAll('%20', '+')],
    ['it was signed as encodeURIComponent writes it', js?.replaceAll('+', '%20')],
    ...[php, raw, toRfc3986(php)].map(
      (text): Made => ['escapes were signed in lower case (%d0); write %D0', lower(text)],
    ),
    ['brackets were signed bare; they are %5B and %5D', bareBrackets(php)],
    ['brackets were signed bare; they are %5B and %5D', bareBrackets(toRfc3986(php))],
    [
      'lists were signed as name[]; sign them as name[0], name[1]',
      php.replace(/%5B\d+%5D/g, '%5B%5D'),
    ],
    [
      'lists were signed as name[]; sign them as name[0], name[1]',
      bareBrackets(php).replace(/\[\d+\]/g, '[]'),
    ],
    [signEncoded, decodeForm(php)],
    [signEncoded, decodeForm(raw)],
    [signEncoded, decodeForm(raw.replaceAll('+', '%2B'))],
  ]
}

function bareBrackets(text: string): string {
  return text.replaceAll('%5B', '[').replaceAll('%5D', ']')
}

const emptyDropped = 'empty parameters were left out of the signed text'
const nullWords = ['null', 'NULL', 'None', 'undefined', 'nil']

function dropped(tree: PhpArray, raw: string): Made[] {
  const without = (words: readonly string[]) =>
    httpBuildQuery(mapped(tree, (value) => (words.includes(value) ? undefined : value)))
  return [
    [
      emptyDropped,
      raw
        .split('&')
        .filter((pair) => !pair.endsWith('='))
        .join('&'),
    ],
    [emptyDropped, without([''])],
    [emptyDropped, toRfc3986(without(['']))],
    ['empty and zero values were left out of the signed text (array_filter)', without(['', '0'])],
    ['null was left out of the signed text, but sent as a word', without(nullWords)],
    ['null was left out of the signed text, but sent as a word', without(['', ...nullWords])],
    [
      'null was signed as an empty value, but sent as a word',
      httpBuildQuery(mapped(tree, (value) => (nullWords.includes(value) ? '' : value))),
    ],
  ]
}

/** A tree with each text changed, or left out where that gives undefined. */
function mapped(
  tree: PhpArray,
  change: (value: string) => string | undefined,
  changeKey: (key: string) => string = (key) => key,
): PhpArray {
  const made: PhpArray = new Map()
  for (const [key, value] of tree) {
    const next = typeof value === 'string' ? change(value) : mapped(value, change, changeKey)
    if (next !== undefined) made.set(changeKey(key), next)
  }
  return made
}

const switches = new Map<string, string>([
  ...(['true', 'True', 'TRUE'] as const).map((word) => [word, '1'] as const),
  ...(['false', 'False', 'FALSE'] as const).map((word) => [word, '0'] as const),
])

function values(tree: PhpArray): Made[] {
  const each = (change: (value: string) => string) => httpBuildQuery(mapped(tree, change))
  const inCharset = (encode: (text: string) => string | undefined) => {
    const recode = (binary: string) => encode(toText(binary)) ?? binary
    return httpBuildQuery(mapped(tree, recode, recode))
  }
  const prefixed = (change: (key: string) => string) =>
    httpBuildQuery(new Map([...tree].map(([key, value]) => [change(key), value])))
  const prefix = 'numbered parameters were signed with another prefix than they were sent with'
  return [
    ['true and false were sent as words, but signed as 1 and 0', each((v) => switches.get(v) ?? v)],
    ['values were trimmed before they were signed, but not sent so', each((v) => v.trim())],
    ['line ends were signed as LF, and sent as CR LF', each((v) => v.replaceAll('\r\n', '\n'))],
    ['line ends were signed as CR LF, and sent as LF', each((v) => v.replace(/\r?\n/g, '\r\n'))],
    ['values were signed HTML-escaped (&amp;quot;)', each(escapeHtml)],
    ['the text was signed in windows-1251, and sent in UTF-8', inCharset(toWindows1251)],
    ['the text was signed in UTF-8, and sent in windows-1251', inCharset(textToBinary)],
    ['the text was signed in Latin-1 (ISO-8859-1), and sent in UTF-8', inCharset(toLatin1)],
    ['values were encoded twice before they were signed', each(encodeForm)],
    ['values were encoded twice before they were sent', each(decodeForm)],
    [prefix, prefixed((key) => key.replace(/^\D+(?=\d+$)/, ''))],
    ...['_', 'p', 'p_', 'param', 'param_', 'var_', 'arg_', 'n', 'item', 'item_', 'key_', 'var'].map(
      (start): Made => [prefix, prefixed((key) => (/^\d+$/.test(key) ? start + key : key))],
    ),
  ]
}

function toLatin1(text: string): string | undefined {
  return [...text].every((sign) => sign <= '\u00ff') ? text : undefined
}

function wrappings(php: string, raw: string): Made[] {
  const both = (mistake: string, change: (text: string) => string): Made[] => [
    [mistake, change(raw)],
    [mistake, change(php)],
  ]
  return [
    ...both('a & at the end was signed along', (text) => `${text}&`),
    ...both('a & at the beginning was signed along', (text) => `&${text}`),
    ...both('a question mark was signed along', (text) => `?${text}`),
    ...both('an empty hash= was signed along', (text) => `${text}&hash=`),
    ...both('a line end was signed behind the parameters', (text) => `${text}\n`),
    ...both('pairs were joined by &amp; (arg_separator.output)', (t) => t.replaceAll('&', '&amp;')),
    ...both('pairs were joined by ; and not by &', (text) => text.replaceAll('&', ';')),
    ...both('pairs were joined without &', (text) => text.replaceAll('&', '')),
    ...both('the whole text was encoded once more before it was signed', encodeForm),
    ['an empty text was signed; sign the parameters', ''],
  ]
}

const jsonSigned = 'JSON was signed; sign the form-encoded text'

function documents(tree: PhpArray): Made[] {
  const object = treeToObject(tree)
  const shapes = [object, withNumbers(object)]
  return shapes.flatMap((shape): Made[] => [
    [jsonSigned, textToBinary(JSON.stringify(shape))],
    [jsonSigned, phpJson(shape)],
    [
      jsonSigned,
      textToBinary(
        JSON.stringify(shape, null, 1)
          .replace(/\n\s*/g, ' ')
          .replace(/([{[]) | ([}\]])/g, '$1$2'),
      ),
    ],
  ])
}

function withNumbers(value: PlainValue): unknown {
  if (typeof value === 'string') return /^(0|-?[1-9]\d{0,14})$/.test(value) ? Number(value) : value
  if (Array.isArray(value)) return value.map(withNumbers)
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, withNumbers(one)]))
}

/** What was added, changed or dropped between signing and sending shows when it is left out. */
function withoutSome(raw: string): [mistake: string, value: string][] {
  const pairs = raw.split('&')
  if (pairs.length > mostPairs) return []
  const names = pairs.map((pair) => JSON.stringify(toText(decodeForm(pair.split('=')[0] ?? ''))))
  return [
    ...pairs.map((_, at): [string, string] => {
      const rest = pairs.filter((_pair, other) => other !== at).join('&')
      return [`${names[at]} was not signed, or added later`, rest]
    }),
    ...pairs.map((_, at): [string, string] => {
      const later = names.slice(at).join(', ')
      return [`${later} was not signed, or added later`, pairs.slice(0, at).join('&')]
    }),
  ]
}
