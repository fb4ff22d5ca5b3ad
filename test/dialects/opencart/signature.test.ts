import { describe, expect, it } from 'vitest'
import {
  bodyDigest,
  expectedSignature,
  isSignature,
  signedText,
} from '../../../src/dialects/opencart/v41/signature.ts'
import { md5Hex } from '../../../src/wire/digest.ts'
import { decodeForm } from '../../../src/wire/percent.ts'
import type { PhpArray } from '../../../src/wire/php-array.ts'
import { parsePhpForm } from '../../../src/wire/php-form.ts'
import { readKeys, readSignatureVectors, type SignatureVector } from './recording.ts'
import { digestOf, percentEncoded } from './signing.ts'

const vectors = readSignatureVectors()
const keys = readKeys()

/** The recorded lines in a row, with the digest of the body as somebody reads it. */
function textOf({ string_to_sign }: SignatureVector, bodyMd5: string): string {
  const [route = '', call = '', username = '', host = '', directory = '', storeId, ...more] =
    string_to_sign.split('\n')
  const [language = '', currency = '', , time] = more
  return signedText({
    route,
    call,
    username,
    host,
    directory,
    storeId: Number(storeId),
    language,
    currency,
    bodyMd5,
    time: Number(time),
  })
}

function treeOf(body: string): PhpArray {
  const form = parsePhpForm(Buffer.from(body))
  if (!form.ok) throw new Error(form.reason)
  return form.tree
}

const key = (name: string | null) => keys.get(name ?? '') ?? ''

describe('the recorded signatures', () => {
  it('are all there', () => {
    expect(vectors).toHaveLength(79)
    expect(vectors.filter(({ accepted }) => !accepted)).toHaveLength(6)
  })

  it.each(vectors.map((vector) => [vector.name, vector] as const))(
    'are made from the same text: %s',
    (_name, vector) => {
      const text = textOf(vector, digestOf(vector.body, vector.body_signed_as))
      expect(text).toBe(vector.string_to_sign)
      const signature = expectedSignature(text, vector.key ?? key(vector.key_of))
      expect(signature).toBe(vector.signature)
    },
  )

  it.each(vectors.map((vector) => [vector.name, vector] as const))(
    'are accepted or refused as the original did: %s',
    (_name, vector) => {
      // What the server itself sees, whatever the caller signed.
      const seen = { host: '127.0.0.1:18413', directory: '/' }
      const lines = vector.string_to_sign.split('\n').with(3, seen.host).with(4, seen.directory)
      const text = textOf(
        { ...vector, string_to_sign: lines.join('\n') },
        bodyDigest(treeOf(vector.body)),
      )
      const sent = decodeForm(percentEncoded(vector.signature, vector.sent_percent_encoded))
      expect(isSignature(sent, expectedSignature(text, key('alumio')))).toBe(vector.accepted)
    },
  )
})

describe('the digest of a body', () => {
  it.each([
    ['nothing', '', ''],
    ['a tilde, which PHP encodes', 'a=%7E', 'a=%7E'],
    ['bare characters', 'a=-_.%2D', 'a=-_.-'],
    ['a space inside', 'a=x%20y', 'a=x+y'],
    ['blanks around', 'a=+%09%0A%0D%0Bx%0B+', 'a=x'],
    ['a form feed, which is no blank', 'a=%0Cx', 'a=%0Cx'],
    ['only blanks', 'a=+++', 'a='],
    ['a no-break space, which is no blank', 'a=%C2%A0x', 'a=%C2%A0x'],
    ['signs of HTML', `a=%26%3C%3E%22'`, 'a=%26amp%3B%26lt%3B%26gt%3B%26quot%3B%27'],
    ['an entity, escaped again', 'a=%26amp%3B', 'a=%26amp%3Bamp%3B'],
    ['umlauts', 'a=%C3%BC', 'a=%C3%BC'],
    ['arrays in the order of arrival', 'b[2]=x&a=1&b[1]=y', 'b%5B2%5D=x&b%5B1%5D=y&a=1'],
    ['lists', 'a[]=x&a[]=y', 'a%5B0%5D=x&a%5B1%5D=y'],
    ['keys too', 'a[%3Cb%3E+]=x', 'a%5B%26lt%3Bb%26gt%3B%5D=x'],
    ['keys that become one, the last counting', 'a[b+]=1&a[c]=2&a[b]=3', 'a%5Bc%5D=2&a%5Bb%5D=3'],
  ])('is over %s', (_what, body, encoded) => {
    expect(bodyDigest(treeOf(body))).toBe(md5Hex(encoded))
  })

  it('takes blanks off that hold a NUL, and leaves empty arrays out', () => {
    const tree: PhpArray = new Map()
    tree.set('none', new Map())
    tree.set('a', '\0x\0')
    expect(bodyDigest(tree)).toBe(md5Hex('a=x'))
    expect(tree.get('a')).toBe('\0x\0')
  })
})

describe('a sent signature', () => {
  const expected = 'Um+gK5aPhiZXL4G4G/YE1ygXu+E='

  it.each([
    ['as it is', expected, true],
    ['encoded once more', encodeURIComponent(expected), true],
    ['encoded in lower case', encodeURIComponent(expected).toLowerCase(), false],
    ['with lower-case escapes', expected.replaceAll('+', '%2b'), true],
    ['encoded twice more', encodeURIComponent(encodeURIComponent(expected)), false],
    ['with a plus that became a space', expected.replaceAll('+', ' '), false],
    ['without its padding', expected.slice(0, -1), false],
    ['with something behind it', `${expected}A`, false],
    ['in another case', expected.toLowerCase(), false],
    ['empty', '', false],
    ['a lone percent sign', '%', false],
  ])('%s', (_how, sent, accepted) => {
    expect(isSignature(sent, expected)).toBe(accepted)
  })
})
