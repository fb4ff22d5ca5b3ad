import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { readPostmasterFile } from '../../src/store/embedded/postmaster-file.ts'

type Env = Readonly<Record<string, string>>

/** Where an embedded server's data lie. */
export async function pgDirOf(dataDir: string): Promise<string> {
  const home = await readFile(join(dataDir, 'location'), 'utf8').catch(() => dataDir)
  return join(home.trim(), 'pg')
}

/** Looks behind the gateway's back, into the server that it uses, which must run now. */
export async function openBook(env: Env): Promise<postgres.Sql> {
  const common = { max: 2, onnotice: () => undefined, connect_timeout: 2, backoff: () => 0.05 }
  const { DATABASE_URL, DATA_DIR = '' } = env
  if (DATABASE_URL !== undefined) return postgres(DATABASE_URL, common)
  const file = await readPostmasterFile(await pgDirOf(DATA_DIR))
  const password = await readFile(join(DATA_DIR, 'postgres-password'), 'utf8')
  return postgres({
    ...common,
    host: file?.host ?? '',
    port: file?.port ?? 0,
    database: 'countersign',
    username: 'countersign',
    password: password.trim(),
  })
}

/** Numbers as somebody sees them who asks again and again for what lies beyond the last one. */
export type Watcher = {
  readonly orders: Set<number>
  readonly releases: Set<number>
  readonly stop: () => Promise<void>
}

/** Watches over kills of the server: what does not answer is asked again. */
export function watchNumbers(sql: postgres.Sql, login: string): Watcher {
  const [orders, releases] = [new Set<number>(), new Set<number>()]
  let stopped = false
  const beyond = async (seen: Set<number>, ask: (after: number) => Promise<{ n: number }[]>) => {
    let last = 0
    while (!stopped) {
      const rows = await ask(last).catch(() => [])
      for (const { n } of rows) seen.add(n)
      last = rows.at(-1)?.n ?? last
      await sleep(5)
    }
  }
  const running = Promise.all([
    beyond(
      orders,
      (after) => sql`select o.number as n from orders o join accounts a on a.id = o.account_id
        where a.login = ${login} and o.number > ${after} order by o.number`,
    ),
    beyond(
      releases,
      (after) => sql`select r.release_number as n from releases r
        join accounts a on a.id = r.account_id
        where a.login = ${login} and r.release_number > ${after} order by r.release_number`,
    ),
  ])
  return {
    orders,
    releases,
    async stop() {
      stopped = true
      await running
    },
  }
}
