import { describe, expect, it } from 'vitest'
import { fromBinary, textToBinary, toBinary } from '../../src/wire/binary.ts'
import { decodeBytes, readText, toText } from '../../src/wire/charset.ts'
import {
  equalConstantTime,
  hmacSha1Base64,
  hmacSha256Base64,
  md5Hex,
  sha256,
  sha256Hex,
} from '../../src/wire/digest.ts'
import { parsePhpForm } from '../../src/wire/php-form.ts'
import { list, text, treeToObject } from '../../src/wire/tree.ts'

describe('a text of unknown charset', () => {
  it.each([
    ['plain', 'plain', 'utf-8'],
    ['', '', 'utf-8'],
    ['\xd0\x98\xd0\xbc\xd1\x8f', 'Имя', 'utf-8'],
    ['\xef\xbb\xbfa', '\ufeffa', 'utf-8'],
    ['\xc8\xec\xff', 'Имя', 'windows-1251'],
    ['\xb9 5 \x96 \xb8\xa8', '№ 5 – ёЁ', 'windows-1251'],
    ['\xed\xa0\x80', 'н\u00a0Ђ', 'windows-1251'],
  ])('%j is read as %j by %s', (binary, expected, charset) => {
    expect(readText(binary)).toEqual({ text: expected, charset, nul: false })
  })

  it('in windows-1251 comes out as the decoder of the platform has it, byte by byte', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, code) => code)
    expect(decodeBytes(bytes)).toBe(new TextDecoder('windows-1251').decode(bytes))
  })

  it('keeps a NUL and reports it', () => {
    expect(readText('a\0b')).toEqual({ text: 'a\0b', charset: 'utf-8', nul: true })
    expect(readText('\xc8\0')).toEqual({ text: 'И\0', charset: 'windows-1251', nul: true })
    expect(toText('a\0b')).toBe('a\0b')
  })

  it('loses no byte on the way to a binary string and back', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, code) => code)
    expect(Uint8Array.from(fromBinary(toBinary(bytes)))).toEqual(bytes)
    expect(toBinary(bytes.subarray(65, 67))).toBe('AB')
    expect(textToBinary('И')).toBe('\xd0\x98')
  })
})

describe('digests', () => {
  it('agree with published values', () => {
    expect(md5Hex('username', '::', 'x')).toBe(md5Hex('username::x'))
    expect(md5Hex('::username::secret123')).toBe('e689c16a15be08032d7a7b518d67bf59')
    expect(sha256Hex('abc')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
    expect(sha256('a', 'bc').toString('hex')).toBe(sha256Hex('abc'))
    // RFC 2202 case 2 and RFC 4231 case 2.
    expect(hmacSha1Base64('Jefe', 'what do ya want for nothing?')).toBe(
      Buffer.from('effcdf6ae5eb2fa2d27416d5f184df9c259a7c79', 'hex').toString('base64'),
    )
    expect(hmacSha256Base64(Buffer.from('Jefe'), 'what do ya want ', 'for nothing?')).toBe(
      Buffer.from(
        '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
        'hex',
      ).toString('base64'),
    )
  })

  it('take a text as UTF-8 and bytes as they are', () => {
    expect(md5Hex('И')).toBe(md5Hex(Buffer.from([0xd0, 0x98])))
    expect(md5Hex('\xd0')).not.toBe(md5Hex(fromBinary('\xd0')))
  })

  it.each([
    ['same', 'same', true],
    ['', '', true],
    ['same', 'sama', false],
    ['same', 'sam', false],
    ['', 'x', false],
    ['ABC', 'abc', false],
  ])('compare %j and %j: %s', (a, b, isEqual) => {
    expect(equalConstantTime(a, b)).toBe(isEqual)
    expect(equalConstantTime(Buffer.from(a), b)).toBe(isEqual)
  })
})

describe('a tree as plain data', () => {
  function parse(body: string) {
    const result = parsePhpForm(Buffer.from(body))
    if (!result.ok) throw new Error(`refused: ${result.reason}`)
    return result.tree
  }

  it('has lists where the keys are 0 to n-1, in the order sent', () => {
    const tree = parse('goods[1][n]=b&goods[0][n]=a&gap[0]=x&gap[2]=y&neg[-1]=z&rid[]=1&rid[]=2')
    expect(treeToObject(tree)).toEqual({
      goods: [{ n: 'b' }, { n: 'a' }],
      gap: { 0: 'x', 2: 'y' },
      neg: { '-1': 'z' },
      rid: ['1', '2'],
    })
    expect(list(parse('gap[7]=x&gap[3]=y'), 'gap')).toEqual(['x', 'y'])
    expect(list(parse('gap=x'), 'gap')).toEqual([])
  })

  it('has names and texts decoded, each by its own charset', () => {
    const tree = parse('%D0%98=%C8&a[%C8]=%D0%98')
    expect(treeToObject(tree)).toEqual({ И: 'И', a: { И: 'И' } })
    expect(text(tree, 'И')).toBe('И')
  })

  it('has no prototype, and takes names of it for plain names', () => {
    const object = treeToObject(parse('__proto__[polluted]=1&constructor=2&a[__proto__]=3'))
    expect(Object.getPrototypeOf(object)).toBeNull()
    expect(Object.keys(object)).toEqual(['__proto__', 'constructor', 'a'])
    expect(Object.getPrototypeOf(object.a)).toBeNull()
    expect('polluted' in {}).toBe(false)
  })

  it('gives the text of a top-level name, and none for an array or a name that did not come', () => {
    const tree = parse('a=1&b[]=2&e=')
    expect(text(tree, 'a')).toBe('1')
    expect(text(tree, 'e')).toBe('')
    expect(text(tree, 'b')).toBeUndefined()
    expect(text(tree, 'toString')).toBeUndefined()
  })
})
