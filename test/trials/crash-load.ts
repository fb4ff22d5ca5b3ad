import { setTimeout as sleep } from 'node:timers/promises'
import { Agent, request } from 'undici'
import {
  count,
  type Ledger,
  type Register,
  registerOf,
  type Story,
  settle,
} from './crash-ledger.ts'
import type { CrashShop } from './crash-shop.ts'

/** Where the gateway of the moment is; undefined: there is none, wait. */
export type Load = {
  url: string | undefined
  stopped: boolean
  readonly shop: CrashShop
  readonly ledger: Ledger
  readonly agent: Agent
}

/** What a client makes of an answer: it is one, it asks to repeat, or nobody should have had it. */
export type Verdict<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'repeat' }
  /** A call that must not be repeated, and whose answer was lost. */
  | { readonly kind: 'over' }
  | { readonly kind: 'refused'; readonly why: string }

export type Answer = { readonly status: number; readonly text: string }

export const done = <T>(value: T): Verdict<T> => ({ kind: 'done', value })
export const repeat = { kind: 'repeat' } as const
export const over = { kind: 'over' } as const
export const refused = (why: string) => ({ kind: 'refused', why: why.slice(0, 300) }) as const

export const formType = { 'content-type': 'application/x-www-form-urlencoded' }

export function startLoad(shop: CrashShop, ledger: Ledger): Load {
  return { url: undefined, stopped: false, shop, ledger, agent: new Agent({ connections: 64 }) }
}

/** One try of a call: throws where no whole answer comes. */
export async function send(
  { agent }: Load,
  url: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await request(url, {
    dispatcher: agent,
    method: 'POST',
    headers: { ...formType, ...headers },
    body,
    headersTimeout: 20_000,
    bodyTimeout: 20_000,
  })
  return { status: response.statusCode, text: await response.body.text() }
}

/**
 * Repeats a call until it is acknowledged, as every client must whose answer was lost, at whichever
 * gateway there is. Undefined: the load has ended, or the call is over, or was refused, which the ledger notes.
 */
export async function insist<T>(
  load: Load,
  kind: string,
  attempt: (url: string, tries: number) => Promise<Verdict<T>>,
): Promise<T | undefined> {
  for (let tries = 0; ; ) {
    const { url } = load
    if (load.stopped) return undefined
    if (url !== undefined) {
      const verdict = await attempt(url, tries).catch(() => repeat)
      tries += 1
      if (verdict.kind === 'done') {
        count(load.ledger, kind)
        return verdict.value
      }
      if (verdict.kind === 'over') return undefined
      if (verdict.kind === 'refused') {
        load.ledger.refused.push(`${kind}: ${verdict.why}`)
        return undefined
      }
    }
    await sleep(10)
  }
}

/**
 * A call whose acknowledgement stands for events of the order, and for what it sells from then on
 * where `content` says so; false: it came to no end.
 */
export async function tell(
  load: Load,
  story: Story,
  kind: string,
  events: readonly string[],
  attempt: (url: string, tries: number) => Promise<Verdict<unknown>>,
  content?: string,
): Promise<boolean> {
  story.open = events
  story.content.open = content
  const answer = await insist(load, kind, async (url, tries) => {
    const verdict = await attempt(url, tries)
    return verdict.kind === 'done' ? done(true) : verdict
  })
  if (answer === undefined) return false
  settle(story)
  return true
}

/** A call that sets values which the last write decides. */
export async function set(
  load: Load,
  kind: string,
  values: Readonly<Record<string, string>>,
  attempt: (url: string, tries: number) => Promise<Verdict<unknown>>,
): Promise<boolean> {
  const registers = Object.entries(values).map(([name, value]): [Register, string] => [
    registerOf(load.ledger, name),
    value,
  ])
  for (const [register, value] of registers) register.open = value
  const answer = await insist(load, kind, async (url, tries) => {
    const verdict = await attempt(url, tries)
    return verdict.kind === 'done' ? done(true) : verdict
  })
  if (answer === undefined) return false
  for (const [register, value] of registers) {
    register.told = value
    register.open = undefined
  }
  return true
}
