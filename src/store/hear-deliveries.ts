import postgres from 'postgres'
import { pacedConnecting } from './connect.ts'
import { clientOptions, type PostgresTarget } from './database.ts'
import { deliveryChannel } from './deliveries.ts'

export type Hearing = { stop(): Promise<void> }

const firstWaitMs = 500
const longestWaitMs = 60_000

/**
 * Hears, on a connection of its own, that other processes made deliveries: `heard` gets the
 * accounts, none where the message says nothing. Begins anew when the connection goes away; where
 * it cannot work (a pooler, no connection left) nothing is heard, and that is no error. The
 * driver's own `listen` gives up for good when it fails to connect again.
 *
 * Where settings say that connections are a transaction pooler's, it does not try: LISTEN would
 * stay behind on a connection that is somebody else's a moment later.
 */
export function hearDeliveries(
  target: PostgresTarget,
  heard: (accountIds: ReadonlySet<number>) => void,
): Hearing {
  if (!target.options.prepare) return { stop: async () => undefined }
  const connecting = pacedConnecting(target)
  let waitMs = firstWaitMs
  let timer: NodeJS.Timeout | undefined
  let stopped = false

  const again = (): void => {
    if (stopped || timer !== undefined) return
    timer = setTimeout(() => {
      timer = undefined
      listen()
    }, waitMs)
    timer.unref()
    waitMs = Math.min(longestWaitMs, waitMs * 2)
  }
  const hooks = {
    onclose: again,
    onnotify: (_channel: string, payload: string) => heard(accountsIn(payload)),
  }
  const sql = postgres(target.url ?? '', {
    ...target.options,
    ...clientOptions,
    ...connecting.options,
    ...hooks,
    onnotice: () => undefined,
    max: 1,
    max_lifetime: null,
  })
  const listen = (): void => {
    if (stopped) return
    sql.unsafe(`listen ${deliveryChannel}`).then(() => {
      waitMs = firstWaitMs
      // Whatever was said in the meantime.
      heard(new Set())
    }, again)
  }
  listen()
  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      connecting.stop()
      await sql.end({ timeout: 1 })
    },
  }
}

function accountsIn(payload: string): ReadonlySet<number> {
  return new Set(
    payload
      .split(',')
      .map(Number)
      .filter((id) => Number.isSafeInteger(id) && id > 0),
  )
}
