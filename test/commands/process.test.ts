import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeDataDir } from '../support/data-dir.ts'
import { runCommand, startGatewayProcess } from '../support/process.ts'
import { callSigned } from '../support/signed-call.ts'

const program = fileURLToPath(new URL('../../bin/countersign.js', import.meta.url))

type Sheet = { influencersoft: { url: string; secret: string } }

describe('countersign as a program', () => {
  let dir: Awaited<ReturnType<typeof makeDataDir>>
  const run = (args: string, input = '', env: Readonly<Record<string, string>> = {}) =>
    runCommand(args.split(' '), { DATA_DIR: dir.dataDir, ...env }, input)

  beforeAll(async () => {
    dir = await makeDataDir()
  })
  afterAll(() => dir.remove())

  it('makes two accounts at once on an empty DATA_DIR', async () => {
    const [one, two] = await Promise.all([
      run('account add shop-one --json'),
      run('account add shop-two --json'),
    ])
    for (const { code, stdout, stderr } of [one, two]) {
      expect([code, stderr]).toEqual([0, ''])
      expect(JSON.parse(stdout)).toHaveProperty('influencersoft.secret')
    }
    const { stdout } = await run('account list --json')
    const logins = (JSON.parse(stdout) as { login: string }[]).map(({ login }) => login)
    expect(logins).toEqual(['shop-one', 'shop-two'])
  })

  it('refuses a taken login in one line, without a stack', async () => {
    const { code, stdout, stderr } = await run('account add shop-one --json')
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toBe(
      'countersign: there is an account "shop-one" already; choose another login\n',
    )
  })

  it('begins addresses with PUBLIC_URL, else with where it listens', async () => {
    const added = async (login: string, env: Readonly<Record<string, string>>) => {
      const { stdout } = await run(`account add ${login} --json`, '', env)
      return (JSON.parse(stdout) as Sheet).influencersoft.url
    }
    expect(await added('public', { PUBLIC_URL: 'https://orders.example.com/' })).toBe(
      'https://orders.example.com/influencersoft/public/api/',
    )
    expect(await added('local', { HOST: '0.0.0.0', PORT: '9090' })).toBe(
      'http://localhost:9090/influencersoft/local/api/',
    )
  })

  it('imports products from a file, and reads a key from standard input', async () => {
    const file = join(dir.dataDir, '..', 'goods.csv')
    await writeFile(file, 'code,price\nmug,12.90\n')
    const imported = await runCommand(['product', 'import', 'shop-one', file], {
      DATA_DIR: dir.dataDir,
    })
    expect([imported.code, imported.stdout]).toEqual([0, '1 added, 0 changed, 0 as they were.\n'])
    const added = await run('account add shop-three --secret-file - --json', 'old key :: é\n')
    expect((JSON.parse(added.stdout) as Sheet).influencersoft.secret).toBe('old key :: é')
  })

  it('names every bad setting, and needs none for its help', async () => {
    const env = { PORT: 'eighty', LOG_LEVEL: 'loud' }
    const { code, stdout, stderr } = await run('account list', '', env)
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^countersign: /)
    expect(stderr).toContain('PORT=eighty')
    expect(stderr).toContain('LOG_LEVEL=loud')
    expect(stderr).not.toContain('    at ')
    expect((await run('--help', '', env)).code).toBe(0)
    expect((await run('--version', '', env)).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  it('says that the database is away', async () => {
    const { code, stderr } = await run('account list', '', {
      DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
      COUNTERSIGN_KEY: '00'.repeat(32),
    })
    expect([code, stderr]).toEqual([1, 'countersign: the database is not available\n'])
  })

  it('works beside a running gateway, which sees the new account at once', async () => {
    const gateway = await startGatewayProcess({ DATA_DIR: dir.dataDir })
    try {
      const { stdout } = await run('account add beside --json')
      const { secret } = (JSON.parse(stdout) as Sheet).influencersoft
      const shop = { login: 'beside', secret }
      expect((await callSigned(gateway.url, shop, 'GetAllGoods')).error_code).toBe(700)
      const taken = await run('serve', '', { PORT: new URL(gateway.url).port })
      expect(taken.code).toBe(1)
      expect(taken.stderr).toContain(`countersign: port ${new URL(gateway.url).port} of 127.0.0.1`)
    } finally {
      await gateway.end('SIGTERM')
    }
  })

  it('ends quietly when its output is cut off', async () => {
    const file = join(dir.dataDir, '..', 'many.csv')
    const rows = Array.from({ length: 5000 }, (_, index) => `product-${index},1`)
    await writeFile(file, `code,price\n${rows.join('\n')}\n`)
    await runCommand(['product', 'import', 'shop-two', file], { DATA_DIR: dir.dataDir })
    const child = spawn(process.execPath, [program, 'product', 'list', 'shop-two'], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: dir.dataDir },
    })
    let stderr = ''
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk)
    })
    child.stdout.once('data', () => child.stdout.destroy())
    const code = await new Promise((resolve) => child.once('close', resolve))
    expect([code, stderr]).toEqual([0, ''])
  })
})
