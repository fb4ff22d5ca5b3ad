import { until } from '../support/poll.ts'
import {
  asked,
  cloneServer,
  emptyServer,
  freezeServer,
  type Ground,
  initServer,
  killServer,
  type Server,
  setAlone,
  signal,
  startServer,
} from './failover-server.ts'

/** Two servers, of which one is written to and the other follows. */
export type Pair = {
  readonly ground: Ground
  readonly servers: readonly [Server, Server]
  primary: Server
  standby: Server
}

export const database = 'book'

/** A primary with an empty database and a standby that it waits for. */
export async function startPair(ground: Ground): Promise<Pair> {
  const first = await initServer(ground, 'first')
  await startServer(ground, first)
  await asked(ground, first, (sql) => sql.unsafe(`create database ${database}`))
  const second = await emptyServer(ground, 'second')
  const pair: Pair = { ground, servers: [first, second], primary: first, standby: second }
  await follow(pair)
  return pair
}

/** Makes the other server a standby again, and has each COMMIT wait for it. */
export async function follow({ ground, primary, standby }: Pair): Promise<void> {
  await killServer(standby)
  await cloneServer(ground, primary, standby)
  await startServer(ground, standby)
  await asked(ground, primary, async (sql) => {
    await sql.unsafe(`alter system set synchronous_standby_names = '*'`)
    await sql`select pg_reload_conf()`
  })
  await untilConfirmed({ ground, primary })
}

export async function untilConfirmed({ ground, primary }: Pick<Pair, 'ground' | 'primary'>) {
  await until('the standby to confirm', () =>
    asked(ground, primary, async (sql) => {
      const rows = await sql`select 1 from pg_stat_replication where sync_state = 'sync'`
      return rows.length === 1
    }),
  )
}

export type Failure = 'killed' | 'silent'

/**
 * The primary fails, and the standby takes its place, as an orchestrator without a doubt does it.
 * Silent, the old one stays so until `release` is called. `seconds`: what that took by itself.
 */
export async function failOver(
  pair: Pair,
  how: Failure,
): Promise<{ readonly seconds: number; readonly release: () => void }> {
  const { ground, primary: old, standby } = pair
  const frozen = how === 'silent' ? await freezeServer(ground, old) : []
  const beganAt = performance.now()
  if (how === 'killed') await killServer(old)
  await asked(ground, standby, (sql) => sql`select pg_promote(true, 60)`)
  const seconds = Math.round((performance.now() - beganAt) / 10) / 100
  pair.primary = standby
  pair.standby = old
  return {
    seconds,
    release() {
      for (const pid of frozen) signal(pid, 'SIGKILL')
    },
  }
}

/**
 * The failed server comes back as it was, and takes writes: it knows of no promotion. It does not
 * even wait for a standby, so that whatever is written there would be acknowledged and lost.
 */
export async function comeBack({ ground, standby: old }: Pair): Promise<void> {
  await killServer(old)
  await setAlone(old)
  await startServer(ground, old)
}

/** How much stands in the book on a server. */
export async function growth(ground: Ground, server: Server): Promise<string> {
  const question = `select (select count(*) from orders) || ' orders, '
    || (select count(*) from order_events) || ' events' as written`
  const [row] = await asked(
    ground,
    server,
    (sql) => sql.unsafe<{ written: string }[]>(question),
    database,
  )
  return row?.written ?? ''
}

export async function stopPair({ servers }: Pair): Promise<void> {
  await Promise.all(servers.map(killServer))
}
