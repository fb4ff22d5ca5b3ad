import { expect, it } from 'vitest'
import { type FormatVersion, readVersion } from '../../../src/dialects/shopsite/versions.ts'

it.each<[string | undefined, FormatVersion, FormatVersion]>([
  ['6.3', '7', '6.3'],
  ['6.9', '7', '6.3'],
  ['5.0', '7', '6.3'],
  ['0', '7', '6.3'],
  ['7', '6.3', '7'],
  ['7.1', '6.3', '7'],
  ['8.1', '6.3', '7'],
  ['12.0', '6.3', '7'],
  [' 14.0 ', '6.3', '7'],
  ['15.0', '6.3', '7'],
  ['99', '6.3', '7'],
  ['', '7', '7'],
  ['', '6.3', '6.3'],
  [undefined, '7', '7'],
  [undefined, '6.3', '6.3'],
  ['latest', '6.3', '6.3'],
])('reads version %j, with %s to fall back on, as %s', (text, fallback, version) => {
  expect(readVersion(text, fallback)).toBe(version)
})
