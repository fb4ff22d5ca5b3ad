import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until the question is answered with yes. Throws after a while, naming what was waited for. */
export async function until(
  what: string,
  question: () => Promise<boolean> | boolean,
  patienceMs = 30_000,
) {
  const giveUp = Date.now() + patienceMs
  while (!(await question())) {
    if (Date.now() > giveUp) throw new Error(`waited in vain for ${what}`)
    await sleep(20)
  }
}
