import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Contestant } from './contestants.ts'
import { shop } from './seed.ts'
import type { BenchServer } from './server.ts'

const script = fileURLToPath(new URL('./php/order.php', import.meta.url))
const isRoot = process.getuid?.() === 0

export const phpMissing = 'php-fpm and nginx are not installed'

/** PHP behind nginx, each in the foreground; undefined where the programs are not there. */
export async function startPhp(server: BenchServer, port: number): Promise<Contestant | undefined> {
  const fpm = ['php-fpm8.2', 'php-fpm', 'php-fpm8.4', 'php-fpm8.3'].find(isInstalled)
  if (fpm === undefined || !isInstalled('nginx')) return undefined
  const folder = await mkdtemp(join(tmpdir(), 'countersign-php-'))
  const files = { fpm: join(folder, 'fpm.conf'), nginx: join(folder, 'nginx.conf') }
  const socket = join(folder, 'fpm.sock')
  await writeFile(files.fpm, fpmConfig(folder, socket))
  await writeFile(files.nginx, nginxConfig(folder, socket, port))
  const env = { ...process.env, ...server.env, BENCH_LOGIN: shop.login, BENCH_SECRET: shop.secret }
  const children: ChildProcess[] = []
  const end = async (): Promise<void> => {
    await Promise.all(children.map(ended))
    await rm(folder, { recursive: true, force: true })
  }
  try {
    // -R: php-fpm refuses to work as root unless told so.
    children.push(run(fpm, ['-F', '-y', files.fpm, ...(isRoot ? ['-R'] : [])], env))
    await until(() => existsSync(socket), `${fpm} did not start`)
    children.push(run('nginx', ['-p', folder, '-e', 'stderr', '-c', files.nginx], env))
    await until(() => answers(port), 'nginx did not start')
  } catch (error) {
    await end()
    throw error
  }
  return { port, pid: children[0]?.pid ?? 0, end }
}

function isInstalled(program: string): boolean {
  return spawnSync(program, ['-v'], { env: withSystemPaths(process.env) }).status === 0
}

function run(program: string, args: string[], env: NodeJS.ProcessEnv): ChildProcess {
  const stdio = ['ignore', 'ignore', 'inherit'] as const
  return spawn(program, args, { env: withSystemPaths(env), stdio: [...stdio] })
}

/** Debian keeps both programs where only root looks. */
function withSystemPaths(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, PATH: `${env.PATH ?? ''}:/usr/sbin:/sbin` }
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}

async function until(isReady: () => boolean | Promise<boolean>, failure: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await isReady()) return
    await wait(50)
  }
  throw new Error(failure)
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

/** Twenty workers, as the other rivals have pools of twenty. */
function fpmConfig(folder: string, socket: string): string {
  return `[global]
error_log = /dev/stderr
log_level = error
daemonize = no
[bench]
${isRoot ? 'user = root\ngroup = root' : ''}
listen = ${socket}
listen.mode = 0600
listen.backlog = 1024
pm = static
pm.max_children = 20
clear_env = no
catch_workers_output = yes
php_admin_value[opcache.enable] = 1
php_admin_value[error_log] = ${folder}/php.log
`
}

function nginxConfig(folder: string, socket: string, port: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `${isRoot ? 'user root;' : ''}
daemon off;
worker_processes 2;
pid ${folder}/nginx.pid;
error_log stderr error;
events { worker_connections 1024; }
http {
  access_log off;
  ${temporary.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join('\n  ')}
  keepalive_requests 1000000000;
  server {
    listen 127.0.0.1:${port} backlog=1024;
    location / {
      fastcgi_pass unix:${socket};
      fastcgi_param SCRIPT_FILENAME ${script};
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param REQUEST_URI $request_uri;
      fastcgi_param CONTENT_TYPE $content_type;
      fastcgi_param CONTENT_LENGTH $content_length;
    }
  }
}
`
}
