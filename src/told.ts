/** Signals closer together come from one press of a key. */
const sameKeyMs = 1000

/**
 * Resolves at the first SIGTERM, SIGINT or SIGHUP; a later one ends the process at once. One
 * Ctrl-C may arrive twice, from the terminal and from npm: that is still the first.
 */
export function untilTold(clock: () => number): Promise<void> {
  return new Promise((resolve) => {
    let toldAt: number | undefined
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (toldAt !== undefined && clock() - toldAt > sameKeyMs) process.exit(1)
        toldAt ??= clock()
        resolve()
      })
    }
  })
}
