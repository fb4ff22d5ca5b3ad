// The migrations in drizzle/ must be what the schema says; `drizzle-kit check` does not notice.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
// Inside the checkout, since drizzle-kit takes its folders relative to it.
const draft = mkdtempSync(join(root, 'node_modules', '.drift-'))
try {
  cpSync(join(root, 'drizzle'), join(draft, 'drizzle'), { recursive: true })
  const before = readdirSync(join(draft, 'drizzle')).length
  const kit = join(root, 'node_modules', 'drizzle-kit', 'bin.cjs')
  const args = ['generate', '--dialect', 'postgresql', '--name', 'drift']
  const done = spawnSync(
    process.execPath,
    [
      kit,
      ...args,
      '--schema',
      './src/store/schema*.ts',
      '--out',
      join(draft, 'drizzle').slice(root.length + 1),
    ],
    { cwd: root, encoding: 'utf8' },
  )
  if (done.status !== 0) throw new Error(`${done.stdout}${done.stderr}`)
  if (readdirSync(join(draft, 'drizzle')).length !== before) {
    process.stderr.write(
      'The schema and the migrations in drizzle/ differ: run `npx drizzle-kit generate`.\n',
    )
    process.exitCode = 1
  }
} finally {
  rmSync(draft, { recursive: true, force: true })
}
