import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const stamp = join(root, 'dist', '.built')
const sources = ['src', 'clients/ts', 'tsconfig.json', 'tsconfig.build.json', 'package.json']

/** Builds `dist/` where it is missing or older than the sources. Throws where that cannot be. */
export function buildIfStale() {
  const wanted = fingerprint()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  if (!canBuild()) {
    // An installation without the compiler runs what was built for it.
    if (existsSync(stamp)) return
    throw new Error(
      'dist/ is missing and so is the compiler: run `npm ci` without --omit=dev once; ' +
        'what it builds stays',
    )
  }
  try {
    build(wanted)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (!['EACCES', 'EPERM', 'EROFS'].includes(code)) throw error
    const trouble = `and this user cannot write to ${root}: run \`npm run build\` as its owner`
    if (!existsSync(stamp)) throw new Error(`dist/ is missing, ${trouble}`)
    process.stderr.write(`countersign: an older build runs; dist/ is out of date, ${trouble}\n`)
  }
}

function canBuild() {
  return existsSync(join(root, 'node_modules', 'typescript'))
}

/**
 * Compiles beside the old result and swaps them, so that no one runs half of each.
 * @param {string} wanted
 */
function build(wanted) {
  const draft = join(root, `.dist-${process.pid}`)
  try {
    mkdirSync(draft, { recursive: true })
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
    // Types are `npm run check`'s to judge: a start should not wait for them.
    const project = join(root, 'tsconfig.build.json')
    const args = [compiler, '-p', project, '--noCheck', '--outDir', draft]
    const done = spawnSync(process.execPath, args, { encoding: 'utf8' })
    if (done.status !== 0) throw new Error(`the build failed:\n${done.stdout}${done.stderr}`)
    writeFileSync(join(draft, '.built'), wanted)
    swap(draft)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

/** @param {string} draft */
function swap(draft) {
  const old = `${draft}-old`
  for (let tries = 0; ; tries += 1) {
    try {
      if (existsSync(join(root, 'dist'))) renameSync(join(root, 'dist'), old)
      renameSync(draft, join(root, 'dist'))
      break
    } catch (error) {
      // Another build was between the two renames; the later one wins.
      if (tries === 5) throw error
    } finally {
      rmSync(old, { recursive: true, force: true })
    }
  }
}

/** Names, sizes and times of the sources: cheap to take at every start, and the same in a tar. */
function fingerprint() {
  return sources.flatMap((name) => filesIn(join(root, name))).join('\n')
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesIn(path) {
  if (!existsSync(path)) return []
  const stat = statSync(path)
  if (!stat.isDirectory()) {
    const seconds = Math.floor(stat.mtimeMs / 1000)
    return [`${path.slice(root.length)} ${stat.size} ${seconds}`]
  }
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesIn(join(path, name)))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--force')) rmSync(stamp, { force: true })
  // `npm ci --omit=dev` has no compiler and needs none where dist/ came along.
  if (!process.argv.includes('--if-possible') || canBuild()) buildIfStale()
}
