import type { Credential } from '../../../model/credential.ts'
import { hmacSha256Base64, md5Hex } from '../../../wire/digest.ts'
import { httpBuildQuery } from '../../../wire/php-query.ts'
import type { OtherKey } from '../../dialect.ts'
import type { OpencartRequest } from '../request.ts'
import type { Places } from './places.ts'
import type { Claim } from './proof.ts'
import { bodyDigest, expectedSignature, isSignature, signedText } from './signature.ts'

type Known = {
  /** The users whom the call names. */
  readonly users: readonly Credential[]
  readonly all: readonly Credential[]
  readonly otherKeys: readonly OtherKey[]
  readonly places: Places
}

/** One way to make a part, and what is wrong with it; empty: it is right. */
type Variant<T> = { readonly made: T; readonly wrong: string }
type Sign = (text: string, key: string) => string
type Guess = {
  readonly wrong: readonly string[]
  readonly text: () => string
  readonly expected: () => string
}

export type FoundMistakes = {
  readonly mistakes: readonly string[]
  /** What the client seems to have signed; undefined where nothing known explains it. */
  readonly text: string | undefined
}

/** The fewest mistakes that together explain a signature; none: nothing known does. */
export function findMistakes(claim: Claim, request: OpencartRequest, known: Known): FoundMistakes {
  // What the decoding made of a bare plus.
  const sent = claim.signature.replaceAll(' ', '+')
  const found = guesses(claim, request, known)
    .toSorted((one, other) => one.wrong.length - other.wrong.length)
    .find(({ expected }) => isSignature(sent, expected()))
  if (found === undefined) return { mistakes: [], text: undefined }
  const bare = sent === claim.signature ? [] : ['a + in the signature was not percent-encoded']
  return { mistakes: [...found.wrong, ...bare], text: found.text() }
}

function guesses(claim: Claim, request: OpencartRequest, known: Known): Guess[] {
  const guessed: Guess[] = []
  const bodies = bodiesOf(request)
  const places = placesIn(known.places)
  for (const user of usersIn(known)) {
    for (const name of namesOf(claim, user.made)) {
      for (const body of bodies) {
        for (const place of places) {
          for (const way of ways) {
            const said = { ...claim, ...place.made, username: name.made, bodyMd5: body.made }
            guessed.push({
              wrong: [user, name, body, place, way].flatMap(({ wrong }) => wrong || []),
              text: () => signedText(said),
              expected: () => way.made(signedText(said), user.made.secret),
            })
          }
        }
      }
    }
  }
  return guessed
}

function usersIn({ users, all, otherKeys }: Known): Variant<Credential>[] {
  const [named] = users
  const others = all.filter((one) => !users.includes(one))
  return [
    ...users.map((user) => ({ made: user, wrong: '' })),
    ...others.map((user) => ({
      made: user,
      wrong: `it was signed with the key of API user "${user.publicPart}"`,
    })),
    ...otherKeys.flatMap(({ credential, words }) => {
      // Under the name that stands in the call: the names of keys that are gone do not count.
      const made = named === undefined ? undefined : { ...named, secret: credential.secret }
      return made === undefined ? [] : [{ made, wrong: `it was signed with the key of ${words}` }]
    }),
  ]
}

function bodiesOf({ body, rawBody }: OpencartRequest): Variant<string>[] {
  return distinct([
    { made: bodyDigest(body), wrong: '' },
    {
      made: md5Hex(httpBuildQuery(body)),
      wrong: 'the body was signed without HTML-escaping and trimming its values',
    },
    { made: md5Hex(rawBody), wrong: 'the body was signed as it was sent, not encoded anew' },
    { made: md5Hex(''), wrong: 'an empty body was signed' },
  ])
}

function placesIn({
  hosts,
  directories,
}: Places): Variant<{ readonly host: string; readonly directory: string }>[] {
  const hostsTried = distinct([
    ...hosts.map((host) => ({ made: host, wrong: '' })),
    ...hosts.map((host) => ({
      made: host.replace(/:\d+$/, ''),
      wrong: 'the host was signed without its port',
    })),
    ...hosts.map((host) => ({
      made: host.toLowerCase(),
      wrong: 'the host was signed in lower case',
    })),
    { made: '', wrong: 'no host was signed' },
  ])
  const directoriesTried = distinct([
    ...directories.map((one) => ({ made: one, wrong: '' })),
    { made: '/', wrong: 'the directory was signed as /' },
    { made: '', wrong: 'no directory was signed' },
    ...directories.map((one) => ({
      made: one.replace(/\/$/, ''),
      wrong: 'the directory was signed without the slash at its end',
    })),
    ...directories.map((one) => ({
      made: `${one}index.php`,
      wrong: 'the path was signed with index.php, not the directory alone',
    })),
  ])
  return hostsTried.flatMap((host) =>
    directoriesTried.map((directory) => ({
      made: { host: host.made, directory: directory.made },
      wrong: [host.wrong, directory.wrong].filter((wrong) => wrong !== '').join(', and '),
    })),
  )
}

function namesOf({ username }: Claim, { publicPart }: Credential): Variant<string>[] {
  return distinct([
    { made: publicPart, wrong: '' },
    { made: username, wrong: `the username was signed as sent, not as stored ("${publicPart}")` },
  ])
}

const ways: readonly Variant<Sign>[] = [
  { made: expectedSignature, wrong: '' },
  {
    made: (text, key) => expectedSignature(text.slice(0, -1), key),
    wrong: 'the last line feed was left off',
  },
  {
    made: (text, key) => expectedSignature(text.replaceAll('\n', '\r\n'), key),
    wrong: 'lines were ended by CR LF',
  },
  ...['\n', '\r\n', ' '].map((end) => ({
    made: (text: string, key: string) => expectedSignature(text, `${key}${end}`),
    wrong: 'the key has a line end or blank behind it in the client',
  })),
  {
    made: (text, key) => Buffer.from(expectedSignature(text, key), 'base64').toString('hex'),
    wrong: 'the signature is written as hex digits; it must be base64',
  },
  { made: (text, key) => hmacSha256Base64(key, text), wrong: 'HMAC-SHA256 was used, not SHA-1' },
]

/** Each made thing once, with the first that is said of it. */
function distinct<T>(variants: readonly Variant<T>[]): Variant<T>[] {
  return variants.filter(
    ({ made }, at) => variants.findIndex((other) => other.made === made) === at,
  )
}
