import { toText } from '../../wire/charset.ts'
import type { PhpArray } from '../../wire/php-array.ts'
import type { SavedCall } from '../dialect.ts'
import type { Variant } from './text-mistakes.ts'

const mailHosts = ['gmail.com', 'mail.ru', 'yandex.ru', 'yahoo.com', 'outlook.com', 'hotmail.com']

/** Logins that a client may have signed: slips in writing, and what it may take for its login. */
export function loginVariants(call: SavedCall, tree: PhpArray): Variant[] {
  const { login } = call.account
  const hosts = hostsOf(call)
  const wrong = (how: string, ...values: string[]): Variant[] =>
    values.map((value) => ({ mistake: `wrong login: ${how}`, value }))
  const all = [
    { mistake: '', value: login },
    ...wrong('it was signed in upper case', login.toUpperCase()),
    ...wrong('it was signed with a capital', login.charAt(0).toUpperCase() + login.slice(1)),
    ...wrong('an empty one was signed', ''),
    ...wrong(
      'a space or line end was signed with it',
      ` ${login}`,
      `${login} `,
      `${login}\n`,
      `${login}\r\n`,
    ),
    ...wrong(
      'it was signed with a domain, as an e-mail address',
      ...[...hosts, ...mailHosts].map((host) => `${login}@${host}`),
    ),
    ...wrong(
      'the host name was signed in its place',
      ...hosts.flatMap((host) => [host, `${login}.${host}`, `https://${host}`, `http://${host}`]),
    ),
    ...textsIn(tree).map((value) => ({
      mistake: `wrong login: ${JSON.stringify(value)}, which the call has as a value, was signed`,
      value,
      isRare: true,
    })),
    ...(call.otherLogins ?? []).map((value) => ({
      mistake: `wrong login: that of another account, "${value}", was signed`,
      value,
      isRare: true,
    })),
  ]
  return all.filter(({ value }, at) => all.findIndex((one) => one.value === value) === at)
}

/** The hosts that the call and its address name, with and without what stands before a dot. */
function hostsOf({ header, baseUrl, account }: SavedCall): string[] {
  const named = [header('host') ?? '', /^[a-z]+:\/\/([^/]*)/i.exec(baseUrl)?.[1] ?? '']
  const bare = named.map((host) => host.toLowerCase().replace(/:\d+$/, '')).filter(Boolean)
  const parents = bare.flatMap((host) =>
    ['www', account.login].flatMap((start) =>
      host.startsWith(`${start}.`) ? [host.slice(start.length + 1)] : [],
    ),
  )
  return [...new Set([...bare, ...parents])]
}

/** Short values at the top of a call: a client may send its login along, or mix names up. */
function textsIn(tree: PhpArray): string[] {
  return [...tree.values()]
    .flatMap((value) => (typeof value === 'string' ? [toText(value)] : []))
    .filter((value) => /^[\w.@+-]{2,64}$/.test(value))
    .slice(0, 40)
}

type Key = { readonly words: string; readonly secret: string }

/** Keys as clients spoil them; then those that this call cannot use, as they are. */
export function keyVariants({ credentials, otherKeys = [], account }: SavedCall): Variant[] {
  const own = credentials.map(({ secret }): Key => ({ words: '', secret }))
  const others = otherKeys.map(
    ({ credential, words }): Key => ({
      words: `it was signed with the key of ${words}`,
      secret: credential.secret,
    }),
  )
  return [
    ...[...own, ...others].flatMap(spoilt),
    { mistake: 'an empty key was signed', value: '' },
    { mistake: 'the login was signed in place of the key', value: account.login },
  ]
}

function spoilt({ words, secret }: Key): Variant[] {
  const made = (mistake: string, ...values: string[]): Variant[] =>
    values.map((value) => ({ mistake: [words, mistake].filter(Boolean).join('; '), value }))
  return [
    ...made('', secret),
    ...made('the client trims the key, which has spaces at its ends', secret.trim()),
    ...made(
      'the key has a space or line end around it in the client; trim it there',
      ...[
        `${secret}\n`,
        `${secret}\r\n`,
        `${secret}\r`,
        `${secret} `,
        ` ${secret}`,
        `\t${secret}`,
        `${secret}\t`,
      ],
    ),
    ...made('the key has a byte order mark before it in the client', `\ufeff${secret}`),
    ...made('the key has quotes around it in the client', `"${secret}"`, `'${secret}'`),
    ...made('the key was signed in upper case', secret.toUpperCase()),
    ...made('the key was signed in lower case', secret.toLowerCase()),
    ...made(
      'the key was signed form-encoded; sign it as it is',
      encodeURIComponent(secret),
      encodeURIComponent(secret).replaceAll('%20', '+'),
    ),
    ...made('the key was signed HTML-escaped', escaped(secret)),
    ...made('the last character of the key is missing in the client', secret.slice(0, -1)),
    ...made('the first character of the key is missing in the client', secret.slice(1)),
  ].filter(({ value }, at) => at === 0 || value !== secret)
}

function escaped(secret: string): string {
  return secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
}
