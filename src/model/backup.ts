import { z } from 'zod'
import { loginSchema } from './account.ts'

/** Counts up whenever a file of before could not be read any more. */
export const backupFormat = 1

/**
 * The time stamp of the oldest migration whose rows need nothing but defaults to fit the schema
 * of today. A migration that fills rows moves it on.
 */
export const oldestReadableSchema = 1_795_338_206_332

const digest = z.string().regex(/^[0-9a-f]{64}$/)
const name = z.string().regex(/^[a-z_][a-z0-9_]*$/)

/** The first line of a backup. */
export const backupHeaderSchema = z.strictObject({
  countersign: z.literal('backup'),
  format: z.int(),
  /** The time stamp of the newest migration. */
  schema: z.int(),
  madeAt: z.iso.datetime(),
  accounts: z.array(loginSchema).min(1),
  /** How the passphrase becomes keys. */
  scrypt: z.strictObject({
    salt: z.string().min(16).max(100),
    n: z.int().min(1024).max(1_048_576),
    r: z.int().min(1).max(16),
    p: z.int().min(1).max(16),
  }),
  /** Made with such a key: tells a wrong passphrase before anything is done. */
  check: digest,
})

/** Stands before the rows of an account. */
export const backupAccountSchema = z.strictObject({ account: loginSchema })

/** Stands before the rows of a table. */
export const backupTableSchema = z.strictObject({ table: name, columns: z.array(name) })

const tableSumSchema = z.strictObject({ table: name, rows: z.int().min(0), sha256: digest })

/** The last line. */
export const backupTrailerSchema = z.strictObject({
  end: z.strictObject({
    accounts: z.array(z.strictObject({ login: loginSchema, tables: z.array(tableSumSchema) })),
    /** Over every byte before this line. */
    sha256: digest,
    /** The same under a key of the passphrase: nobody else can have made this file. */
    hmac: digest,
  }),
})

export type BackupHeader = z.infer<typeof backupHeaderSchema>
export type BackupTrailer = z.infer<typeof backupTrailerSchema>['end']
export type TableSum = z.infer<typeof tableSumSchema>
export type AccountSum = BackupTrailer['accounts'][number]
