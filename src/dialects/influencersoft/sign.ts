import { textToBinary } from '../../wire/binary.ts'
import { md5Hex } from '../../wire/digest.ts'
import { encodeForm } from '../../wire/percent.ts'
import type { SignInput } from '../dialect.ts'

/**
 * A signed call as `http_build_query` writes it: names such as `utm[utm_medium]` give the same
 * bytes flat as nested (contract §2.1).
 */
export function sign(input: SignInput): { readonly body: string; readonly curl: string } {
  const { account, credential, baseUrl, functionName, parameters } = input
  const query = parameters
    .map((pair) => pair.map((part) => encodeForm(textToBinary(part))).join('='))
    .join('&')
  const hash = md5Hex(query, '::', account.login, '::', credential.secret)
  const body = [query, `hash=${hash}`].filter((part) => part !== '').join('&')
  // Nothing to quote: the encoder leaves no character that a shell would read.
  return { body, curl: `curl -sS '${baseUrl}/api/${functionName}' -d '${body}'` }
}
