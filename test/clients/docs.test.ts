import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needPhp } from '../wire/php.ts'
import { envelope, login, reply, secret, useReceiver } from './receiver.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const page = readFileSync(join(root, 'docs', 'clients.md'), 'utf8')
const receiver = useReceiver()
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-docs-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The page's example in one language, with the account of the test's own receiver in it. */
function example(language: string): string {
  const block = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? ''
  expect(block).toContain('100000')
  return block
    .replaceAll('https://orders.example.com/influencersoft/demo/api', receiver().url)
    .replaceAll("'demo'", `'${login}'`)
}

async function run(command: string, args: readonly string[]): Promise<string> {
  const env = { ...process.env, COUNTERSIGN_SECRET: secret }
  const child = spawn(command, args, { cwd: root, env })
  const output: string[] = []
  child.stdout.on('data', (chunk) => output.push(String(chunk)))
  child.stderr.on('data', (chunk) => output.push(String(chunk)))
  await once(child, 'close')
  return output.join('').trim()
}

async function expectBothCalls(command: string, args: readonly string[]) {
  receiver().calls.length = 0
  receiver().replies = [
    reply(envelope(0, 'Order status changed')),
    reply(envelope(0, 'OK', { id: 100000, rpo: '10000000000000' })),
  ]
  expect(await run(command, args)).toBe('10000000000000')
  expect(receiver().calls).toMatchObject([
    { isSigned: true, params: { bill_id: '100000', status: 'sent', rpo: '10000000000000' } },
    { isSigned: true, params: { bill_id: '100000' } },
  ])
}

describe('the examples of docs/clients.md', () => {
  it('run in PHP as they stand', async (context) => {
    needPhp(context)
    const file = join(folder, 'example.php')
    const client = join(root, 'clients/php/Countersign.php')
    writeFileSync(file, example('php').replace('clients/php/Countersign.php', client))
    await expectBothCalls('php', [file])
  })

  it('run in TypeScript as they stand', async () => {
    const file = join(folder, 'example.mts')
    const client = new URL('../../clients/ts/index.ts', import.meta.url).href
    writeFileSync(file, example('ts').replace('countersign/client', client))
    await expectBothCalls(process.execPath, ['--import', 'tsx', file])
  })

  it('name the methods that the clients have', async () => {
    const php = readFileSync(join(root, 'clients/php/Countersign.php'), 'utf8')
    const ts = readFileSync(join(root, 'clients/ts/index.ts'), 'utf8')
    const table = page.slice(page.indexOf('## Methods'), page.indexOf('## Options'))
    const named = [...table.matchAll(/`(\w+)\(/g)].map(([, name]) => name)
    expect(new Set(named).size).toBe(13)
    for (const name of named) {
      expect(php.includes(`public function ${name}(`), `${name} in PHP`).toBe(true)
      expect(ts.includes(`readonly ${name}: `), `${name} in TypeScript`).toBe(true)
    }
  })
})
