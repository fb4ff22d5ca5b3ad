import { firstDifferentLine } from '../../../wire/first-difference.ts'
import type { Explanation, SavedCall } from '../../dialect.ts'
import { addressLine, usersLine } from '../explain-login.ts'
import type { OpencartRequest } from '../request.ts'
import { findMistakes } from './mistakes.ts'
import { type Places, placesOf } from './places.ts'
import { type Claim, claimOf, fits, usersNamed, windowSeconds } from './proof.ts'
import { bodyDigest, type SignedParts, signedText } from './signature.ts'

/** What a saved call of 4.1 had to sign, whether it did, and which known mistakes it shows. */
export function explainSigned(call: SavedCall, request: OpencartRequest): Explanation {
  const { credentials } = call
  const claim = claimOf(request)
  if ('missing' in claim) {
    const named = claim.missing.join(', ')
    return { accepted: false, lines: [`Refused: missing in the query: ${named}.`] }
  }
  const users = usersNamed(credentials, claim.username)
  const places = placesOf({ ...call, wholePath: call.path })
  const bodyMd5 = bodyDigest(request.body)
  const [first] = users
  if (first === undefined) {
    return {
      accepted: false,
      lines: ['Refused: there is no such user.', ...usersLine(credentials)],
    }
  }
  const signer = users.find((user) => fits(user, claim, places, bodyMd5))
  if (call.isBrief) return { accepted: signer !== undefined, lines: [] }
  const shown = textLines(claim, first.publicPart, places, bodyMd5)
  if (signer !== undefined) {
    const words = `Accepted, as API user "${signer.publicPart}" (credential ${signer.id}).`
    return { accepted: true, lines: [words, timeLine(claim), ...addressLine(signer), ...shown] }
  }
  const { otherKeys = [] } = call
  const known = { users, all: credentials, otherKeys, places }
  const { mistakes, text } = findMistakes(claim, request, known)
  const said = { ...claim, username: first.publicPart, bodyMd5 }
  return {
    accepted: false,
    lines: [
      `Refused: the signature is not that of API user "${first.publicPart}".`,
      ...mistakes.map((words) => `Known mistake: ${words}.`),
      ...(text === undefined ? [] : differenceLines(said, places, text)),
      ...(mistakes.length > 0 ? [] : [unexplained(call)]),
      timeLine(claim),
      ...shown,
    ],
  }
}

const lineNames = [
  'route',
  'call',
  'username as stored',
  'host',
  'directory of index.php',
  'store_id',
  'language',
  'currency',
  'MD5 of the body, escaped and trimmed',
  'time',
] as const

function differenceLines(
  said: Omit<SignedParts, 'host' | 'directory'>,
  { hosts, directories }: Places,
  theirs: string,
): string[] {
  const ours = hosts.flatMap((host) =>
    directories.map((directory) => signedText({ ...said, host, directory })),
  )
  const found = firstDifferentLine(ours, theirs)
  if (found === undefined) return []
  const { line } = found
  return [
    `  It first differs in line ${line} (${lineNames[line - 1] ?? 'behind the last'}):`,
    `    the gateway hashed ${found.ours}`,
    `    the client hashed  ${found.theirs}`,
  ]
}

/** A saved call does not say when it came. */
function timeLine({ time }: Claim): string {
  const at = new Date(time * 1000)
  const text = Number.isNaN(at.getTime()) ? 'no time' : at.toISOString()
  return `Its time is ${text}: it is taken up to ${windowSeconds} s before and after that.`
}

function unexplained({ header }: SavedCall): string {
  const words = 'None of the known mistakes explains it; another key is likeliest.'
  if (header('host') !== undefined) return words
  return `${words} Give the Host header of the call, too: --header "Host: ..."`
}

function textLines(
  claim: Claim,
  username: string,
  { hosts, directories }: Places,
  bodyMd5: string,
): string[] {
  const values = [
    claim.route,
    claim.call,
    username,
    hosts.join(' or '),
    directories.join(' or '),
    String(claim.storeId),
    claim.language,
    claim.currency,
    bodyMd5,
    String(claim.time),
  ]
  return [
    'Ten lines are signed, each with a line feed behind it, the last one too:',
    ...lineNames.map((name, at) => `  ${at + 1} ${name}: ${values[at]}`),
    'The signature is the base64 of their HMAC-SHA1 with the key, percent-encoded.',
  ]
}
