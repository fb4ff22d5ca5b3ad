import { describe, expect, it } from 'vitest'
import { articleWithOptions, changedOptionArticles } from '../../src/model/option-articles.ts'

const mappings = [
  { options: { Size: 'XL' }, article: 'XL' },
  { options: { Size: 'XL', Colour: 'red' }, article: 'XL-RED' },
  { options: { Colour: 'Red' }, article: 'RED' },
]
const chosen = (said: Readonly<Record<string, string>>) =>
  Object.entries(said).map(([name, value]) => ({ name, value }))

describe('the article of options', () => {
  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['none', {}, 'TS'],
    ['others', { Size: 'S', Colour: 'blue' }, 'TS'],
    ['one that is mapped', { Size: 'XL', Colour: 'blue' }, 'XL'],
    ['both: the most specific', { Colour: 'red', Size: 'XL' }, 'XL-RED'],
    ['more than are mapped', { Colour: 'red', Size: 'XL', Print: 'cat' }, 'XL-RED'],
    ['other letters and blanks', { ' colour': 'RED ', SIZE: ' xl' }, 'XL-RED'],
    ['the value of another option', { Print: 'XL' }, 'TS'],
  ])('follows %s', (_what, said, expected) => {
    expect(articleWithOptions('TS', mappings, chosen(said))).toBe(expected)
  })

  it('is that of the first of two that are as specific', () => {
    const two = [mappings[0], mappings[2]].flatMap((one) => one ?? [])
    expect(articleWithOptions('TS', two, chosen({ Colour: 'red', Size: 'XL' }))).toBe('XL')
  })

  it('is never that of a mapping without options', () => {
    expect(articleWithOptions('TS', [{ options: {}, article: 'X' }], [])).toBe('TS')
  })

  it('follows several values of one option', () => {
    const options = [
      { name: 'Extra', value: 'lid' },
      { name: 'Extra', value: 'spoon' },
    ]
    const spoon = [{ options: { Extra: 'spoon' }, article: 'WITH-SPOON' }]
    expect(articleWithOptions('MUG', spoon, options)).toBe('WITH-SPOON')
  })
})

describe('changed articles of options', () => {
  it('are known by their options in whatever letters and order', () => {
    const after = changedOptionArticles(mappings, [
      { options: { colour: 'RED', size: 'xl' }, article: 'NEW' },
      { options: { COLOUR: 'red' }, article: null },
      { options: { Size: 'S' }, article: 'S' },
    ])
    expect(after).toEqual([
      { options: { Size: 'XL' }, article: 'XL' },
      { options: { colour: 'RED', size: 'xl' }, article: 'NEW' },
      { options: { Size: 'S' }, article: 'S' },
    ])
  })
})
