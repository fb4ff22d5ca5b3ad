import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { errorCode } from './errors.ts'
import { databaseName } from './site.ts'

/** What a client needs to connect; fits `postgres({...})` as it is. */
export type Connection = {
  /** The socket's directory, or 127.0.0.1 on Windows. */
  host: string
  port: number
  database: string
  username: string
  password: string
}

/** One process's sign, for as long as it lives, that it uses the server. */
export type Holder = { sql: postgres.Sql; release: () => Promise<void> }

const holding = 'countersign-holder'
const leaving = 'countersign-leaving'

/**
 * Connects and stays connected. The kernel closes the connection of a killed process, so the
 * server itself knows at any time who uses it. Throws what postgres.js throws.
 */
export async function takeHold(connection: Connection, onLost: () => void): Promise<Holder> {
  let isHeld = false
  const sql = postgres({
    ...connection,
    // Never the database itself: a session there would forbid using it as a template.
    database: 'postgres',
    ssl: false,
    max: 1,
    idle_timeout: 0,
    max_lifetime: null,
    connect_timeout: 10,
    fetch_types: false,
    prepare: false,
    connection: { application_name: holding },
    onnotice: () => {},
    onclose: () => {
      if (isHeld) onLost()
    },
  })
  try {
    const found = await sql`select 1 from pg_database where datname = ${databaseName}`
    if (found.length === 0) await createDatabase(sql)
    isHeld = true
  } catch (error) {
    await sql.end({ timeout: 1 })
    throw error
  }
  const release = async () => {
    isHeld = false
    await sql.end({ timeout: 1 })
  }
  return { sql, release }
}

async function createDatabase(sql: postgres.Sql): Promise<void> {
  try {
    await sql`create database ${sql(databaseName)}`
  } catch (error) {
    // 42P04: another client made it between the two statements.
    if (errorCode(error) !== '42P04') throw error
  }
}

/**
 * Declares that this process leaves; true if nobody else uses the server. Call it under the lock.
 * A process that was killed a moment ago still has its session, so a first "no" is asked again.
 */
export async function leaveAsLast({ sql }: Holder): Promise<boolean> {
  await sql`select set_config('application_name', ${leaving}, false)`
  for (let round = 0; round < 4; round++) {
    if (round > 0) await sleep(10)
    const [row] = await sql<{ others: number }[]>`
      select count(*)::int as others from pg_stat_activity where application_name = ${holding}`
    if (row?.others === 0) return true
  }
  return false
}
