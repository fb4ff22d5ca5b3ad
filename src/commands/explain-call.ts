import { listAccounts } from '../core/accounts.ts'
import { type CredentialRecord, credentialsOf } from '../core/credentials.ts'
import { admission, byMode, modeReason } from '../core/directory.ts'
import type { KeptRequest } from '../core/find-refused-calls.ts'
import type { Dialect, Explanation, OtherKey, SavedCall } from '../dialects/dialect.ts'
import type { Account } from '../model/account.ts'
import { isValidAt } from '../model/credential.ts'
import { baseUrlOf, type OpenBook } from './command-line.ts'

/** What is known of a call; without `peerAddress` nobody knows where it came from. */
export type CallParts = Pick<
  SavedCall,
  'path' | 'query' | 'contentType' | 'header' | 'body' | 'method'
> & { readonly peerAddress?: string }

const mostLogins = 300

/** The parts of a kept request; undefined where its body was too large to be kept. */
export function partsOf(
  { method, path, query, headers, body }: KeptRequest,
  peerAddress: string,
): CallParts | undefined {
  if (body === null) return undefined
  const header = (name: string): string | undefined => {
    const value = headers[name.toLowerCase()]
    return typeof value === 'string' ? value : value?.join(', ')
  }
  const contentType = header('content-type') ?? ''
  return { method, path, query, contentType, header, body, peerAddress }
}

/** Why a call is accepted or refused now, by all that the book knows of the account's keys. */
export async function explainCall(
  book: OpenBook,
  dialect: Dialect,
  account: Account,
  parts: CallParts,
): Promise<Explanation> {
  const { ctx } = book
  const { peerAddress, ...sent } = parts
  const records = await credentialsOf(ctx, account, { withRevoked: true })
  const isWorking = (one: CredentialRecord) =>
    one.dialect === dialect.name && one.revokedAt === null && isValidAt(one, ctx.now())
  const [credentials, resting] = byMode(account, records.filter(isWorking))
  const others = records.filter((one) => !credentials.includes(one))
  const logins = (await listAccounts(ctx)).map(({ login }) => login)
  const call: SavedCall = {
    ...sent,
    account,
    credentials,
    baseUrl: baseUrlOf(book, dialect, account),
    otherKeys: others.map((one) => ({
      credential: one,
      words: wordsFor(one, dialect, account, ctx.now()),
    })),
    otherLogins: logins.filter((login) => login !== account.login).slice(0, mostLogins),
  }
  return explained(dialect, call, { resting, peerAddress })
}

/** Which key that is, and why it does not count here. */
function wordsFor(
  one: CredentialRecord,
  dialect: Dialect,
  { settings }: Account,
  now: number,
): OtherKey['words'] {
  const day = (at: number) => new Date(at).toISOString().slice(0, 10)
  const { id, revokedAt, validFrom, validUntil } = one
  const why = [
    ...(one.dialect === dialect.name ? [] : [`which is for ${one.dialect}`]),
    ...(one.test === settings.test ? [] : [one.test ? 'which is for tests' : 'none for tests']),
    ...(revokedAt === null ? [] : [`revoked on ${day(revokedAt)}`]),
    ...(validUntil !== null && validUntil <= now ? [`which ended on ${day(validUntil)}`] : []),
    ...(validFrom > now ? [`which begins on ${day(validFrom)}`] : []),
  ]
  return [`credential ${id}`, ...why].join(', ')
}

type Surroundings = {
  readonly resting: readonly CredentialRecord[]
  readonly peerAddress: string | undefined
}

/** The dialect's word, and what no dialect can see: a switched-off account, a slip in saving. */
function explained(
  dialect: Dialect,
  call: SavedCall,
  { resting, peerAddress }: Surroundings,
): Explanation {
  const { accepted, lines } = dialect.explain(call)
  const refused = (...words: string[]) => ({ accepted: false, lines: [...lines, ...words] })
  if (accepted && call.account.disabled) {
    const { login } = call.account
    return refused(
      `The account is disabled, so the call is refused: countersign account enable ${login}`,
    )
  }
  if (accepted && peerAddress !== undefined) {
    const credentials = call.credentials.filter(({ ipList }) => admission(ipList)(peerAddress))
    if (!dialect.explain({ ...call, credentials }).accepted) {
      return refused(`It came from ${peerAddress}, which is not on the credential's list.`)
    }
  }
  if (!accepted && resting.length > 0) {
    const other = dialect.explain({ ...call, credentials: resting })
    if (other.accepted) {
      const words = `The proof is right, but ${modeReason(call.account)}.`
      return { accepted: false, lines: [...other.lines, words] }
    }
  }
  const cut = withoutLineBreak(call.body)
  if (accepted || cut === undefined || !dialect.explain({ ...call, body: cut }).accepted) {
    return { accepted, lines }
  }
  // What came over the wire ended so; what was saved may have got it from an editor.
  return refused(
    peerAddress === undefined
      ? 'The saved body ends with a line break; without it the proof is right.'
      : 'Known mistake: the body was sent with a line break at its end, which was not signed.',
  )
}

function withoutLineBreak(body: Uint8Array): Uint8Array | undefined {
  if (body.at(-1) !== 0x0a) return undefined
  return body.subarray(0, body.at(-2) === 0x0d ? -2 : -1)
}
