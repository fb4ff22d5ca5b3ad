import type { Version } from './recording.ts'
import type { LetIdle } from './replay.ts'
import { send, type Target } from './send.ts'

const MINUTE_MS = 60_000
/** Well below what any version lets a session rest. */
const LONGEST_REST = 20

/** A read that changes nothing but the session's time of last use. */
const reads: Readonly<Record<Version, readonly [route: string, token: string]>> = {
  '2.3.0.2': ['api/cart/products', 'token'],
  '3.0.3.9': ['api/cart/products', 'api_token'],
  '4.0.2.3': ['api/sale/cart', 'api_token'],
  '4.1.0.3': ['api/sale/cart', 'api_token'],
}

/**
 * Moves a clock for everybody, in small steps, and has all captured tokens but the idle one make a
 * call at each: so only that one has been idle in the end.
 */
export function idleByClock(version: Version, clock: { now: number }, target: Target): LetIdle {
  return async (idle, minutes, captures) => {
    const [route, name] = reads[version]
    const others = [...captures].filter(([key, token]) => /^token/.test(key) && token !== idle)
    for (let left = minutes; left > 0; left -= LONGEST_REST) {
      clock.now += Math.min(left, LONGEST_REST) * MINUTE_MS
      for (const [, token] of others) {
        const query = [['route', route] as const, [name, token] as const]
        await send(target, { method: 'GET', path: '/index.php', query, headers: {}, body: null })
      }
    }
  }
}
