import { md5Hex } from '../../wire/digest.ts'
import type { Words } from './words.ts'

/** The answer's signature: over code, text and secret only (contract §3). */
export function answerHash({ code, text }: Words, secret: string): string {
  return md5Hex(`${code}::${text}::${secret}`)
}

/** One JSON object; `result` is always there, since a client counts a missing one as broken. */
export function envelope(words: Words, result: unknown, secret: string): string {
  return JSON.stringify({
    error_code: words.code,
    error_text: words.text,
    result,
    hash: answerHash(words, secret),
  })
}

/** What a streamed envelope begins and ends with: the signature comes last, or not at all. */
export const listHead = '{"result":['

export function listTail(words: Words, secret: string): string {
  const text = JSON.stringify(words.text)
  return `],"error_code":${words.code},"error_text":${text},"hash":"${answerHash(words, secret)}"}`
}
