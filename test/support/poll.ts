import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until the question is answered with yes. Throws after 30 s, naming what was waited for. */
export async function until(what: string, question: () => Promise<boolean> | boolean) {
  const giveUp = Date.now() + 30_000
  while (!(await question())) {
    if (Date.now() > giveUp) throw new Error(`waited in vain for ${what}`)
    await sleep(20)
  }
}
