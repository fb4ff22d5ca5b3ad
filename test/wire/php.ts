import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { TestContext } from 'vitest'
import { isIntegerKey, type PhpValue } from '../../src/wire/php-array.ts'

const SETTINGS = {
  precision: '14',
  max_input_vars: '1000',
  max_input_nesting_level: '64',
  display_errors: '0',
  log_errors: '0',
  html_errors: '0',
}
const OPTIONS = [
  '-n',
  ...Object.entries(SETTINGS).flatMap(([name, value]) => ['-d', `${name}=${value}`]),
]

const OLDEST = 80_200
const found = spawnSync('php', ['-n', '-r', 'echo PHP_VERSION_ID;'])
const version = found.status === 0 ? Number(found.stdout) : 0

/** Whether there is a PHP to compare with; older ones read some bodies in another way. */
export const isPhpReady = version >= OLDEST

/** Skips a test where there is no PHP to compare with; on CI that is a failure. */
export function needPhp(context: TestContext) {
  if (isPhpReady) return
  const reason = version === 0 ? 'php is not installed' : `php ${version} is older than ${OLDEST}`
  if (process.env.CI === 'true') throw new Error(`${reason}; CI must compare with it`)
  context.skip(`${reason}, so nothing here compares with it`)
}

function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/php/${name}`, import.meta.url))
}

/** Runs one PHP script over the whole input; its lines. */
export function runPhp(script: string, input: string | Buffer): string[] {
  const run = spawnSync('php', [...OPTIONS, fixture(script)], { input, maxBuffer: 2 ** 28 })
  if (run.status !== 0) throw new Error(`php ${script}: ${run.stderr}${run.stdout}`)
  return run.stdout.toString('latin1').replace(/\n$/, '').split('\n')
}

/** PHP's built-in web server on a free port; `stop` ends it. */
export type PhpServer = {
  post: (body: Buffer, contentType: string) => Promise<string>
  stop: () => Promise<void>
}

export async function startPhpServer(script: string): Promise<PhpServer> {
  const server = spawn('php', [...OPTIONS, '-S', '127.0.0.1:0', fixture(script)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const address = await readAddress(server)
  return {
    post: async (body, contentType) => {
      const headers = { 'content-type': contentType, connection: 'close' }
      const answer = await fetch(address, { method: 'POST', body: new Uint8Array(body), headers })
      return answer.text()
    },
    stop: async () => {
      const ended = once(server, 'exit')
      server.kill()
      await ended
    },
  }
}

async function readAddress(server: ChildProcess): Promise<string> {
  if (server.stderr === null) throw new Error('no output of php to read')
  const lines = createInterface({ input: server.stderr })
  for await (const line of lines) {
    const address = /\((http:\/\/[^)]+)\) started/.exec(line)?.[1]
    if (address === undefined) continue
    server.stderr.resume()
    return address
  }
  throw new Error('php ended before it listened')
}

/** A tree in the notation of `show.php`. */
export function show(value: PhpValue): string {
  if (typeof value === 'string') return quote(value)
  const items = [...value].map(([key, inner]) => {
    return `${isIntegerKey(key) ? `#${key}` : quote(key)}:${show(inner)}`
  })
  return `{${items.join(',')}}`
}

function quote(binary: string): string {
  return `'${Buffer.from(binary, 'latin1').toString('hex')}'`
}
