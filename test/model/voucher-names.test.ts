import { describe, expect, it } from 'vitest'
import { withoutPerson, withoutTitle } from '../../src/model/voucher-names.ts'

const data = {
  description: '$10.00 Gift Certificate for Bob',
  fromName: 'Ada',
  fromEmail: 'Ada@Example.com ',
  toName: 'Bob',
  toEmail: 'bob@example.com',
  themeId: '7',
  message: 'From Ada to Bob',
}

describe('a gift voucher without a person', () => {
  it.each([
    ['its sender', 'ada@example.com', false, { fromName: '', fromEmail: '', message: '' }],
    [
      'its receiver',
      'bob@example.com',
      false,
      { description: '', toName: '', toEmail: '', message: '' },
    ],
    [
      'its buyer',
      'eve@example.com',
      true,
      { description: '', fromName: '', fromEmail: '', toName: '', toEmail: '', message: '' },
    ],
    ['a stranger', 'eve@example.com', false, {}],
  ])('forgets %s', (_who, email, isBuyer, gone) => {
    expect(withoutPerson(data, { email, isBuyer })).toEqual({ ...data, ...gone })
  })
})

describe('a message without the title of a voucher', () => {
  const title = '$10.00 "Gift" (!) for Bob ö'

  it.each([
    [JSON.stringify({ title, n: 1 }), '{"title":"Gift voucher","n":1}'],
    ['a=1&t=%2410.00+%22Gift%22+%28%21%29+for+Bob+%C3%B6&z=2', 'a=1&t=Gift+voucher&z=2'],
    ['{"title":"Mug for Bob"}', '{"title":"Mug for Bob"}'],
  ])('turns %s into %s', (before, after) => {
    expect(withoutTitle(before, title)).toBe(after)
  })
})
