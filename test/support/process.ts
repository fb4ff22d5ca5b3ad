import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../../bin/countersign.js', import.meta.url))

/** A gateway in a process of its own, as `npm start` runs it. */
export type GatewayProcess = {
  readonly child: ChildProcess
  readonly url: string
  /** Everything it has printed and logged so far. */
  readonly output: () => string
  /** Ends it and waits until it is gone. Gives back its exit code, or null after a signal. */
  end(signal: NodeJS.Signals): Promise<number | null>
}

/**
 * Starts a gateway on a free port and waits until it listens; `bin` is another version's. Throws
 * with what it said if not.
 */
export async function startGatewayProcess(
  env: Readonly<Record<string, string>>,
  bin = program,
): Promise<GatewayProcess> {
  const child = spawn(process.execPath, [bin, 'serve'], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const gone = new Promise<number | null>((resolve) => child.once('exit', resolve))
  child.stderr.on('data', (chunk) => {
    output += String(chunk)
  })
  const listening = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      output += `${line}\n`
      const url = /^Countersign listens on (\S+)/.exec(line)?.[1]
      if (url !== undefined) resolve(url)
    })
  })
  const failed = gone.then(() => {
    throw new Error(`the gateway ended before it listened:\n${output}`)
  })
  const url = await Promise.race([listening, failed])
  failed.catch(() => undefined)
  return {
    child,
    url,
    output: () => output,
    async end(signal) {
      child.kill(signal)
      return gone
    },
  }
}

/** Runs a `countersign` command to its end; `bin` as above. */
export async function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  input = '',
  bin = program,
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  const child = spawn(process.execPath, [bin, ...args], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk)
  })
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk)
  })
  child.stdin.end(input)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, stdout, stderr }
}
