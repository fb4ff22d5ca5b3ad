import type { IncomingMessage } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import { Hono } from 'hono'
import type { Logger } from 'pino'
import { findDestination, readTarget } from './addresses.ts'
import { billKey, visitBill } from './bill.ts'
import type { Context } from './core/context.ts'
import { admission, type Entrance } from './core/directory.ts'
import { loggable } from './core/loggable.ts'
import type { SeenCall } from './core/seen-call.ts'
import type { Turnstile } from './core/turnstile.ts'
import type { Call, CallNote, Dialect } from './dialects/dialect.ts'
import type { Metrics } from './metrics.ts'
import { isFailure } from './model/failure.ts'
import { peerAddress } from './peer.ts'
import { ClientGone, dropBody, readBody } from './read-body.ts'
import { restingReason } from './resting.ts'
import { createSpool } from './spool.ts'

export type AppOptions = {
  readonly ctx: Context
  readonly dialects: readonly Dialect[]
  readonly baseDomains: readonly string[]
  readonly trustedProxies: readonly string[]
  /** What addresses in answers begin with; undefined: as the call addressed us. */
  readonly publicUrl: string | undefined
  readonly log: Logger
  /** False while the gateway cannot take calls: starting, stopping, no database. */
  readonly isReady: () => Promise<boolean>
  /** Told of each call that a credential proved. */
  readonly noteUse: (accountId: number, credentialId: number) => void
  /** Told of each answered call to an account. */
  readonly watchCall: (call: SeenCall) => void
  readonly clock: () => number
  readonly turnstile: Turnstile
  readonly metrics: Pick<Metrics, 'noteCall' | 'text' | 'contentType'>
  /** To others there is nothing at that address. */
  readonly mayReadMetrics: (incoming: IncomingMessage) => boolean
}

/** What a listener gives along with a request. */
type Bindings = HttpBindings & {
  /** It came in where bytes are read leniently: only for the dialects whose clients need that. */
  readonly legacy?: boolean
}

/** Calls to accounts that nobody knows take turns as if they were one account's. */
const strangers = 0

/** The way in: finds dialect and account in the address and hands the call over. */
export function createApp(options: AppOptions): Hono<{ Bindings: Bindings }> {
  const { ctx, dialects, log, metrics } = options
  const handlers = new Map(
    dialects.map((dialect) => [
      dialect.name,
      dialect.createHandler(ctx, log.child({ dialect: dialect.name })),
    ]),
  )
  const isTrusted =
    options.trustedProxies.length === 0 ? () => false : admission(options.trustedProxies)

  const spool = createSpool({ log })

  const app = new Hono<{ Bindings: Bindings }>()
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/readyz', async (c) => {
    const ready = await options.isReady()
    return c.json({ status: ready ? 'ready' : 'not ready' }, ready ? 200 : 503)
  })
  app.get('/metrics', async (c, next) => {
    const { incoming, legacy = false } = c.env
    if (legacy || !options.mayReadMetrics(incoming)) return next()
    try {
      return c.body(await metrics.text(), 200, { 'content-type': metrics.contentType })
    } catch (error) {
      log.warn(loggable(error), 'the metrics cannot be told')
      return c.body(null, 503)
    }
  })
  app.all('*', async (c) => {
    const startedAt = options.clock()
    const { incoming, outgoing, legacy = false } = c.env
    const address = readTarget(incoming.url ?? '/', incoming.headers.host ?? '')
    const { host, query } = address
    const notes: CallNote = {}
    const logged = (response: Response, fields: object): Response => {
      const ms = Math.round((options.clock() - startedAt) * 10) / 10
      log.info({ ...fields, ...notes, tried: undefined, status: response.status, ms }, 'call')
      return response
    }
    const peer = peerAddress(
      incoming.socket.remoteAddress ?? '',
      headerOf(incoming, 'x-forwarded-for'),
      isTrusted,
    )
    if (!legacy && billKey(address.path) !== undefined) {
      await dropBody(incoming)
      const visit = {
        method: incoming.method ?? 'GET',
        address,
        peerAddress: peer,
        acceptLanguage: headerOf(incoming, 'accept-language') ?? '',
      }
      const { response, outcome, account } = await visitBill(options, visit)
      return logged(response, { function: 'bill', outcome, account: account?.login })
    }
    const destination = findDestination(dialects, options.baseDomains, address)
    if (destination === undefined || (legacy && !destination.dialect.legacyHttp)) {
      await dropBody(incoming)
      return logged(c.json({ error: 'There is nothing at this address.' }, 404), {})
    }
    const { dialect } = destination
    const entrance = await enter(ctx, destination)
    const account = entrance === 'unavailable' ? undefined : entrance?.account
    const credentials = entrance === 'unavailable' ? [] : (entrance?.credentials ?? [])
    const body = await readBody(incoming, dialect.bodyLimit)
    const turn = account?.id ?? strangers
    const entered = await options.turnstile.enter(turn)
    const enteredAt = options.clock()
    const call: Call = {
      method: incoming.method ?? 'GET',
      path: destination.path,
      wholePath: address.path,
      query,
      // Straight from Node: asking the Request would copy every header first.
      header: (name) => headerOf(incoming, name),
      body,
      peerAddress: peer,
      login: destination.login ?? account?.login,
      account,
      unavailable: entrance === 'unavailable',
      crowded: !entered,
      credentials: credentials.filter((one) => one.dialect === dialect.name),
      baseUrl: `${options.publicUrl ?? `http://${host}`}/${dialect.name}/${account?.login ?? ''}`,
      note: (fields) => Object.assign(notes, fields),
    }
    const handler = handlers.get(dialect.name) as (call: Call) => Promise<Response>
    const answer = await handler(call).finally(() => {
      if (entered) options.turnstile.leave(turn, options.clock() - enteredAt)
    })
    const resting = entrance === 'unavailable' ? [] : (entrance?.resting ?? [])
    const reason = restingReason(dialect, call, resting, notes, log)
    if (reason !== undefined) call.note({ reason })
    // HTTP/1.0 knows no chunks: the end of a stream and a failure would look the same.
    const response = incoming.httpVersion === '1.0' ? await spool(answer, outgoing) : answer
    if (account !== undefined && notes.credentialId !== undefined) {
      options.noteUse(account.id, notes.credentialId)
    }
    if (account !== undefined) {
      const { method, path, peerAddress: from } = call
      const request = { method, path, query, headers: incoming.headers, body }
      const { function: name, outcome = 'bug', credentialId, tried } = notes
      const seen = { account, dialect: dialect.name, at: ctx.now(), peerAddress: from, request }
      options.watchCall({
        ...seen,
        function: name,
        outcome,
        reason: notes.reason,
        credentialId,
        tried,
      })
    }
    const tookMs = options.clock() - startedAt
    const { function: functionName, outcome } = notes
    metrics.noteCall({ dialect: dialect.name, function: functionName, outcome, tookMs })
    // Whoever forgot to pass the Host header on must be able to see it here.
    const whom = account === undefined ? { login: destination.login, host } : {}
    return logged(response, { dialect: dialect.name, account: account?.login, ...whom })
  })
  app.onError((error, c) => {
    if (error instanceof ClientGone) return c.body(null, 400)
    log.error(loggable(error), 'a call failed outside its dialect')
    return c.json({ error: 'The gateway cannot answer; try again later.' }, 500)
  })
  return app
}

async function enter(
  ctx: Context,
  { login, host }: { readonly login: string | undefined; readonly host: string | undefined },
): Promise<Entrance | 'unavailable' | undefined> {
  try {
    if (login !== undefined && /^[a-z0-9-]{2,32}$/.test(login)) {
      const entrance = await ctx.directory.byLogin(login)
      if (entrance !== undefined || host === undefined) return entrance
    }
    return host === undefined ? undefined : await ctx.directory.byHost(host)
  } catch (error) {
    if (isFailure(error, 'busy')) return 'unavailable'
    throw error
  }
}

function headerOf({ headers }: IncomingMessage, name: string): string | undefined {
  const value = headers[name.toLowerCase()]
  return Array.isArray(value) ? value.join(', ') : value
}
