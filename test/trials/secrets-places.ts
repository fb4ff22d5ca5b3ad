import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import postgres from 'postgres'
import type { EmbeddedServer } from '../../src/store/embedded/server.ts'

/** Every table's rows as Postgres writes them. */
export async function eachTable(
  server: EmbeddedServer,
  each: (name: string, text: string) => void,
): Promise<void> {
  const sql = postgres({ ...server.connection, max: 1 })
  const tables = await sql<{ schema: string; name: string }[]>`
    select table_schema as schema, table_name as name from information_schema.tables
    where table_schema not in ('pg_catalog', 'information_schema') order by 1, 2`
  for (const { schema, name } of tables) {
    const rows = await sql<
      { text: string }[]
    >`select t::text as text from ${sql(schema)}.${sql(name)} t`
    each(name, rows.map(({ text }) => text).join('\n'))
  }
  await sql.end()
}

export async function filesBelow(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true })
  const paths = names.map((name) => join(folder, name))
  const stats = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)))
  return paths.filter((_, at) => stats[at]?.isFile())
}

/** Of every process on this machine, where it can be seen. */
export async function commandLines(): Promise<Buffer> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const lines = pids.map((pid) => readFile(`/proc/${pid}/cmdline`).catch(() => Buffer.alloc(0)))
  return Buffer.concat(await Promise.all(lines))
}
