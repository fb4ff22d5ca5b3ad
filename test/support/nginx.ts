import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'vitest'
import { until } from './poll.ts'
import { sendRaw } from './raw-http.ts'

const places = ['/usr/sbin/nginx', '/usr/bin/nginx', '/opt/homebrew/bin/nginx']
const program = places.find((path) => existsSync(path))
const hasOpenssl = spawnSync('openssl', ['version']).status === 0

/** Whether the site of `deploy/` can be started. */
export const isNginxReady = program !== undefined && hasOpenssl

/** Skips a test where there is no nginx to start; on CI that is a failure. */
export function needNginx(context: TestContext): void {
  if (isNginxReady) return
  const reason = `${program === undefined ? 'nginx' : 'openssl'} is not installed`
  if (process.env.CI === 'true') throw new Error(`${reason}; CI must start the site of deploy/`)
  context.skip(`${reason}, so the site of deploy/ is not started`)
}

/** The old host name that the site has, and a name that stands for your own. */
export const oldName = 'myshop.justclick.ru'
export const ownName = 'orders.example.com'

export type Nginx = {
  readonly http: number
  readonly https: number
  /** The second site's port, for clients of TLS 1.0. */
  readonly oldTls: number
  /** The certificate of the old name, which signed itself. */
  readonly certificate: string
  /** Lines of its access log, once there are so many. */
  logged(count: number): Promise<string[]>
  /** What it says about itself. */
  readonly errors: () => Promise<string>
  stop(): Promise<void>
}

/** The files of `deploy/` before a gateway's port; only ports, addresses and paths are others. */
export async function startNginx(gatewayPort: number): Promise<Nginx> {
  if (program === undefined) throw new Error('there is no nginx here')
  const home = await mkdtemp(join(tmpdir(), 'countersign-nginx-'))
  // Started by root, it works as a user of its own.
  await chmod(home, 0o711)
  const ports = await freePorts()
  const certificate = await makeCertificates(home)
  const common = [
    ['/var/log/nginx/', `${home}/`],
    ['/etc/countersign/tls/', `${home}/`],
  ] as const
  const site = adapted('nginx.conf', [
    ['server 127.0.0.1:8080;', `server 127.0.0.1:${gatewayPort};`],
    ['listen 80 ', `listen 127.0.0.1:${ports.http} `],
    ['listen 443 ', `listen 127.0.0.1:${ports.https} `],
    [/^ *listen \[::\]:.*\n/gm, ''],
    [/\/etc\/letsencrypt\/live\/([^/]+)\/fullchain\.pem/g, `${home}/$1.crt`],
    [/\/etc\/letsencrypt\/live\/([^/]+)\/privkey\.pem/g, `${home}/$1.key`],
    ['/var/www/html', home],
    common[1],
  ])
  const oldTls = adapted('nginx-old-tls.conf', [
    ['listen 192.0.2.11:443 ', `listen 127.0.0.1:${ports.oldTls} `],
    common[1],
  ])
  await mkdir(join(home, 'snippets'))
  await writeFile(
    join(home, 'snippets/countersign.conf'),
    adapted('nginx-locations.conf', [common[0]]),
  )
  await writeFile(join(home, 'site.conf'), site)
  await writeFile(join(home, 'old-tls.conf'), oldTls)
  await writeFile(join(home, 'nginx.conf'), mainFile(home))
  const child = spawn(program, ['-c', join(home, 'nginx.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const nginx = { ...ports, certificate, ...controls(child, home) }
  try {
    await until('nginx', () => isUp(child, ports.http))
  } catch (error) {
    const said = await nginx.errors()
    await nginx.stop()
    throw new Error(`nginx does not serve:\n${said}`, { cause: error })
  }
  return nginx
}

function controls(child: ChildProcess, home: string): Pick<Nginx, 'logged' | 'errors' | 'stop'> {
  const said: string[] = []
  child.stderr?.on('data', (chunk) => said.push(String(chunk)))
  const gone = child.exitCode === null ? once(child, 'exit') : undefined
  const contentOf = (name: string) => readFile(join(home, name), 'utf8').catch(() => '')
  const linesOf = async () => (await contentOf('countersign.log')).split('\n').slice(0, -1)
  return {
    errors: async () => said.join('') + (await contentOf('countersign-error.log')),
    async logged(count) {
      await until('lines in the log', async () => (await linesOf()).length >= count)
      return linesOf()
    },
    async stop() {
      child.kill('SIGTERM')
      await gone
      await rm(home, { recursive: true, force: true })
    },
  }
}

type Change = readonly [from: string | RegExp, to: string]

/** Every change has a place, or the file is another one than the test knows. */
function adapted(name: string, changes: readonly Change[]): string {
  let text = readFileSync(new URL(`../../deploy/${name}`, import.meta.url), 'utf8')
  for (const [from, to] of changes) {
    const changed = text.replaceAll(from, to)
    if (changed === text) throw new Error(`deploy/${name} has no ${from}`)
    text = changed
  }
  return text
}

/** As Debian's own, whose words count where the site has none. */
function mainFile(home: string): string {
  return `daemon off;
worker_processes 2;
pid ${home}/pid;
error_log stderr notice;
events { worker_connections 768; }
http {
  sendfile on;
  tcp_nopush on;
  ssl_protocols TLSv1 TLSv1.1 TLSv1.2 TLSv1.3;
  ssl_prefer_server_ciphers on;
  gzip on;
  access_log ${home}/access.log;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${home}/${kind};`)
    .join('\n  ')}
  include ${home}/site.conf;
  include ${home}/old-tls.conf;
}
`
}

/** As docs/deploy.md makes one. Gives the old name's. */
async function makeCertificates(home: string): Promise<string> {
  for (const name of [oldName, ownName]) {
    const made = spawnSync(
      'openssl',
      [
        ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '3650', '-sha256'],
        ...['-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`],
        ...['-keyout', join(home, `${name}.key`), '-out', join(home, `${name}.crt`)],
      ],
      { encoding: 'utf8' },
    )
    if (made.status !== 0) throw new Error(`openssl made no certificate: ${made.stderr}`)
  }
  return readFile(join(home, `${oldName}.crt`), 'utf8')
}

async function isUp(child: ChildProcess, port: number): Promise<boolean> {
  if (child.exitCode !== null) throw new Error('it has ended')
  const answer = await sendRaw(port, 'GET /metrics HTTP/1.0\r\n\r\n').catch(() => undefined)
  return answer?.status === 404
}

async function freePorts(): Promise<Pick<Nginx, 'http' | 'https' | 'oldTls'>> {
  const probes = await Promise.all([1, 2, 3].map(listening))
  const [http = 0, https = 0, oldTls = 0] = probes.map(
    (probe) => (probe.address() as { port: number }).port,
  )
  await Promise.all(probes.map((probe) => new Promise((resolve) => probe.close(resolve))))
  return { http, https, oldTls }
}

async function listening() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  return probe
}
