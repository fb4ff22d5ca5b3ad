import { createHash, createHmac } from 'node:crypto'
import { fromBinary, textToBinary } from '../../wire/binary.ts'
import { equalConstantTime } from '../../wire/digest.ts'
import { decodeForm } from '../../wire/percent.ts'
import type { PhpArray } from '../../wire/php-array.ts'
import { httpBuildQuery } from '../../wire/php-query.ts'
import type { SignedForm } from '../../wire/signed-form.ts'
import { treeToObject } from '../../wire/tree.ts'

type Variant = { readonly mistake: string; readonly value: string }
type Keys = { readonly login: string; readonly secrets: readonly string[] }

/** Which known mistakes explain a hash that was refused; best explained first. */
export function findMistakes(form: SignedForm, signature: string, keys: Keys): string[] {
  const hash = signature.trim().toLowerCase()
  const shape = shapeMistake(signature)
  const found = new Set<string>()
  for (const secret of secretVariants(keys.secrets)) {
    for (const login of loginVariants(keys.login)) {
      for (const text of textVariants(form)) {
        for (const { mistake, value } of digests(text.value, login.value, secret.value)) {
          if (!equalConstantTime(value, hash)) continue
          const mistakes = [text.mistake, login.mistake, secret.mistake, mistake, shape]
          found.add(mistakes.filter((one) => one !== '').join('; '))
        }
      }
    }
  }
  found.delete('')
  if (found.size === 0 && shape !== '') found.add(shape)
  return [...found].sort((a, b) => a.split('; ').length - b.split('; ').length).slice(0, 3)
}

function shapeMistake(signature: string): string {
  if (/^[0-9a-f]{32}$/.test(signature)) return ''
  if (signature === '') return 'the hash is empty'
  if (/^[0-9a-f]{32}$/i.test(signature)) return 'the hash is in upper case; send it in lower case'
  if (signature.trim() !== signature) return 'spaces or a line end stand around the hash'
  if (/^[0-9a-f]{40}$/i.test(signature)) return 'the hash has 40 digits, as of SHA-1; use MD5'
  if (/^[0-9a-f]{64}$/i.test(signature)) return 'the hash has 64 digits, as of SHA-256; use MD5'
  return 'the hash is not 32 hex digits'
}

/** Texts (binary strings) that clients are known to sign. */
function textVariants({ texts, tree }: SignedForm): Variant[] {
  const { raw, phpRebuild } = texts
  const json = textToBinary(JSON.stringify(treeToObject(tree)))
  const pairs = (raw ?? phpRebuild).split('&')
  const sent = [raw, phpRebuild, texts.jsRebuild, texts.rfc3986Rebuild].filter(
    (text) => text !== null,
  )
  const filled = pairs.filter((pair) => !pair.endsWith('='))
  return [
    ...[...new Set(sent)].map((value) => ({ mistake: '', value })),
    { mistake: 'the keys were sorted; sign them in the order sent', value: sorted(tree) },
    { mistake: 'the keys were sorted; sign them in the order sent', value: pairs.sort().join('&') },
    {
      mistake: 'spaces were signed as %20; http_build_query writes +',
      value: phpRebuild.replaceAll('+', '%20'),
    },
    { mistake: 'the decoded text was signed; sign the encoded one', value: decodeForm(phpRebuild) },
    { mistake: 'JSON was signed; sign the form-encoded text', value: json },
    { mistake: 'empty parameters were left out of the signed text', value: filled.join('&') },
    { mistake: 'an empty text was signed; sign the parameters', value: '' },
    { mistake: 'an empty hash= was signed along', value: `${phpRebuild}&hash=` },
  ]
}

function sorted(tree: PhpArray): string {
  return httpBuildQuery(new Map([...tree].sort(([a], [b]) => (a < b ? -1 : 1))))
}

function loginVariants(login: string): Variant[] {
  return [
    { mistake: '', value: login },
    { mistake: 'wrong login: it was signed in upper case', value: login.toUpperCase() },
    {
      mistake: 'wrong login: it was signed with a capital',
      value: login.charAt(0).toUpperCase() + login.slice(1),
    },
    { mistake: 'wrong login: an empty one was signed', value: '' },
    { mistake: 'wrong login: a space was signed with it', value: ` ${login}` },
    { mistake: 'wrong login: a space was signed with it', value: `${login} ` },
  ]
}

function secretVariants(secrets: readonly string[]): Variant[] {
  return secrets.flatMap((secret) => [
    { mistake: '', value: secret },
    { mistake: 'the client trims the key, which has spaces at its ends', value: secret.trim() },
    ...[`${secret}\n`, `${secret}\r\n`, `${secret} `, ` ${secret}`, `\t${secret}`].map((value) => ({
      mistake: 'the key has a space or line end around it in the client; trim it there',
      value,
    })),
    { mistake: 'the key was signed in upper case', value: secret.toUpperCase() },
    { mistake: 'the key was signed in lower case', value: secret.toLowerCase() },
    { mistake: 'an empty key was signed', value: '' },
    {
      mistake: 'the key was signed form-encoded; sign it as it is',
      value: encodeURIComponent(secret),
    },
  ])
}

function digests(text: string, login: string, secret: string): Variant[] {
  const query = fromBinary(text)
  const md5 = (...parts: (string | Buffer)[]) => hashOf('md5', parts)
  return [
    { mistake: '', value: md5(query, '::', login, '::', secret) },
    { mistake: 'the separators :: are missing', value: md5(query, login, secret) },
    { mistake: 'the separator is :: , not :', value: md5(query, ':', login, ':', secret) },
    {
      mistake: 'the order is parameters, login, key',
      value: md5(login, '::', query, '::', secret),
    },
    {
      mistake: 'the order is parameters, login, key',
      value: md5(query, '::', secret, '::', login),
    },
    { mistake: 'the login is missing in the signed text', value: md5(query, '::', secret) },
    {
      mistake: 'the MD5 was taken of an upper-case text',
      value: md5(`${text}::${login}::${secret}`.toUpperCase()),
    },
    {
      mistake: 'HMAC was used; the protocol wants a plain MD5',
      value: createHmac('md5', secret).update(query).digest('hex'),
    },
    {
      mistake: 'SHA-1 was used; the protocol wants MD5',
      value: hashOf('sha1', [query, '::', login, '::', secret]),
    },
    {
      mistake: 'SHA-256 was used; the protocol wants MD5',
      value: hashOf('sha256', [query, '::', login, '::', secret]),
    },
  ]
}

function hashOf(algorithm: string, parts: readonly (string | Buffer)[]): string {
  const digest = createHash(algorithm)
  for (const part of parts) digest.update(part)
  return digest.digest('hex')
}
