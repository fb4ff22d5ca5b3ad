import type { Context } from '../core/context.ts'
import {
  addCredential,
  type CredentialRecord,
  changeCredential,
  credentialsOf,
  revoke,
} from '../core/credentials.ts'
import type { Account } from '../model/account.ts'
import { type RowOutcome, type Tally, tallyOf } from '../model/tally.ts'
import type { CommandLine } from './command-line.ts'
import { type ApiUser, foldName } from './import-people.ts'

const dialect = 'opencart'
const kind = 'key'

/**
 * Why a name and key cannot be used, as `credential add` would say it; undefined where they can.
 * Never repeats the key.
 */
export function userRefusal(line: CommandLine): (user: ApiUser) => string | undefined {
  const kinds = line.dialects.find(({ name }) => name === dialect)?.credentialKinds ?? []
  const wanted = kinds.find(({ name }) => name === kind)
  return ({ username, key, enabled }) => {
    // One that is switched off only ends what there is.
    if (!enabled) return undefined
    const name = wanted?.refusePublicPart?.(username)
    if (name !== undefined) return `username cannot be used: ${name}`
    if (key === '') return 'key is empty'
    if (/\p{Cc}/u.test(key)) return 'key holds a control character'
    const refusal = wanted?.refuseSecret(key)
    return refusal === undefined ? undefined : `key cannot be used: ${refusal}`
  }
}

/**
 * Makes each API user's credential, brings it up to date, or ends it. A key that has been replaced
 * here since does not come back with an old file: that is noted.
 */
export async function saveApiUsers(
  ctx: Context,
  account: Account,
  users: readonly ApiUser[],
  notes: string[],
): Promise<Tally> {
  const outcomes: RowOutcome[] = []
  for (const user of users) {
    const all = (await credentialsOf(ctx, account, { withRevoked: true })).filter(
      (one) =>
        one.dialect === dialect &&
        one.kind === kind &&
        foldName(one.publicPart) === foldName(user.username),
    )
    const own = all.filter(({ revokedAt, validUntil }) => {
      return revokedAt === null && (validUntil === null || validUntil > ctx.now())
    })
    if (isReplaced(user, all, own)) {
      notes.push(
        `the API user "${user.username}" has another key since the one in the file and keeps it; ` +
          "credential rotate with --secret-file brings the file's back",
      )
      outcomes.push('same')
      continue
    }
    const settings = (own.at(-1) ?? all.at(-1))?.settings ?? {}
    outcomes.push(await saveApiUser(ctx, account, user, own, settings))
  }
  return tallyOf(outcomes)
}

/** The file's key has ended, and others of the user work. */
function isReplaced(
  { key, enabled }: ApiUser,
  all: readonly CredentialRecord[],
  own: readonly CredentialRecord[],
): boolean {
  const isKey = ({ secret }: CredentialRecord): boolean => secret === key
  return enabled && own.length > 0 && !own.some(isKey) && all.some(isKey)
}

async function saveApiUser(
  ctx: Context,
  account: Account,
  { username, key, enabled, ipList }: ApiUser,
  own: readonly CredentialRecord[],
  settings: CredentialRecord['settings'],
): Promise<RowOutcome> {
  const standing = own.find(({ secret }) => secret === key)
  if (!enabled) {
    for (const { id } of own) await revoke(ctx, account, id)
    return own.length === 0 ? 'same' : 'changed'
  }
  if (standing !== undefined) {
    if (standing.ipList.join() === ipList.join()) return 'same'
    await changeCredential(ctx, account, standing.id, { ipList })
    return 'changed'
  }
  const wish = { dialect, kind, publicPart: username, secret: key, ipList, settings }
  await addCredential(ctx, account, wish)
  for (const { id } of own) await revoke(ctx, account, id)
  return own.length === 0 ? 'added' : 'changed'
}
