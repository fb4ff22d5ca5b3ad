import { createCipheriv, createDecipheriv, createHmac, hkdfSync, scrypt } from 'node:crypto'
import type { BackupHeader } from '../model/backup.ts'

export type KeyCost = BackupHeader['scrypt']

/** 32 MB and some tenths of a second for every guess. */
export const usualCost = { n: 32_768, r: 8, p: 3 } as const

/** What a passphrase opens and proves in one backup. */
export type BackupKeys = {
  /** Hex, the same for the same passphrase, salt and cost. */
  readonly check: string
  /** Hex, over a digest of the file. */
  prove(digest: Buffer): string
  /** Base64; the same text at the same place always becomes the same bytes. */
  seal(place: string, plain: string): string
  /** Undefined where this was not sealed with this key, or at another place. */
  open(place: string, sealed: string): string | undefined
}

const nonceBytes = 12
const tagBytes = 16

/** Takes a moment, as it should. */
export async function deriveKeys(passphrase: string, cost: KeyCost): Promise<BackupKeys> {
  const root = await stretch(passphrase, cost)
  const derive = (use: string): Buffer =>
    Buffer.from(hkdfSync('sha256', root, '', `countersign backup ${use}`, 32))
  const [sealing, naming, proving] = [derive('seal'), derive('nonce'), derive('proof')] as const
  return {
    check: derive('check').toString('hex'),
    prove: (digest) => createHmac('sha256', proving).update(digest).digest('hex'),
    seal(place, plain) {
      // Made from what is sealed, so that a restored row can be compared with the file's.
      const text = JSON.stringify([place, plain])
      const nonce = createHmac('sha256', naming).update(text).digest().subarray(0, nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', sealing, nonce).setAAD(Buffer.from(place))
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()])
      return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64')
    },
    open(place, sealed) {
      const bytes = Buffer.from(sealed, 'base64')
      try {
        const nonce = bytes.subarray(0, nonceBytes)
        const options = { authTagLength: tagBytes }
        const decipher = createDecipheriv('aes-256-gcm', sealing, nonce, options)
        decipher.setAAD(Buffer.from(place))
        decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
        const body = bytes.subarray(nonceBytes + tagBytes)
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8')
      } catch {
        return undefined
      }
    },
  }
}

function stretch(passphrase: string, { salt, n, r, p }: KeyCost): Promise<Buffer> {
  const options = { N: n, r, p, maxmem: 256 * n * r + 1_048_576 }
  return new Promise((resolve, reject) => {
    // However a keyboard writes an accented letter, it is the same one.
    scrypt(passphrase.normalize('NFC'), salt, 32, options, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })
}
