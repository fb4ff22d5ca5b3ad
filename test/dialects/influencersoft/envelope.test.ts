import { describe, expect, it } from 'vitest'
import {
  answerHash,
  envelope,
  listHead,
  listTail,
} from '../../../src/dialects/influencersoft/envelope.ts'
import { readVectors } from '../../wire/vectors.ts'

type ResponseCase = { name: string; code?: number; text: string; secret: string; hash: string }

const cases = readVectors<ResponseCase>('responses').filter(({ code }) => Number.isInteger(code))

describe('an answer to a call made with PHP', () => {
  it.each(cases)('is signed as in $name', ({ code = 0, text, secret, hash }) => {
    const said = { error_code: code, error_text: text, result: [{ id: 1 }], hash }
    expect(answerHash({ code, text }, secret)).toBe(hash)
    expect(JSON.parse(envelope({ code, text }, [{ id: 1 }], secret))).toEqual(said)
    expect(JSON.parse(`${listHead}{"id":1}${listTail({ code, text }, secret)}`)).toEqual(said)
  })

  it('names its fields in the order of the vendor, and the signature of a list comes last', () => {
    const words = { code: 0, text: 'OK' }
    const hash = answerHash(words, 'secret123')
    expect(envelope(words, null, 'secret123')).toBe(
      `{"error_code":0,"error_text":"OK","result":null,"hash":"${hash}"}`,
    )
    expect(listHead + listTail(words, 'secret123')).toBe(
      `{"result":[],"error_code":0,"error_text":"OK","hash":"${hash}"}`,
    )
  })
})
