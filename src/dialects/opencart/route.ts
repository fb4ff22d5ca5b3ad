import type { Author } from '../../core/commands.ts'
import type { Context } from '../../core/context.ts'
import type { EnteringCredential } from '../../core/directory.ts'
import { checkoutOf } from '../../core/place-checkout.ts'
import { changeSession, type Session } from '../../core/sessions.ts'
import type { Account } from '../../model/account.ts'
import type { Checkout } from '../../model/checkout.ts'
import type { Call, DialectLog } from '../dialect.ts'
import { checkSize } from './checkout-size.ts'
import type { OpencartRequest } from './request.ts'
import type { Settings } from './settings.ts'

/** Anything `phpJson` writes; from a route also a `Response` that is made already. */
export type Body = unknown

/** A call of an account that is there, before anybody has asked who calls. */
export type Visit = {
  readonly ctx: Context
  readonly log: DialectLog
  readonly account: Account
  readonly call: Call
  readonly request: OpencartRequest
}

/** A call with a token that is good. */
export type SessionCall = Visit & {
  readonly credential: EnteringCredential
  readonly settings: Settings
  readonly session: Session
  readonly author: Author
}

/** One route behind the login. Its `run` throws `Refusal` or `Failure` to refuse. */
export type Route = {
  /** How the route says a refusal that is one text: bare, or under `warning` (contract §4.0). */
  readonly says: (text: string) => Body
  /** What a caller without a good token hears, where it is not `says(noPermission)`. */
  readonly stranger?: Body
  /** True: it reads the body's bytes itself, whatever the form parser says of them. */
  readonly readsRaw?: boolean
  readonly run: (call: SessionCall) => Promise<Body>
}

export type Routes = ReadonlyMap<string, Route>

export type Answered = {
  readonly body: Body
  readonly status?: number
  readonly type?: string
  /** Whose proof failed, as the caller named him; absent: none did. */
  readonly against?: string
}

/** `{"error":"..."}`. */
export function inText(text: string): Body {
  return { error: text }
}

/** `{"error":{"warning":"..."}}`. */
export function inWarning(text: string): Body {
  return { error: { warning: text } }
}

/** A refusal in a route's own words; nothing has been changed. */
export class Refusal extends Error {
  readonly body: Body

  constructor(body: Body) {
    super('refused')
    this.name = 'Refusal'
    this.body = body
  }
}

/** Refuses with one text. */
export function refusal(text: string): Refusal {
  return new Refusal(inText(text))
}

/** Refuses with texts by field. */
export function refusalOf(errors: ReadonlyMap<string, unknown>): Refusal {
  return new Refusal({ error: new Map(errors) })
}

/**
 * Changes the call's checkout and answers; where another call on the same token was faster,
 * `change` is asked again with what that one left. The same checkout back writes nothing.
 */
export async function withCheckout(
  { ctx, account, session }: SessionCall,
  change: (checkout: Checkout) => Promise<{ readonly checkout: Checkout; readonly answer: Body }>,
): Promise<Body> {
  const { answer } = await changeSession(ctx, account, session, async (state) => {
    const before = checkoutOf(state)
    const { checkout, answer: said } = await change(before)
    if (checkout === before) return { state, answer: said }
    checkSize(checkout)
    return { state: checkout, answer: said }
  })
  return answer
}

/** The checkout as the call found it, for what only reads. */
export function checkoutAt({ session }: SessionCall): Checkout {
  return checkoutOf(session.state)
}
