import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { Sealed } from './columns.ts'
import type { Database, Drizzle } from './database.ts'
import { within } from './deadline.ts'
import { installation } from './schema.ts'

/** Encrypts and opens the secrets that stand in the database (AES-256-GCM). */
export type Vault = {
  /** With the vault's first key. To write a secret down, see `sealing`. */
  seal(plain: string): Sealed
  /** With the key of that check value; undefined where the vault does not have it. */
  sealFor(check: string): ((plain: string) => Sealed) | undefined
  /** With whichever key fits. Throws `Unopenable` where none does. */
  open(sealed: Sealed): string
  /** What the first key leaves in a database that is new. */
  readonly check: string
  /** True from a secret that could not be opened to the next one that could. */
  failed(): boolean
}

/** A secret that none of the vault's keys opens. */
export class Unopenable extends Error {}

/** The database was filled with another key. */
export class WrongKey extends Error {}

const nonceBytes = 12
const tagBytes = 16
const checkName = 'key-check'

/**
 * A key is 32 bytes; the first seals, the others open what was sealed with them. `reread` gives
 * the keys that there are now, and is asked where those at hand do not fit: a rotation may have
 * brought a new one meanwhile.
 */
export function createVault(
  first: Buffer,
  older: readonly Buffer[] = [],
  reread: () => readonly Buffer[] = () => [],
): Vault {
  const keys = [first, ...older]
  let failed = false
  const learn = (): Buffer[] => {
    const fresh = reread().filter((one) => !keys.some((key) => key.equals(one)))
    keys.unshift(...fresh)
    return fresh
  }
  const tryAll = (tried: readonly Buffer[], sealed: Sealed): string | undefined => {
    for (const key of tried) {
      const plain = openWith(key, sealed)
      if (plain !== undefined) return plain
    }
    return undefined
  }
  return {
    seal: (plain) => sealWith(first, plain),
    sealFor(check) {
      const fits = (key: Buffer): boolean => checkOf(key) === check
      const key = keys.find(fits) ?? learn().find(fits)
      return key === undefined ? undefined : (plain) => sealWith(key, plain)
    },
    open(sealed) {
      const plain = tryAll(keys, sealed) ?? tryAll(learn(), sealed)
      failed = plain === undefined
      if (plain === undefined) throw new Unopenable('a secret was sealed with another key')
      return plain
    },
    check: checkOf(first),
    failed: () => failed,
  }
}

function sealWith(key: Buffer, plain: string): Sealed {
  const nonce = randomBytes(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), body]) as Sealed
}

function openWith(key: Buffer, sealed: Sealed): string | undefined {
  try {
    const nonce = sealed.subarray(0, nonceBytes)
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
    decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes))
    const body = sealed.subarray(nonceBytes + tagBytes)
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
  } catch {
    return undefined
  }
}

/** What a key leaves in its database; says nothing of the key itself. */
export function checkOf(key: Buffer): string {
  return createHmac('sha256', key).update('countersign key check').digest('hex')
}

/** Remembers which key this database belongs to, and refuses any that the vault does not have. */
export async function checkKey(db: Drizzle, vault: Vault): Promise<void> {
  const mine = { name: checkName, value: vault.check }
  await db.insert(installation).values(mine).onConflictDoNothing()
  const [row] = await readCheck(db)
  if (row === undefined || vault.sealFor(row.value) === undefined) throw wrongKey()
}

/**
 * How to seal what this transaction writes: with the key that the database belongs to, which
 * stays so until the transaction ends. Throws `WrongKey` where the vault does not have it.
 */
export async function sealing(tx: Drizzle, vault: Vault): Promise<(plain: string) => Sealed> {
  const [row] = await readCheck(tx).for('share')
  const seal = row === undefined ? vault.seal : vault.sealFor(row.value)
  if (seal === undefined) throw wrongKey()
  return seal
}

/** The check value, held against every other rotation and every writer of secrets. */
export async function holdCheck(tx: Drizzle): Promise<string | undefined> {
  const [row] = await readCheck(tx).for('update')
  return row?.value
}

export async function writeCheck(tx: Drizzle, check: string): Promise<void> {
  await tx.update(installation).set({ value: check }).where(eq(installation.name, checkName))
}

/** True where the secrets in the database are sealed with that key. */
export async function belongsTo(db: Drizzle, key: Buffer): Promise<boolean> {
  const [row] = await readCheck(db)
  return row?.value === checkOf(key)
}

/** False where the database belongs to a key that the vault does not have. */
export async function isOurs({ sql }: Pick<Database, 'sql'>, vault: Vault): Promise<boolean> {
  const [row] = await sql<{ value: string }[]>`
    select value from installation where name = ${checkName}`
  return row === undefined || vault.sealFor(row.value) !== undefined
}

/**
 * True where the database answers, and its secrets can be opened. Refuses to wait longer than
 * `timeoutMs` for a connection and an answer.
 */
export async function isUsable(
  database: Pick<Database, 'sql'>,
  vault: Vault,
  timeoutMs: number,
): Promise<boolean> {
  const asked = isOurs(database, vault).catch(() => false)
  return (await within(timeoutMs, asked)) === true
}

function readCheck(db: Drizzle) {
  return db
    .select({ value: installation.value })
    .from(installation)
    .where(eq(installation.name, checkName))
}

export function wrongKey(): WrongKey {
  return new WrongKey(
    'this database was filled with another key: its secrets cannot be read. ' +
      'Set COUNTERSIGN_KEY (or put back DATA_DIR/key) as it was when the accounts were made or ' +
      'the key was rotated last; while a key is being replaced, COUNTERSIGN_OLD_KEY is the other.',
  )
}
