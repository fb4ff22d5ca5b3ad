import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, type TestContext } from 'vitest'
import { until } from '../support/poll.ts'
import { isPhpReady } from '../wire/php.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

export const page = readFileSync(join(root, 'docs', 'notices.md'), 'utf8')

/** Named as the page's fences name them. */
export type Language = 'php' | 'ts' | 'python'

/** The nth sample in a language, counted from 0, of those under a heading of the page. */
export type Sample = {
  readonly language: Language
  readonly heading: string
  readonly nth?: number
}

/** A sample of the page that runs in a process of its own. */
export type Receiver = {
  readonly post: (body: string, headers: Readonly<Record<string, string>>) => Promise<Answer>
}

type Answer = { readonly status: number; readonly text: string }

/** The page's fenced blocks in one language under a heading. Throws where the heading is missing. */
export function fenced(heading: string, language: string): string[] {
  const section = page.split(/^## /m).find((one) => one.startsWith(`${heading}\n`))
  if (section === undefined) throw new Error(`docs/notices.md has no heading "${heading}"`)
  const blocks = section.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm'))
  return [...blocks].map(([, code = '']) => code)
}

// Not the tests' own environment: settings of the runner must not reach the samples.
const env = { PATH: process.env.PATH, HOME: process.env.HOME }
const isPythonReady = spawnSync('python3', ['--version'], { env }).status === 0

/** Fails without PHP, and on CI without Python; elsewhere leaves Python's tests out, saying why. */
export function needLanguage(context: TestContext, language: Language) {
  if (language === 'php' && !isPhpReady) throw new Error('the samples need a PHP of 8.2 or later')
  if (language !== 'python' || isPythonReady) return
  if (process.env.CI) throw new Error('python3 is not installed; CI must run its samples')
  context.skip('python3 is not installed, so its samples are not run')
}

// As a server in production: PHP's defaults, and no warnings among the output.
const phpSettings = ['-n', '-d', 'display_errors=0', '-d', 'log_errors=1']

const commands: Readonly<Record<Language, Command>> = {
  php: {
    file: 'receiver.php',
    line: (file, port) => ['php', ...phpSettings, '-S', `127.0.0.1:${port}`, file],
  },
  ts: {
    file: 'receiver.mts',
    line: (file) => [process.execPath, '--import', 'tsx', file],
    shownPort: '8000',
  },
  python: {
    file: 'receiver.py',
    line: (file) => ['python3', file],
    shownPort: '8000',
  },
}

type Command = {
  readonly file: string
  readonly line: (file: string, port: number) => readonly [string, ...string[]]
  /** The port in the sample itself, which a free one takes the place of. */
  readonly shownPort?: string
}

/** Starts samples of the page with a secret. Each is ended after the test that started it. */
export function useReceivers(): (sample: Sample, secret: string) => Promise<Receiver> {
  let home = ''
  const running = new Set<Running>()
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'countersign-samples-'))
    // The samples import packages by name, as they would in a project of the reader's.
    symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'), 'junction')
  })
  afterEach(async () => {
    await Promise.all([...running].map((one) => one.end()))
    running.clear()
  })
  afterAll(() => rmSync(home, { recursive: true, force: true }))

  return async (sample, secret) => {
    const port = await freePort()
    const folder = mkdtempSync(join(home, 'sample-'))
    const started = run(writeSample(sample, folder, port), folder, secret)
    running.add(started)
    await until(`the ${sample.language} sample to listen`, async () => {
      return started.isGone() || (await isListening(port))
    })
    if (!started.isGone()) return receiverAt(port, started)
    throw new Error(`the ${sample.language} sample ended before it listened:\n${started.output()}`)
  }
}

/** Writes a sample to a file. Gives back the command line that runs it. */
function writeSample(
  { language, heading, nth = 0 }: Sample,
  folder: string,
  port: number,
): readonly [string, ...string[]] {
  const { file, line, shownPort } = commands[language]
  const code = fenced(heading, language)[nth]
  if (code === undefined) throw new Error(`no ${language} sample ${nth} under "${heading}"`)
  const parts = shownPort === undefined ? [code] : code.split(shownPort)
  if (shownPort !== undefined && parts.length !== 2) {
    throw new Error(`the ${language} sample under "${heading}" must name port ${shownPort} once`)
  }
  const path = join(folder, file)
  writeFileSync(path, parts.join(String(port)))
  return line(path, port)
}

type Running = {
  readonly isGone: () => boolean
  /** Everything that it has printed so far. */
  readonly output: () => string
  readonly end: () => Promise<void>
}

function run([command, ...args]: readonly [string, ...string[]], cwd: string, secret: string) {
  const child = spawn(command, args, {
    cwd,
    env: { ...env, COUNTERSIGN_SECRET: secret },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  let isGone = false
  const gone = new Promise<void>((resolve) => {
    const leave = () => {
      isGone = true
      resolve()
    }
    // Not at its exit: only then has all that it said been read.
    child.once('close', leave).once('error', (error) => {
      output += error.message
      leave()
    })
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      output += chunk
    })
  }
  const running: Running = {
    isGone: () => isGone,
    output: () => output,
    end() {
      child.kill('SIGKILL')
      return gone
    },
  }
  return running
}

function receiverAt(port: number, { output }: Running): Receiver {
  return {
    async post(body, headers) {
      try {
        const answer = await fetch(`http://127.0.0.1:${port}/`, {
          method: 'POST',
          headers: { ...headers, connection: 'close' },
          body,
          redirect: 'manual',
        })
        return { status: answer.status, text: await answer.text() }
      } catch (cause) {
        throw new Error(`the sample did not answer:\n${output()}`, { cause })
      }
    },
  }
}

/** A port that is free on every address, since some samples listen on all of them. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, () => {
      const address = server.address()
      const port = typeof address === 'object' ? (address?.port ?? 0) : 0
      server.close(() => resolve(port))
    })
  })
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const answer = (is: boolean) => () => {
      socket.destroy()
      resolve(is)
    }
    socket.once('connect', answer(true)).once('error', answer(false))
  })
}
