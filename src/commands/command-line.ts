import { getAccount } from '../core/accounts.ts'
import type { Context } from '../core/context.ts'
import type { Dialect } from '../dialects/dialect.ts'
import type { Account } from '../model/account.ts'
import { Failure } from '../model/failure.ts'
import type { NoticeFormat } from '../model/notice.ts'

/** What the commands are handed; made once in `cli.ts`, or by a test. */
export type CommandLine = {
  readonly dialects: readonly Dialect[]
  readonly notices: NoticeDesk
  readonly version: string
  /** Opens the order book, beside a running gateway or alone; commands open it only when needed. */
  readonly open: (options?: OpenOptions) => Promise<OpenBook>
  /** Runs the gateway until the process is told to stop. */
  readonly serve: (options: ServeOptions) => Promise<void>
  /** One line on standard output. Throws `OutputGone` once nobody reads it any more. */
  readonly print: (line: string) => void
  readonly printError: (line: string) => void
  readonly readStdin: () => Promise<Uint8Array>
  readonly readFile: (path: string) => Promise<Uint8Array>
  readonly backups: BackupFiles
  /** What there is besides the book. Throws where the settings cannot be used. */
  readonly machine: () => Machine
  /** The sentence for an error that the person can mend (settings, server, port). */
  readonly wordError: (error: unknown) => string | undefined
}

export type OpenOptions = {
  /** True: a book that was never made is refused, not made. */
  readonly mustExist?: boolean
}

/** The gateway of these settings as it runs, and the disks that its data lies on. */
export type Machine = {
  readonly now: () => number
  readonly askGateway: () => Promise<GatewayAnswer>
  /** Empty where they are another machine's. `place`: where the data lies, if known. */
  readonly disks: (place: string | undefined) => Promise<readonly Disk[]>
}

export type GatewayAnswer = {
  readonly url: string
  /** `nowhere`: its port is not known, and nobody was asked; `stranger`: another program. */
  readonly state: 'ready' | 'not-ready' | 'silent' | 'not-running' | 'stranger' | 'nowhere'
  /** What its clock shows as this is given back; null: it did not say. */
  readonly dateMs: number | null
  /** Commands that wait, and how many may; null: it did not say. */
  readonly queue: { readonly waiting: number; readonly most: number } | null
}

export type Disk = { readonly path: string; readonly freeBytes: number; readonly bytes: number }

/** Where backups come from and go to, as they flow. */
export type BackupFiles = {
  /** For `-` standard input. A missing file shows in the reading. */
  readonly read: (path: string) => AsyncIterable<Uint8Array>
  /** For no path standard output. */
  readonly write: (path: string | undefined) => Promise<BackupTarget>
  readonly stdoutIsTerminal: () => boolean
  /** Of the settings. */
  readonly passphrase: () => string | undefined
}

export type BackupTarget = {
  readonly write: (bytes: Uint8Array) => Promise<void>
  /** Nothing stands under the file's name before this. */
  readonly finish: () => Promise<void>
  readonly discard: () => Promise<void>
}

/** What commands need of notices. */
export type NoticeDesk = {
  /** Every form that notices can have, by name. */
  readonly formats: ReadonlyMap<string, NoticeFormat>
  /** A fresh secret for the form `standard`; the others sign with a key of their dialect. */
  readonly newSecret: (newKey: (bytes: number) => string) => string
  /** Undefined, or why `standard` cannot use a secret that a merchant brings along. */
  readonly refuseSecret: (secret: string) => string | undefined
  /** Sends a test message now, as notices are sent. */
  readonly sendTest: (ctx: Context, target: TestTarget) => Promise<TestResult>
}

export type TestTarget = {
  readonly login: string
  readonly url: string
  readonly format: string
  /** What signs, the newest first. */
  readonly secrets: readonly [string, ...string[]]
}

export type TestResult = {
  readonly delivered: boolean
  readonly latencyMs: number
  /** Of the answer; null where there was none. */
  readonly status: number | null
  /** Why it counts for nothing, for a person. */
  readonly problem: string | null
  /** Its beginning, as it came. */
  readonly answer: Uint8Array
}

/** As they were typed. */
export type ServeOptions = { readonly workers?: string }

export type OpenBook = {
  readonly ctx: Context
  /** What the addresses of this gateway begin with, without a slash at the end. */
  readonly publicUrl: string
  /** Where the data lies. */
  readonly place: string
  /** Encrypts every secret with a new key; throws `invalid-input` where there is none to take. */
  readonly rotateKey: () => Promise<KeyRotation>
  close(): Promise<void>
}

export type KeyRotation = {
  /** How many values, by `table.column`; null: the database had the new key already. */
  readonly resealed: Readonly<Record<string, number>> | null
  /** Who keeps the key: the settings, or a file in DATA_DIR. */
  readonly keptIn: 'settings' | 'file'
}

/** Nobody reads the output any more (`… | head`); no error of ours. */
export class OutputGone extends Error {}

/** Everything is said; only the exit code is left. */
export class QuietExit extends Error {
  readonly exitCode: number

  constructor(exitCode: number) {
    super(`exit ${exitCode}`)
    this.exitCode = exitCode
  }
}

export async function withBook<T>(
  line: CommandLine,
  work: (book: OpenBook) => Promise<T>,
  options: OpenOptions = {},
): Promise<T> {
  const book = await line.open(options)
  try {
    return await work(book)
  } finally {
    await book.close()
  }
}

/** Throws `account-not-found`; where nobody ever made a book, there is no account, and none is made. */
export async function withAccount<T>(
  line: CommandLine,
  login: string,
  work: (book: OpenBook, account: Account) => Promise<T>,
): Promise<T> {
  return withBook(line, async (book) => work(book, await getAccount(book.ctx, login)), {
    mustExist: true,
  })
}

/** Where clients of this account reach a dialect. */
export function baseUrlOf(book: OpenBook, dialect: Dialect, account: Account): string {
  return `${book.publicUrl}/${dialect.name}/${account.login}`
}

/** A mistake of the person at the console, told as it is. */
export function mistake(reason: string): Failure {
  return new Failure('invalid-input', { reason })
}

/** Bytes of a file, or of standard input for `-`. */
export async function readSource(line: CommandLine, path: string): Promise<Uint8Array> {
  if (path === '-') return line.readStdin()
  try {
    return await line.readFile(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const why = readProblems[code]
    if (why === undefined) throw error
    throw mistake(`${path}: ${why}`)
  }
}

const readProblems: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read by this user',
  EISDIR: 'it is a directory',
}
