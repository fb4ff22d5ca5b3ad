import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** A PHP script that answers JSON lines with JSON lines, one at a time. */
export type PhpLines = {
  readonly ask: (task: object) => Promise<unknown>
  readonly stop: () => Promise<void>
}

/** Starts a script of test/fixtures/php; without curl it runs as where the extension is missing. */
export function startPhpLines(script: string, { withCurl }: { withCurl: boolean }): PhpLines {
  const path = fileURLToPath(new URL(`../fixtures/php/${script}`, import.meta.url))
  const settings = ['-d', 'display_errors=stderr', '-d', 'precision=14']
  const child = spawn('php', [
    ...(withCurl ? [] : ['-n', '-d', 'disable_functions=curl_init']),
    ...settings,
    path,
  ])
  const complaints: string[] = []
  child.stderr.on('data', (chunk) => complaints.push(String(chunk)))
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  let turn: Promise<unknown> = Promise.resolve()
  const askNow = async (task: object): Promise<unknown> => {
    child.stdin.write(`${JSON.stringify(task)}\n`)
    const { value, done } = await lines.next()
    if (done || complaints.length > 0) throw new Error(`php ${script}: ${complaints.join('')}`)
    return JSON.parse(value)
  }
  return {
    ask(task) {
      const answer = turn.then(() => askNow(task))
      turn = answer.catch(() => undefined)
      return answer
    },
    async stop() {
      const ended = once(child, 'exit')
      child.stdin.end()
      await ended
    },
  }
}
