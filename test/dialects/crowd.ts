/** Carries out `count` pieces of work, so many at once; gives back what each gave. */
export async function crowd<T>(
  count: number,
  atOnce: number,
  work: (n: number) => Promise<T>,
): Promise<T[]> {
  const given: T[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < count) {
      const n = next
      next += 1
      given[n] = await work(n)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
  return given
}

/**
 * Sends `count` calls, a few at once, and gives back what each heard: status and body. Bodies that
 * are held back are waited for at the end, so that the next call is not.
 */
export async function flood(count: number, send: () => Promise<Response>): Promise<string[]> {
  const heads = await crowd(count, 12, async () => {
    const response = await send()
    return { status: response.status, text: response.text() }
  })
  return Promise.all(heads.map(async ({ status, text }) => `${status} ${await text}`))
}

/** How often each value is there. */
export function tally(values: readonly (string | number)[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1
  return counts
}

/** The warnings about failed proofs in a gateway's log. */
export function warningsIn(logText: string): Record<string, unknown>[] {
  return logText
    .split('\n')
    .filter((line) => line.includes('too many failed proofs'))
    .map((line) => JSON.parse(line))
}
