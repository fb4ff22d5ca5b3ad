import { expect, test } from 'vitest'
import { type Secret, searchFor } from './secrets-search.ts'

const secret: Secret = { name: 'a key', value: 'pä"s\\s + wörd/42', inMemory: false }
const other: Secret = { name: 'another', value: 'nothing of it', inMemory: false }
const search = searchFor([secret, other])
const { value } = secret
const percent = encodeURIComponent(value)

test.each([
  ['as it is', value],
  ['in hex', Buffer.from(value).toString('hex')],
  ['in capital hex', Buffer.from(value).toString('hex').toUpperCase()],
  ['percent-encoded', percent],
  ['in small percent codes', percent.replace(/%../g, (code) => code.toLowerCase())],
  ['as a form has it', percent.replaceAll('%20', '+')],
  ['in JSON', JSON.stringify({ value })],
  ['in a row of Postgres', `(1,"${value.replaceAll('\\', '\\\\').replaceAll('"', '""')}")`],
  ['in base64', Buffer.from(value).toString('base64')],
  ['in base64url', Buffer.from(value).toString('base64url')],
  ['in base64 behind one byte', Buffer.from(`u${value}`).toString('base64')],
  ['in base64 behind two bytes', Buffer.from(`u:${value} and more`).toString('base64')],
  ['in base64 behind many', Buffer.from(`user name:${value}`).toString('base64')],
])('a secret is found %s, at the beginning, in between and at the end', (_how, written) => {
  for (const text of [written, `${written} after`, `before ${written}`, `a ${written} b`]) {
    expect(search(Buffer.from(text))).toEqual([secret])
  }
})

test.each([
  ['nothing', ''],
  ['its beginning', value.slice(0, -1)],
  ['its end', value.slice(1)],
  ['another order', [...value].reverse().join('')],
])('%s is not the secret', (_what, text) => {
  expect(search(Buffer.from(text))).toEqual([])
})

test('several are found at once, and parts of a larger buffer are not looked at', () => {
  const bytes = Buffer.from(`${value} ${other.value}`)
  expect(search(bytes)).toEqual([secret, other])
  expect(search(bytes.subarray(0, Buffer.byteLength(value)))).toEqual([secret])
})
