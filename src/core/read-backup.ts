import { createHash, timingSafeEqual } from 'node:crypto'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import type { z } from 'zod'
import {
  type BackupHeader,
  type BackupTrailer,
  backupFormat,
  backupHeaderSchema,
  backupTrailerSchema,
} from '../model/backup.ts'
import { type BackupKeys, deriveKeys } from './backup-keys.ts'
import { type BackupPiece, backupPieces } from './backup-pieces.ts'
import { damaged, refused } from './backup-refusals.ts'

/** A backup whose first line is read, and whose passphrase is right. */
export type OpenBackup = {
  readonly header: BackupHeader
  readonly keys: BackupKeys
  /** The next piece; undefined after the last one. */
  next(): Promise<BackupPiece | undefined>
  /** Checks the file's last line against all that came before it, and that nothing follows. */
  finish(line: unknown): Promise<BackupTrailer>
  close(): Promise<void>
}

/** So much memory a passphrase may take: `128 * n * r` bytes. */
const mostCost = 2_097_152

/**
 * Throws `invalid-input` for what is no backup, for a newer one, and for a wrong passphrase; and,
 * from `next`, for a file that is cut off or damaged.
 */
export async function openBackup(
  source: AsyncIterable<Uint8Array>,
  passphrase: string,
): Promise<OpenBackup> {
  const pieces = wordingDamage(backupPieces(unzipped(source)))
  const whole = createHash('sha256')
  const first = await pieces.next()
  if (first.done || first.value.kind !== 'json') throw noBackup()
  const header = readHeader(first.value.bytes)
  whole.update(first.value.bytes)
  const keys = await deriveKeys(passphrase, header.scrypt)
  if (keys.check !== header.check) throw refused('the passphrase is not the one of this file')
  /** Held back until it is known that it is not the last line. */
  let held: Buffer | undefined
  return {
    header,
    keys,
    async next() {
      if (held !== undefined) whole.update(held)
      held = undefined
      const { done, value } = await pieces.next()
      if (done) return undefined
      if (value.kind === 'json') held = value.bytes
      else whole.update(value.bytes)
      return value
    },
    async finish(line) {
      const { end } = parsed(backupTrailerSchema, line)
      const digest = whole.digest()
      if (!sameHex(end.sha256, digest.toString('hex'))) throw damaged('its checksum is another')
      if (!sameHex(end.hmac, keys.prove(digest))) {
        throw damaged('whoever wrote its last line did not know the passphrase')
      }
      if (!(await pieces.next()).done) throw damaged('it goes on after its last line')
      return end
    },
    close: async () => {
      await pieces.return(undefined)
    },
  }
}

/** A line of JSON; throws where it is none. */
export function jsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    throw damaged('a line of it cannot be read')
  }
}

export function parsed<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const found = schema.safeParse(value)
  if (found.success) return found.data
  const [issue] = found.error.issues
  throw damaged(`${issue?.path.join('.') || 'a line of it'} is not as it must be`)
}

function readHeader(bytes: Buffer): BackupHeader {
  let value: unknown
  try {
    value = JSON.parse(bytes.toString('utf8'))
  } catch {
    throw noBackup()
  }
  const { countersign, format } = (value ?? {}) as { countersign?: unknown; format?: unknown }
  if (countersign !== 'backup') throw noBackup()
  if (typeof format === 'number' && format > backupFormat) {
    throw refused(
      `the file has format ${format}, and this version reads up to ${backupFormat}: update the ` +
        'gateway first; nothing was imported',
    )
  }
  const header = parsed(backupHeaderSchema, value)
  if (!isUsable(header.scrypt)) throw damaged('scrypt is not as it must be')
  return header
}

/** As scrypt itself wants them (RFC 7914 §2), and no dearer than this machine can bear. */
function isUsable({ n, r }: BackupHeader['scrypt']): boolean {
  const isPowerOfTwo = (n & (n - 1)) === 0
  return isPowerOfTwo && n < 2 ** (16 * r) && n * r <= mostCost
}

function noBackup(): Error {
  return refused('the file is no backup of this gateway (countersign export makes them)')
}

/** Takes both the file as it is written and the same without compression. */
async function* unzipped(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]()
  const first = await chunks.next()
  const rest = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for (let one = first; !one.done; one = await chunks.next()) yield one.value
    } finally {
      await chunks.return?.()
    }
  }
  if (first.done || first.value[0] !== 0x1f) return yield* rest()
  // What goes wrong shows in the reader, who is told of it by the stream itself.
  yield* pipeline(rest(), createGunzip(), () => undefined)
}

async function* wordingDamage(
  pieces: AsyncGenerator<BackupPiece>,
): AsyncGenerator<BackupPiece, undefined> {
  try {
    yield* pieces
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'Z_BUF_ERROR') throw damaged('it is cut off')
    if (code.startsWith('Z_')) throw damaged('it cannot be unpacked')
    throw error
  }
}

function sameHex(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)] as const
  return a.length === b.length && timingSafeEqual(a, b)
}
