import type { Explanation, SavedCall } from '../../dialect.ts'
import { addressLine, usersLine } from '../explain-login.ts'
import type { OpencartRequest } from '../request.ts'
import { findMistakes } from './mistakes.ts'
import { type Places, placesOf } from './places.ts'
import { type Claim, claimOf, fits, usersNamed, windowSeconds } from './proof.ts'
import { bodyDigest } from './signature.ts'

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
  const shown = textLines(claim, first.publicPart, places, bodyMd5)
  if (signer !== undefined) {
    const words = `Accepted, as API user "${signer.publicPart}" (credential ${signer.id}).`
    return { accepted: true, lines: [words, timeLine(claim), ...addressLine(signer), ...shown] }
  }
  const mistakes = findMistakes(claim, request, { users, all: credentials, places })
  return {
    accepted: false,
    lines: [
      `Refused: the signature is not that of API user "${first.publicPart}".`,
      ...mistakes.map((text) => `Known mistake: ${text}.`),
      ...(mistakes.length > 0 ? [] : [unexplained(call)]),
      timeLine(claim),
      ...shown,
    ],
  }
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
  const parts = [
    ['route', claim.route],
    ['call', claim.call],
    ['username as stored', username],
    ['host', hosts.join(' or ')],
    ['directory of index.php', directories.join(' or ')],
    ['store_id', String(claim.storeId)],
    ['language', claim.language],
    ['currency', claim.currency],
    ['MD5 of the body, escaped and trimmed', bodyMd5],
    ['time', String(claim.time)],
  ] as const
  return [
    'Ten lines are signed, each with a line feed behind it, the last one too:',
    ...parts.map(([name, text], at) => `  ${at + 1} ${name}: ${text}`),
    'The signature is the base64 of their HMAC-SHA1 with the key, percent-encoded.',
  ]
}
