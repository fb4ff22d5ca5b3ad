import { performance } from 'node:perf_hooks'
import { afterAll, beforeAll } from 'vitest'
import type { CommandLine } from '../../src/commands/command-line.ts'
import { runCommandLine } from '../../src/commands/run.ts'
import { readConfig } from '../../src/config.ts'
import type { Context } from '../../src/core/context.ts'
import type { Dialect } from '../../src/dialects/dialect.ts'
import { dialects as allDialects } from '../../src/dialects/registry.ts'
import { createNoticeDesk } from '../../src/notices/desk.ts'
import { openTestBook } from '../support/book.ts'
import { type TestDatabase, useDatabase } from '../support/database.ts'

export type Said = { readonly code: number; readonly out: string; readonly err: string }

type Extra = Partial<CommandLine> & { readonly stdin?: string | Uint8Array }

export type Console = {
  /** Runs one command line, its words parted by blanks unless given as a list. */
  readonly run: (words: string | readonly string[], extra?: Extra) => Promise<Said>
  /** The same for a command that must succeed and print JSON. */
  readonly runJson: <T>(words: string | readonly string[], stdin?: string) => Promise<T>
  readonly files: Map<string, string | Uint8Array>
  /** How many books were opened, and how many are open. */
  readonly books: { opened: number; open: number }
}

export type BookConsole = Console & {
  readonly ctx: Context
  readonly database: TestDatabase
  /** Stands until a test moves it. */
  readonly clock: { now: number }
}

/** The command line in this process, on a database of the test file's own. */
export function useConsole(settings: Readonly<Record<string, string>> = {}): () => BookConsole {
  const database = useDatabase()
  let current: BookConsole | undefined
  let close: () => Promise<void> = async () => undefined
  beforeAll(() => {
    const clock = { now: Date.parse('2026-03-02T10:00:00Z') }
    const log = { warn: () => undefined }
    const book = openTestBook(database(), readConfig({ ...settings }), () => clock.now, log)
    close = book.closeBook
    current = { ...consoleOn(book.ctx), ctx: book.ctx, database: database(), clock }
  })
  afterAll(() => close())
  return () => {
    if (current === undefined) throw new Error('the console is there only inside a test')
    return current
  }
}

/** The command line on an open book, with made-up files. */
export function consoleOn(
  ctx: Context,
  {
    dialects = allDialects,
    publicUrl = 'https://orders.example.com',
  }: { readonly dialects?: readonly Dialect[]; readonly publicUrl?: string } = {},
): Console {
  const files = new Map<string, string | Uint8Array>()
  const notices = createNoticeDesk({ version: '9.8.7', clock: () => performance.now() })
  const books = { opened: 0, open: 0 }
  const open: CommandLine['open'] = async () => {
    books.opened += 1
    books.open += 1
    const close = async () => {
      books.open -= 1
    }
    const rotateKey = async () => ({ resealed: null, keptIn: 'settings' as const })
    return { ctx, publicUrl, place: 'a test', rotateKey, close }
  }
  const run: Console['run'] = async (words, { stdin = '', ...extra } = {}) => {
    const out: string[] = []
    const err: string[] = []
    const line: CommandLine = {
      dialects,
      notices,
      version: '9.8.7',
      open,
      serve: async () => undefined,
      print: (text) => out.push(text),
      printError: (text) => err.push(text),
      readStdin: async () => Buffer.from(stdin),
      readFile: async (path) => readMadeUp(files, path),
      backups: madeUpBackups(files),
      machine: () => quietMachine(ctx),
      wordError: () => undefined,
      ...extra,
    }
    const code = await runCommandLine(line, typeof words === 'string' ? words.split(' ') : words)
    return { code, out: out.join('\n'), err: err.join('\n') }
  }
  const runJson = async <T>(words: string | readonly string[], stdin = ''): Promise<T> => {
    const { code, out, err } = await run(words, { stdin })
    if (code !== 0) throw new Error(`exit ${code}: ${err}`)
    return JSON.parse(out) as T
  }
  return { run, runJson, files, books }
}

/** A machine with room, on which no gateway is looked for. */
function quietMachine({ now }: Context): ReturnType<CommandLine['machine']> {
  return {
    now,
    askGateway: async () => ({ url: '', state: 'nowhere', dateMs: null, queue: null }),
    disks: async () => [],
  }
}

/** Backups among the made-up files; standard output is a file of the name `-`. */
function madeUpBackups(files: Console['files']): CommandLine['backups'] {
  return {
    async *read(path) {
      const bytes = readMadeUp(files, path)
      for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000)
    },
    async write(path = '-') {
      const written: Uint8Array[] = []
      return {
        write: async (bytes) => {
          written.push(Buffer.from(bytes))
        },
        finish: async () => {
          files.set(path, Buffer.concat(written))
        },
        discard: async () => undefined,
      }
    },
    stdoutIsTerminal: () => false,
    passphrase: () => undefined,
  }
}

function readMadeUp(files: Console['files'], path: string): Uint8Array {
  const content = files.get(path)
  if (content === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
  return Buffer.from(content)
}
