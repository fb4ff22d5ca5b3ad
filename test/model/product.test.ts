import { describe, expect, it } from 'vitest'
import { articleOf, foldArticle } from '../../src/model/product.ts'

describe("a product's article", () => {
  it.each([
    ['the SKU', { code: 'course', sku: 'S-1', model: 'M-1' }, 'S-1'],
    ['else the model', { code: 'course', sku: null, model: 'M-1' }, 'M-1'],
    ['else the code', { code: 'course', sku: null, model: null }, 'course'],
    ['an empty SKU is none', { code: 'course', sku: '', model: 'M-1' }, 'M-1'],
    ['an empty model is none', { code: 'course', sku: '', model: '' }, 'course'],
  ])('is %s', (_name, product, article) => {
    expect(articleOf(product)).toBe(article)
  })

  it.each([
    [' Lamp-01 ', 'lamp-01'],
    ['ЛАМПА', 'лампа'],
    ['a  b', 'a  b'],
  ])('is looked up without case and outer blanks: %j', (article, folded) => {
    expect(foldArticle(article)).toBe(folded)
  })
})
