import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { element, escapeXml, textElement, xmlDeclaration } from '../../src/wire/xml.ts'
import { parseXml } from '../dialects/shopsite/well-formed.ts'

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  // UTF-16 units by themselves: halves of characters too.
  fc
    .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.integer({ min: 0xd7f0, max: 0xe010 })))
    .map((units) => String.fromCharCode(...units)),
)

describe('escapeXml', () => {
  it.each<[string, string, string]>([
    ['leaves printable ASCII alone', `O'Hara "9" ~!`, `O'Hara "9" ~!`],
    ['escapes markup', '<b>R&D</b>', '&lt;b&gt;R&amp;D&lt;/b&gt;'],
    ['escapes an entity again', '&amp;&#39;', '&amp;amp;&amp;#39;'],
    ['breaks the end of a CDATA section', ']]>', ']]&gt;'],
    ['writes other letters as decimal references', 'Zoë’', 'Zo&#235;&#8217;'],
    ['writes a character beyond 16 bits as one reference', '😀', '&#128512;'],
    ['writes line ends and tabs as references', 'a\r\n\tb', 'a&#13;&#10;&#9;b'],
    ['writes DEL and C1 as references', '\x7f\x80\x9f', '&#127;&#128;&#159;'],
    ['leaves control characters out', 'a\0\x01\x08\x0b\x0c\x0e\x1fb', 'ab'],
    ['leaves halves of characters out', 'a\ud83db\ude00c\ud83d', 'abc'],
    ['leaves noncharacters out', 'a\ufffe\uffffb\ufffd', 'ab&#65533;'],
  ])('%s', (_promise, text, escaped) => {
    expect(escapeXml(text)).toBe(escaped)
  })

  it('gives ASCII that reads back as the text, but for what XML forbids', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const allowed = [...text].filter((sign) =>
          /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]$/u.test(sign),
        )
        expect(parseXml(`<a>x${escapeXml(text)}</a>`).text).toBe(`x${allowed.join('')}`)
      }),
    )
  })
})

describe('element', () => {
  it('puts its children one after the other', () => {
    expect(element('A', element('B'), textElement('C', '<'))).toBe('<A><B/><C>&lt;</C></A>')
  })

  it('closes itself where nothing is in it', () => {
    expect([element('Coupon'), element('Coupon', '', '')]).toEqual(['<Coupon/>', '<Coupon/>'])
    expect([textElement('Name', ''), textElement('Name', '\0\ud800')]).toEqual([
      '<Name/>',
      '<Name/>',
    ])
  })

  it('keeps a text of blanks', () => {
    expect(textElement('Name', ' ')).toBe('<Name> </Name>')
  })
})

it('declares UTF-8 without a byte order mark', () => {
  expect(xmlDeclaration).toBe('<?xml version="1.0" encoding="UTF-8"?>')
})
