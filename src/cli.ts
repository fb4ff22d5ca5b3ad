import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { backupFiles } from './backup-files.ts'
import { openBook } from './book.ts'
import {
  type CommandLine,
  type OpenBook,
  type OpenOptions,
  OutputGone,
} from './commands/command-line.ts'
import { runCommandLine } from './commands/run.ts'
import { type Config, ConfigError, readConfig } from './config.ts'
import { dialects } from './dialects/registry.ts'
import { createMachine, localUrl } from './machine.ts'
import { serve, sources } from './main.ts'
import { createNoticeDesk } from './notices/desk.ts'
import { EmbeddedError } from './store/embedded/errors.ts'
import { sqlState } from './store/errors.ts'
import { Unopenable, WrongKey } from './store/secrets.ts'
import { NoServer } from './store/servers.ts'
import { WorkersGone } from './workers.ts'

/** The package's own name reaches its `package.json` from `src/` and from `dist/` alike. */
const { version } = createRequire(import.meta.url)('countersign/package.json') as {
  version: string
}

let outputGone = false
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  outputGone = true
  if (error.code === 'EPIPE') return
  process.stderr.write(`countersign: the output cannot be written (${error.code})\n`)
  process.exitCode = 1
})
process.stderr.on('error', () => undefined)

function print(text: string): void {
  if (outputGone) throw new OutputGone()
  process.stdout.write(`${text}\n`)
}

/** A gateway runs on when nobody reads what it says. */
function printIfRead(text: string): void {
  if (!outputGone) process.stdout.write(`${text}\n`)
}

async function open(options?: OpenOptions): Promise<OpenBook> {
  const config = readConfig()
  // Standard output belongs to what a command prints.
  const log = pino(
    { level: quieter(config.logLevel), base: null },
    pino.destination({ dest: 2, sync: true }),
  )
  const { ctx, place, rotateKey, close } = await openBook(config, log, sources, options)
  const publicUrl = config.publicUrl ?? localUrl(config, 'localhost')
  return { ctx, place, publicUrl, rotateKey, close }
}

function quieter(level: Config['logLevel']): Config['logLevel'] {
  return level === 'trace' || level === 'debug' || level === 'info' ? 'warn' : level
}

/** Worded where they are thrown. */
const ownErrors = [ConfigError, EmbeddedError, NoServer, WrongKey, Unopenable, WorkersGone]

function wordError(error: unknown): string | undefined {
  if (ownErrors.some((type) => error instanceof type)) return (error as Error).message
  const state = sqlState(error) ?? ''
  if (state.startsWith('28')) return 'the database refuses the user or password in DATABASE_URL'
  if (state === '3D000') return 'there is no such database as DATABASE_URL names'
  return wordListenError(error)
}

function wordListenError(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('syscall' in error) || error.syscall !== 'listen') {
    return undefined
  }
  const {
    code,
    port,
    address,
    setting = 'PORT',
  } = error as NodeJS.ErrnoException & {
    port?: number
    address?: string
    setting?: string
  }
  const place = `port ${port ?? ''} of ${address ?? ''}`
  if (code === 'EADDRINUSE') return `${place} is in use; stop what listens there or set ${setting}`
  if (code === 'EACCES') return `${place} is not for this user; set ${setting} to 1024 or higher`
  return `${place} cannot be listened on (${code}); set HOST and ${setting}`
}

const line: CommandLine = {
  dialects,
  notices: createNoticeDesk({ version, clock: sources.clock }),
  version,
  open,
  serve: ({ workers }) =>
    serve({
      version,
      readConfig: () => readConfig(undefined, workers === undefined ? {} : { WORKERS: workers }),
      print: printIfRead,
      program: fileURLToPath(import.meta.url),
    }),
  print,
  printError: (text) => {
    process.stderr.write(`${text}\n`)
  },
  readStdin: () => buffer(process.stdin),
  readFile,
  backups: { ...backupFiles, passphrase: () => readConfig().backupPassphrase },
  machine: () => createMachine(readConfig(), sources.now),
  wordError,
}

const exitCode = await runCommandLine(line, process.argv.slice(2))
if (exitCode !== 0) process.exitCode = exitCode
