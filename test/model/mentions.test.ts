import { describe, expect, it } from 'vitest'
import { mentions, mentionsDeep } from '../../src/model/mentions.ts'

const email = 'ada.o+x@example.com'

describe('a text that names somebody', () => {
  it.each([
    ['plainly', `to ${email}`],
    ['in other letters', 'ADA.O+X@Example.COM'],
    ['in a form', `a=1&bill_email=${encodeURIComponent(email)}`],
    ['in a form within a form', encodeURIComponent(`e=${encodeURIComponent(email)}`)],
    ['with every letter escaped', email.replace(/./g, (c) => `%${c.charCodeAt(0).toString(16)}`)],
    ['in JSON', '{"e":"ada.o\\u002bx\\u0040example.com"}'],
    ['in JSON within JSON', JSON.stringify(JSON.stringify({ e: email }))],
    ['in HTML', 'ada.o+x&#64;example.com'],
    ['in base64', Buffer.from(`{"e":"${email}"}`).toString('base64')],
    ['in base64 of a form', Buffer.from(encodeURIComponent(email)).toString('base64url')],
  ])('%s', (_how, text) => {
    expect(mentions(text, [email])).toBe(true)
  })

  it.each(['', 'ada@example.com', 'ada.o x@example.com', '%', '\\u', '&#99999999;'])(
    'is not "%s"',
    (text) => {
      expect(mentions(text, [email])).toBe(false)
    },
  )
})

describe('a value that names somebody', () => {
  it('is found at any depth, in names as well', () => {
    expect(mentionsDeep({ a: [{ b: email }] }, [email])).toBe(true)
    expect(mentionsDeep({ a: [{ [email]: 1 }] }, [email])).toBe(true)
    expect(mentionsDeep({ a: [{ b: 7, c: null }] }, [email])).toBe(false)
  })
})
