import type { Gateway } from '../../support/gateway.ts'
import { idleByClock } from './idle.ts'
import { aRecordedStore } from './recorded-store.ts'
import type { Version } from './recording.ts'
import { type Replayed, replay } from './replay.ts'

export type ReplayResults = {
  readonly all: readonly Replayed[]
  /** Of those that were compared. */
  readonly equalShare: number
  /** Names by outcome, `login 5: wrong username, right key`. */
  readonly named: (outcome: Replayed['outcome']) => readonly string[]
  /** What was answered to `auth 35`, say. Throws where there is none. */
  readonly answerTo: (place: string) => Replayed['answer'] & object
}

/** Sends a recording to the gateway, to a store that is set up as the recorded one was. */
export async function replayOn(
  gateway: Gateway,
  version: Version,
  settings: Readonly<Record<string, unknown>>,
): Promise<ReplayResults> {
  const login = `recorded-${version.replaceAll('.', '')}`
  const basePath = `/opencart/${login}/`
  const target = { port: gateway.port, basePath }
  const all = await replay(gateway, {
    version,
    basePath,
    now: () => gateway.clock.now,
    seed: async ({ ctx }) => {
      await aRecordedStore(ctx, login, settings)
    },
    letIdle: idleByClock(version, gateway.clock, target),
  })
  const of = (...outcomes: readonly Replayed['outcome'][]) =>
    all.filter(({ outcome }) => outcomes.includes(outcome))
  return {
    all,
    equalShare: of('equal').length / of('equal', 'different').length,
    named: (outcome) => of(outcome).map(({ entity, index, name }) => `${entity} ${index}: ${name}`),
    answerTo(place) {
      const found = all.find(({ entity, index }) => `${entity} ${index}` === place)
      if (found?.answer === undefined) throw new Error(`nothing was answered to ${place}`)
      return found.answer
    },
  }
}
