import type { Decision, OrderCommand, OrderFacts } from '../../src/model/command.ts'
import { decide } from '../../src/model/decide.ts'
import { Failure } from '../../src/model/failure.ts'
import type { OrderState } from '../../src/model/order.ts'
import { items, type Row } from './order-state-tables.ts'
import { now } from './order-states.ts'

export type Outcome = Decision | Failure

export function outcomeOf(order: OrderFacts, command: OrderCommand): Outcome {
  try {
    return decide(order, command, now)
  } catch (error) {
    if (error instanceof Failure) return error
    throw error
  }
}

const stockWords: Readonly<Record<string, Decision['stock']>> = {
  'give back': 'give-back',
  'take again': 'take-again',
}

/** What a row says must come out of an order; `at` is the time that the command brought. */
export function expectedOf(order: OrderFacts, row: Row, time: number): object | string {
  const refusal = items(row['refused with'])[0]
  if (refusal !== undefined) return refusal
  const { payOnDelivery: _fact, ...before } = order
  const events = items(row.events)
    .filter((name) => name !== '[released]' || order.releaseNumber === null)
    .map((name) => name.replace(/[[\]]/g, ''))
  const axes = axesOf(row)
  const releases = events.includes('released')
  const state: OrderState = {
    ...before,
    ...axes,
    ...timesOf(row, time),
    ...(row['hidden becomes'] === undefined || row['hidden becomes'] === 'same'
      ? {}
      : { hidden: row['hidden becomes'] === 'yes' }),
    ...(row['handed over becomes'] === 'yes' ? { handedOver: true } : {}),
    ...(Object.keys(axes).length > 0 ? { label: null } : {}),
    ...(releases ? { releasedAt: now } : {}),
    changedAt: events.length > 0 ? now : before.changedAt,
  }
  return {
    state,
    events,
    attention: items(row.attention),
    stock: stockWords[items(row.stock)[0] ?? ''] ?? 'none',
    releases,
  }
}

export function axesOf(row: Row): Partial<OrderState> {
  const axis = (name: string) => {
    const becomes = row[`${name} becomes`]
    return becomes === undefined || becomes === 'same' ? {} : { [name]: becomes }
  }
  return { ...axis('payment'), ...axis('fulfilment') }
}

function timesOf(row: Row, time: number): Partial<OrderState> {
  return Object.fromEntries(
    items(row.times).map((item) => {
      const [name, how] = item.split(': ')
      return [`${name}At`, how === 'set' ? time : null]
    }),
  )
}

export function seen(outcome: Outcome): object | string {
  if (outcome instanceof Failure) return outcome.code
  const { state, events, attention, stock, releases } = outcome
  return { state, events: events.map(({ kind }) => kind), attention, stock, releases }
}

/** A test name for a row: all that it says. */
export function titleOf(row: Row): string {
  return Object.entries(row)
    .map(([column, cell]) => `${column} ${cell}`)
    .join(', ')
}
