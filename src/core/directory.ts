import { BlockList, isIP } from 'node:net'
import { type Account, accountSettingsSchema } from '../model/account.ts'
import { type Credential, isValidAt } from '../model/credential.ts'
import { Failure, isFailure } from '../model/failure.ts'
import type { Instant } from '../model/order.ts'
import { type AccountRow, findAccountByHost, findAccountByLogin } from '../store/accounts.ts'
import { listCredentials } from '../store/credentials.ts'
import type { Drizzle } from '../store/database.ts'
import { within } from '../store/deadline.ts'
import { isOutage } from '../store/errors.ts'
import { Unopenable, type Vault } from '../store/secrets.ts'

/** An account as a call meets it: with the credentials that work now. */
export type Entrance = {
  readonly account: Account
  readonly credentials: readonly EnteringCredential[]
  /** Those that would work if the account were in test mode, or were not. */
  readonly resting: readonly Credential[]
}

export type EnteringCredential = Credential & {
  /** False for a peer address outside the credential's list. */
  readonly admits: (peerAddress: string) => boolean
}

export type Directory = {
  byLogin(login: string): Promise<Entrance | undefined>
  byHost(host: string): Promise<Entrance | undefined>
  /** Forgets what it knows, for whoever has just changed it. */
  forget(): void
}

/**
 * How old an answer may be. A revoked key stops working everywhere within this time plus one
 * query, whether or not the database can notify.
 */
const freshForMs = 500

const databaseAway = 'the database is not available'

/** How long a lookup is waited for: less where an older answer can stand. */
const waitMs = { withAnswer: 150, withoutAnswer: 2000 }

/** A lookup that is not answered by then got lost with its connection, and is made again. */
const lostAfterMs = 5000

type Known = {
  readonly askedAtMs: number
  readonly answer: Promise<Entrance | undefined>
  /** While it is, nobody asks again: a database that is silent must not find a heap of lookups. */
  readonly isPending: boolean
  /** The last answer that the database gave. */
  readonly before: Entrance | undefined
}

/**
 * Looks accounts up and remembers them for half a second. While the database does not answer,
 * the last answer stands, so that callers can be refused in their own protocol, signed.
 */
export function createDirectory(options: {
  readonly db: Drizzle
  readonly vault: Vault
  readonly now: () => Instant
  readonly clock: () => number
  readonly log: { warn(fields: object, message: string): void }
}): Directory {
  const { db, vault, now, clock } = options
  const tellUnopenable = everyMinute(clock, () =>
    options.log.warn(
      {},
      'secrets in the database cannot be opened: is COUNTERSIGN_KEY another one?',
    ),
  )
  const known = new Map<string, Known>()

  const load = async (row: AccountRow | undefined): Promise<Entrance | undefined> => {
    if (row === undefined) return undefined
    const records = await listCredentials(db, vault, row.id)
    const working = records.filter(
      (record) => record.revokedAt === null && isValidAt(record, now()),
    )
    const account = toAccount(row)
    const [own, resting] = byMode(account, working)
    return {
      account,
      credentials: own.map((record) => ({ ...record, admits: admission(record.ipList) })),
      resting,
    }
  }

  const remembered = (
    key: string,
    find: () => Promise<AccountRow | undefined>,
  ): Promise<Entrance | undefined> => {
    const last = known.get(key)
    const ageMs = clock() - (last?.askedAtMs ?? Number.NEGATIVE_INFINITY)
    if (last !== undefined && ageMs < (last.isPending ? lostAfterMs : freshForMs)) {
      return last.answer
    }
    const asked = find()
      .then(load)
      .catch((error: unknown) => {
        if (!(error instanceof Unopenable)) throw error
        tellUnopenable()
        throw new Locked('busy', { reason: 'the secrets in the database cannot be opened' })
      })
    const most = last?.before === undefined ? waitMs.withoutAnswer : waitMs.withAnswer
    const answer = notLongerThan(most, asked).catch((error: unknown) => {
      // What could be opened before may have been revoked since.
      if (error instanceof Locked) throw error
      if (last?.before !== undefined && isAway(error)) return last.before
      throw isAway(error) ? new Failure('busy', { reason: databaseAway }) : error
    })
    const entry: Known = { askedAtMs: clock(), answer, isPending: true, before: last?.before }
    known.set(key, entry)
    asked.then(
      (entrance) => {
        if (known.get(key) !== entry) return
        // Strangers must not fill the memory with made-up names.
        if (entrance === undefined) known.delete(key)
        else known.set(key, { ...entry, answer: asked, isPending: false, before: entrance })
      },
      (error: unknown) => {
        if (known.get(key) !== entry) return
        if (entry.before === undefined || error instanceof Locked) known.delete(key)
        else known.set(key, { ...entry, isPending: false })
      },
    )
    return answer
  }

  return {
    byLogin: (login) => remembered(`login ${login}`, () => findAccountByLogin(db, login)),
    byHost: (host) => remembered(`host ${host}`, () => findAccountByHost(db, host)),
    forget: () => known.clear(),
  }
}

/** What works in the mode that the account is in, and what rests until it is in the other. */
export function byMode<T extends { readonly test: boolean }>(
  { settings }: Account,
  all: readonly T[],
): [own: T[], resting: T[]] {
  const isOwn = ({ test }: T): boolean => test === settings.test
  return [all.filter(isOwn), all.filter((one) => !isOwn(one))]
}

/** Why a call is refused whose proof is right, for the operator. */
export function modeReason({ settings }: Account): string {
  return settings.test
    ? 'the account is in test mode, and this credential is none for tests'
    : 'this credential is for tests, and the account is not in test mode'
}

/** The gateway has another key than the database: an outage that lasts until somebody mends it. */
class Locked extends Failure {}

/** Calls once, and not again within a minute, however often it is asked to. */
function everyMinute(clock: () => number, tell: () => void): () => void {
  let toldAtMs = Number.NEGATIVE_INFINITY
  return () => {
    if (clock() - toldAtMs < 60_000) return
    toldAtMs = clock()
    tell()
  }
}

/** A database can also be just silent: then `busy`, as if it were away. */
async function notLongerThan<T>(ms: number, asked: Promise<T>): Promise<T> {
  const answer = await within(ms, asked)
  if (answer === 'late') throw new Failure('busy', { reason: databaseAway })
  return answer
}

function isAway(error: unknown): boolean {
  return isFailure(error, 'busy') || isOutage(error)
}

export function toAccount(row: AccountRow): Account {
  return {
    id: row.id,
    login: row.login,
    disabled: row.disabledAt !== null,
    settings: accountSettingsSchema.parse(row.settings),
  }
}

/** Reads a list of addresses and CIDRs; an empty one admits everybody. */
export function admission(ipList: readonly string[]): (peerAddress: string) => boolean {
  if (ipList.length === 0) return () => true
  const list = new BlockList()
  for (const entry of ipList) addToList(list, entry)
  return (peerAddress) => {
    const family = isIP(peerAddress)
    return family !== 0 && list.check(peerAddress, family === 6 ? 'ipv6' : 'ipv4')
  }
}

function addToList(list: BlockList, entry: string): void {
  const [address = '', prefix] = entry.split('/')
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  if (prefix === undefined) list.addAddress(address, family)
  else list.addSubnet(address, Number(prefix), family)
}

/** True for `192.0.2.7`, `192.0.2.0/24`, `2001:db8::/32`. */
export function isAddressRange(text: string): boolean {
  const match = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(text)
  const family = isIP(match?.[1] ?? '')
  return family !== 0 && Number(match?.[2] ?? 0) <= (family === 6 ? 128 : 32)
}
