import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { Drizzle } from './database.ts'
import { installation } from './schema.ts'

/** Encrypts and opens the secrets that stand in the database (AES-256-GCM). */
export type Vault = {
  seal(plain: string): Buffer
  /** Throws where the bytes were not sealed with this key. */
  open(sealed: Buffer): string
}

const nonceBytes = 12
const tagBytes = 16

/** `key` is 32 bytes; see `config.ts` for where it comes from. */
export function createVault(key: Buffer): Vault {
  return {
    seal(plain) {
      const nonce = randomBytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', key, nonce)
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), body])
    },
    open(sealed) {
      const nonce = sealed.subarray(0, nonceBytes)
      const decipher = createDecipheriv('aes-256-gcm', key, nonce)
      decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes))
      const body = sealed.subarray(nonceBytes + tagBytes)
      return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
    },
  }
}

/** The database was filled with another key. */
export class WrongKey extends Error {}

/** Remembers which key this database belongs to, and refuses any other. */
export async function checkKey(db: Drizzle, key: Buffer): Promise<void> {
  const mine = createHmac('sha256', key).update('countersign key check').digest('hex')
  await db.insert(installation).values({ name: 'key-check', value: mine }).onConflictDoNothing()
  const [row] = await db.select().from(installation).where(eq(installation.name, 'key-check'))
  if (row?.value !== mine) {
    throw new WrongKey(
      'this database was filled with another key: its secrets cannot be read. ' +
        'Set COUNTERSIGN_KEY (or put back DATA_DIR/key) as it was when the accounts were made.',
    )
  }
}
