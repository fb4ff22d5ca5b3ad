import type {
  AttentionReason,
  Decision,
  EditedContent,
  OrderCommand,
  OrderFacts,
} from './command.ts'
import { decidePayment } from './decide-payment.ts'
import { decideSend } from './decide-send.ts'
import { decideStatus } from './decide-status.ts'
import { Failure } from './failure.ts'
import type { Instant, OrderState } from './order.ts'
import {
  awaitsShipment,
  event,
  isCalledOff,
  isShipped,
  noChange,
  type Step,
  stateOf,
} from './step.ts'

/**
 * The order book's rules: what a command makes of an order. Pure; `docs/order-states.md` holds
 * the table. Every command may be repeated without harm.
 * Throws `Failure` for a refusal, in which case nothing changes.
 */
export function decide(order: OrderFacts, command: OrderCommand, now: Instant): Decision {
  const step = stepOf(order, command, now)
  const state: OrderState = { ...stateOf(order), ...step.change }
  const releases =
    mayRelease(command) &&
    state.releasedAt === null &&
    !state.hidden &&
    (becomesFit(order, state, command) || (step.releases === true && !isCalledOff(state)))
  const events = releases
    ? [...(step.events ?? []), { kind: 'released' as const, data: {} }]
    : (step.events ?? [])
  return {
    state: settled(order, command, state, { now, releases, changed: events.length > 0 }),
    events,
    attention: step.attention ?? [],
    shipments: step.shipments ?? [],
    releases,
    stock: step.stock ?? 'none',
    found: !state.hidden || command.kind === 'hide',
  }
}

/** Whether a command can make an order fit for fulfilment, and so may draw a release number. */
function mayRelease(command: OrderCommand): boolean {
  return ['pay', 'reopen', 'release', 'set-status', 'edit'].includes(command.kind)
}

/**
 * Whether the command itself makes the order fit for fulfilment. One that was fit when it was
 * imported belongs to whoever fulfilled it before: only `release` and a status hand it out here.
 */
function becomesFit(order: OrderFacts, state: OrderState, command: OrderCommand): boolean {
  const payOnDelivery = command.kind === 'edit' ? command.payOnDelivery : undefined
  return isFit(state, payOnDelivery ?? order.payOnDelivery) && !isFit(order, order.payOnDelivery)
}

/** Fit for fulfilment by payment alone: paid, or to be paid on delivery. */
function isFit({ payment }: Pick<OrderState, 'payment'>, payOnDelivery: boolean): boolean {
  return payment === 'paid' || (payment === 'waiting' && payOnDelivery)
}

function settled(
  order: OrderFacts,
  command: OrderCommand,
  state: OrderState,
  { now, releases, changed }: { now: Instant; releases: boolean; changed: boolean },
): OrderState {
  const moved = state.payment !== order.payment || state.fulfilment !== order.fulfilment
  return {
    ...state,
    label: moved && command.kind !== 'set-status' ? null : state.label,
    releasedAt: releases ? now : state.releasedAt,
    changedAt: changed ? now : order.changedAt,
  }
}

/** What is heard of a hidden order too: it happened, whoever may see it. */
const toldOfHidden: readonly OrderCommand['kind'][] = ['unhide', 'send', 'hand-over', 'erase']

function stepOf(order: OrderFacts, command: OrderCommand, now: Instant): Step {
  if (order.hidden && !toldOfHidden.includes(command.kind)) throw new Failure('order-not-found')
  switch (command.kind) {
    case 'pay':
    case 'reopen':
    case 'cancel':
    case 'expire':
    case 'refund':
      return decidePayment(order, command, now)
    case 'send':
      return decideSend(order, command, now)
    case 'hand-over':
      return handOver(order, command)
    case 'return':
      return order.fulfilment === 'returned'
        ? noChange
        : {
            change: { fulfilment: 'returned', returnedAt: command.at ?? now },
            events: [event('returned')],
          }
    case 'hide':
      return {
        change: { hidden: true },
        events: [event('hidden')],
        attention: order.handedOver ? ['hidden-after-hand-over'] : [],
      }
    case 'unhide':
      return order.hidden ? { change: { hidden: false }, events: [event('unhidden')] } : noChange
    case 'release':
      return release(order)
    case 'comment':
      return { change: {}, events: [event('commented')] }
    case 'edit':
      return edit(order, command.content)
    case 'set-status':
      return decideStatus(order, command, now)
    case 'erase':
      return erase(order, command)
  }
}

type HandOver = Extract<OrderCommand, { kind: 'hand-over' }>

/**
 * The first one counts, any from a taker who was shown something else, and that of a further taker
 * who comes too late; who has taken it, and how often, the takings say.
 */
function handOver(order: OrderFacts, { asServed, isNewTaker = false }: HandOver): Step {
  const isFirst = !order.handedOver
  const attention: readonly AttentionReason[] = [
    ...(isFirst || isNewTaker ? tooLate(order) : []),
    ...(asServed ? [] : (['changed-after-export'] as const)),
  ]
  if (!isFirst && attention.length === 0) return noChange
  return { change: { handedOver: true }, events: [event('handed-over')], attention }
}

/** Nobody may send what a warehouse takes over only now. */
function tooLate(order: OrderFacts): readonly AttentionReason[] {
  const hidden = order.hidden ? (['hidden-after-hand-over'] as const) : []
  if (isCalledOff(order)) return ['cancelled-after-hand-over', ...hidden]
  return isShipped(order) ? ['sent-after-hand-over', ...hidden] : hidden
}

function release(order: OrderFacts): Step {
  if (order.releasedAt !== null) return noChange
  if (isCalledOff(order)) {
    throw new Failure('invalid-input', {
      reason: 'a cancelled or refunded order cannot be released; pay or reopen it first',
    })
  }
  return { change: {}, releases: true }
}

function edit(order: OrderFacts, content: EditedContent): Step {
  const fields = Object.keys(content).sort()
  if (order.shipments.length > 0) throw new Failure('order-shipped')
  if (fields.length === 0) return noChange
  return {
    change: {},
    events: [event('edited', { fields })],
    attention: order.handedOver ? ['edited-after-hand-over'] : [],
    // An order that is called off has given back what it took.
    stock: content.lines !== undefined && !isCalledOff(order) ? 'replace' : 'none',
  }
}

/** Nothing moves: whose the order was is forgotten, and not that there was one. */
function erase(
  order: OrderFacts,
  { force, vouchers }: Extract<OrderCommand, { kind: 'erase' }>,
): Step {
  if (vouchers === undefined && !force && awaitsShipment(order)) {
    throw new Failure('invalid-input', {
      reason: 'the order is on its way, and a warehouse needs its address: send or cancel it first',
    })
  }
  const fields = vouchers === undefined ? ['buyer'] : ['vouchers']
  return { change: {}, events: [event('erased', { fields })] }
}
