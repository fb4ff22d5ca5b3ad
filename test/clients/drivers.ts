import { Buffer } from 'node:buffer'
import { inspect } from 'node:util'
import {
  ApiError,
  type Client,
  type ClientOptions,
  createClient,
  TransportError,
  UnverifiableAnswerError,
} from '../../clients/ts/index.ts'
import { startPhpLines } from './php-lines.ts'

export type Target = { readonly url: string; readonly login: string; readonly secret: string }

/** What both clients are told; times in seconds. */
export type Settings = {
  readonly timeout?: number
  readonly retries?: number
  readonly retryWait?: number
  readonly requireSignature?: boolean
  readonly tolerance?: number
  readonly now?: number
}

export type Outcome = {
  readonly outcome: 'ok' | 'api' | 'unverifiable' | 'transport' | 'misuse'
  readonly result?: unknown
  readonly code?: number
  readonly text?: string
  readonly reason?: string
  readonly status?: number
  readonly isBusy?: boolean
  readonly retryAfterSeconds?: number | null
  /** Everything that the error shows in a log. */
  readonly shown?: string
}

export type Method = Exclude<keyof Client, 'call'> | 'call'

/** One of the clients, driven alike. Arguments are plain data. */
export type Driver = {
  readonly name: string
  readonly isPhp: boolean
  readonly run: (
    target: Target,
    method: Method,
    args: readonly unknown[],
    settings?: Settings,
  ) => Promise<Outcome>
  readonly stop: () => Promise<void>
}

export const driverNames = ['TypeScript', 'PHP with curl', 'PHP without curl'] as const

/** Starts a client; a PHP one needs `needPhp` first. */
export function startDriver(name: (typeof driverNames)[number]): Driver {
  if (name === 'TypeScript') {
    return { name, isPhp: false, run: runTypeScript, stop: async () => undefined }
  }
  const php = startPhpLines('drive-client.php', { withCurl: name === 'PHP with curl' })
  return {
    name,
    isPhp: true,
    stop: php.stop,
    async run({ url, login, secret }, method, args, settings = {}) {
      const task = {
        url,
        login,
        secret: Buffer.from(secret, 'utf8').toString('base64'),
        method,
        arguments: args,
        options: settings,
      }
      return (await php.ask(task)) as Outcome
    },
  }
}

async function runTypeScript(
  target: Target,
  method: Method,
  args: readonly unknown[],
  settings: Settings = {},
): Promise<Outcome> {
  const client = createClient({ ...target, ...optionsOf(settings) })
  try {
    const run = client[method] as (...args: readonly unknown[]) => Promise<unknown>
    return { outcome: 'ok', result: (await run(...args)) ?? null }
  } catch (error) {
    const shown = inspect(error)
    if (error instanceof ApiError) {
      const { code, text, result, isBusy, retryAfterSeconds = null } = error
      return { outcome: 'api', code, text, result, isBusy, retryAfterSeconds, shown }
    }
    if (error instanceof UnverifiableAnswerError) {
      return { outcome: 'unverifiable', reason: error.reason, status: error.status, shown }
    }
    if (error instanceof TransportError) return { outcome: 'transport', shown }
    if (error instanceof TypeError) return { outcome: 'misuse', shown }
    throw error
  }
}

function optionsOf(settings: Settings): Partial<ClientOptions> {
  const { timeout, retries, retryWait, requireSignature, tolerance, now } = settings
  return {
    ...(timeout === undefined ? {} : { timeoutMs: timeout * 1000 }),
    ...(retries === undefined ? {} : { retries }),
    ...(retryWait === undefined ? {} : { retryWaitMs: retryWait * 1000 }),
    ...(requireSignature === undefined ? {} : { requireSignature }),
    ...(tolerance === undefined ? {} : { toleranceSeconds: tolerance }),
    ...(now === undefined ? {} : { now: () => now * 1000 }),
  }
}
