import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnv } from 'node:util'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../../src/config.ts'

// What can be said of these files without Docker, systemd as process 1, or a machine of their own.

const root = fileURLToPath(new URL('../..', import.meta.url))
const read = (name: string): string => readFileSync(join(root, name), 'utf8')
const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, found = '']) => found)

const unit = read('deploy/countersign.service')
const dockerfile = read('deploy/Dockerfile')
const compose = read('deploy/compose.yaml')
const settingsFile = read('deploy/settings.env')
const wrapper = read('deploy/countersign')
const known = Object.keys(parseEnv(read('.env.example').replace(/^#(?=[A-Z_]+=)/gm, '')))

const [gatewayService = ''] = /^ {2}gateway:\n(?: {4}.*\n)*/m.exec(compose) ?? []
const secondsOf = (text: string, pattern: RegExp): number => Number(pattern.exec(text)?.[1])

describe('settings that the files of deploy/ name', () => {
  it.each([
    ['settings.env', all(settingsFile, /^#?([A-Z_]+)=/gm)],
    ['countersign.service', all(unit, /^Environment=([A-Z_]+)=/gm)],
    ['countersign.service, in its remarks', all(unit, /^#.*\b([A-Z]+(?:_[A-Z]+)+)\b/gm)],
    ['Dockerfile', all(dockerfile, /^ENV (.*)$/gm).flatMap((line) => all(line, /([A-Z_]+)=/g))],
    ['compose.yaml', all(gatewayService, /^ {6}([A-Z_]+): /gm)],
    ['compose.yaml, in its remarks', all(compose, /# ([A-Z]+_[A-Z]+) and [A-Z]/g)],
  ])('are there: %s', (_file, names) => {
    expect(names.length).toBeGreaterThan(0)
    // TMPDIR is the system's own.
    expect(names.filter((name) => !known.includes(name) && name !== 'TMPDIR')).toEqual([])
  })

  it('can be used as they stand', () => {
    expect(readConfig(parseEnv(settingsFile))).toMatchObject({
      trustedProxies: ['127.0.0.1'],
      host: '127.0.0.1',
      port: 8080,
    })
  })

  it('hold no secret', () => {
    for (const name of readdirSync(join(root, 'deploy'))) {
      const text = read(join('deploy', name))
      expect(text, name).not.toMatch(/(?:KEY|PASSWORD|PASSPHRASE|DATABASE_URL)["']?[=:] *\S/)
      expect(text, name).not.toMatch(/PRIVATE KEY|postgres:\/\/[^:@\s]+:[^@\s]+@/)
    }
  })
})

describe('the image', () => {
  const copies = all(dockerfile, /^COPY (?!--from)(.+)$/gm).map((line) => line.split(' '))
  const sources = copies.flatMap((words) => words.slice(0, -1))
  const stages = dockerfile.split(/^(?=FROM )/m).filter((stage) => stage.startsWith('FROM'))
  const last = stages.at(-1) ?? ''

  it('is made of what there is, and of what is let in', () => {
    const letIn = all(read('.dockerignore'), /^!(.+)$/gm)
    expect(sources.length).toBeGreaterThan(5)
    for (const source of sources) expect(existsSync(join(root, source)), source).toBe(true)
    expect(new Set(sources)).toEqual(new Set(letIn))
    expect(read('.dockerignore')).toMatch(/^\*$/m)
  })

  it('has all that an installation without the compiler runs', () => {
    const copied = all(last, /^COPY (?:--from=build )?(.+) \S+$/gm).flatMap((line) =>
      line.split(' '),
    )
    const names = copied.map((path) => path.split('/').at(-1))
    expect(names.sort()).toEqual(['bin', 'dist', 'drizzle', 'node_modules', 'package.json'])
    expect(last).toMatch(/^USER node$/m)
    expect(last.indexOf('USER node')).toBeLessThan(last.indexOf('ENTRYPOINT'))
  })

  it('has a Node that fits, and asks a path that there is whether it is well', () => {
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } }
    const major = /\d+/.exec(engines.node)?.[0]
    expect(all(dockerfile, /^FROM node:(\d+)-/gm)).toEqual([major, major])
    const path = /127\.0\.0\.1:8080(\/\w+)/.exec(last)?.[1]
    expect(read('src/app.ts')).toContain(`app.get('${path}'`)
    expect(last).toContain('PORT=8080')
  })
})

describe('a stop', () => {
  it('leaves the gateway the time that it takes', () => {
    const { shutdownTimeoutMs } = readConfig({})
    const lettingGoMs = Number(
      /lettingGoMs = ([\d_]+)/.exec(read('src/worker-process.ts'))?.[1]?.replace('_', ''),
    )
    const needed = (shutdownTimeoutMs + lettingGoMs) / 1000
    expect(secondsOf(unit, /^TimeoutStopSec=(\d+)$/m)).toBeGreaterThan(needed)
    expect(secondsOf(gatewayService, /stop_grace_period: (\d+)s/)).toBeGreaterThan(needed)
    expect(unit).toMatch(/^KillMode=mixed$/m)
  })
})

describe('compose.yaml', () => {
  it('trusts the address that it gives to this machine', () => {
    const trusted = /TRUSTED_PROXIES: (\S+)/.exec(gatewayService)?.[1]
    expect(trusted).toBe(/gateway: (\d\S+)/.exec(compose)?.[1])
    expect(gatewayService).toContain('- 127.0.0.1:8080:8080')
  })

  it('names the secrets and volumes that it uses', () => {
    const part = (name: string) => new RegExp(`^${name}:\\n((?: .*\\n)*)`, 'm').exec(compose)?.[1]
    const secrets = all(part('secrets') ?? '', /^ {2}([\w-]+):$/gm)
    expect(secrets.sort()).toEqual(['database-password', 'settings'])
    const volumes = all(compose, /^ {6}- (\w+):\/var\/lib/gm)
    expect(volumes.sort()).toEqual(all(part('volumes') ?? '', /^ {2}(\w+):$/gm).sort())
  })
})

describe('the unit and the command beside it', () => {
  it('run one program with one file of settings', () => {
    const [node, program] = /^ExecStart=(\S+) (\S+) serve$/m.exec(unit)?.slice(1) ?? []
    const settings = /^EnvironmentFile=(\S+)$/m.exec(unit)?.[1]
    expect(wrapper).toContain(`${node} --env-file=${settings} ${program} "$@"`)
    expect(wrapper).toContain(`cd ${/^WorkingDirectory=(\S+)$/m.exec(unit)?.[1]}\n`)
    expect(spawnSync('sh', ['-n', join(root, 'deploy/countersign')]).status).toBe(0)
    expect(parseEnv(settingsFile).DATA_DIR).toMatch(/^\/var\/lib\/countersign\//)
  })

  const hasAnalyze = spawnSync('systemd-analyze', ['--version']).status === 0
  it.runIf(hasAnalyze)('are words that systemd knows', () => {
    const home = mkdtempSync(join(tmpdir(), 'countersign-unit-'))
    const path = join(home, 'countersign.service')
    writeFileSync(path, unit.replaceAll('/usr/bin/node', process.execPath))
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' })
    rmSync(home, { recursive: true })
    expect([status, stderr]).toEqual([0, ''])
  })
})

describe('docs/deploy.md', () => {
  const page = read('docs/deploy.md')
  it.each(readdirSync(join(root, 'deploy')))('says what %s is for', (name) => {
    expect(page).toContain(`deploy/${name}`)
  })

  it('names no file of deploy/ that is not there', () => {
    for (const path of all(page, /(?<![\w/])(deploy\/[\w.@-]*\w)/g)) {
      expect(existsSync(join(root, path)), path).toBe(true)
    }
  })
})

describe('both web servers', () => {
  it.each(['(metrics|readyz)/*$', '/+mintsoft(/|$)'])('keep back %s', (paths) => {
    expect(read('deploy/Caddyfile')).toContain(paths)
    expect(read('deploy/nginx.conf') + read('deploy/nginx-locations.conf')).toContain(paths)
  })
})
