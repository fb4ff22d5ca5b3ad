import fc from 'fast-check'
import type { Decision, OrderCommand, OrderFacts } from '../../src/model/command.ts'
import { decide } from '../../src/model/decide.ts'
import { Failure } from '../../src/model/failure.ts'
import { newOrderState } from '../../src/model/order.ts'

export const started = 1_700_000_000_000

const parcel = fc.record({
  service: fc.constantFrom('', 'Post'),
  tracking: fc.constantFrom('', 'A1', 'B2', 'C3'),
  link: fc.constant(''),
})
const at = fc.option(fc.integer({ min: started - 9999, max: started }), { nil: undefined })
const timed = <K extends string>(kind: K) =>
  at.map((time) => (time === undefined ? { kind } : { kind, at: time }))
const effect = fc.record({
  payment: fc.constantFrom('none', 'pay', 'cancel', 'refund', 'reopen'),
  fulfilment: fc.constantFrom('none', 'send'),
})

export const paymentCommand: fc.Arbitrary<OrderCommand> = fc.oneof(
  timed('pay'),
  fc.constantFrom<OrderCommand>(
    { kind: 'reopen' },
    { kind: 'cancel' },
    { kind: 'expire' },
    { kind: 'refund' },
  ),
)
export const fulfilmentCommand: fc.Arbitrary<OrderCommand> = fc.oneof(
  timed('return'),
  fc.record({
    kind: fc.constant('send'),
    parcel,
    via: fc.constantFrom('influencersoft', 'mintsoft', 'operator'),
    replaces: fc.boolean(),
    holds: fc.boolean(),
  }),
)
export const otherCommand = fc.constantFrom<OrderCommand>(
  { kind: 'hide' },
  { kind: 'unhide' },
  { kind: 'release' },
  { kind: 'hand-over', asServed: true },
)
export const setStatus: fc.Arbitrary<OrderCommand> = fc.record({
  kind: fc.constant('set-status'),
  status: fc.integer({ min: 1, max: 16 }),
  effect,
  releases: fc.boolean(),
})
/** What adds an event each time it is said, by its nature. */
export const saying = fc.constantFrom<OrderCommand>(
  { kind: 'comment' },
  { kind: 'edit', content: { tag: 'x' } },
  { kind: 'hand-over', asServed: false },
)
export const anyCommand = fc.oneof(
  paymentCommand,
  fulfilmentCommand,
  otherCommand,
  setStatus,
  saying,
)

export type Told = { readonly order: OrderFacts; readonly decision: Decision | undefined }

/** What the committer makes of a command: the next order, and the number if one was drawn. */
export function tell(order: OrderFacts, command: OrderCommand, now: number): Told {
  try {
    const decision = decide(order, command, now)
    const { payOnDelivery } = order
    const drawn = decision.releases ? { releaseNumber: now } : {}
    return { order: { ...decision.state, ...drawn, payOnDelivery }, decision }
  } catch (error) {
    if (error instanceof Failure) return { order, decision: undefined }
    throw error
  }
}

const history = fc.record({
  payOnDelivery: fc.boolean(),
  handedOver: fc.boolean(),
  commands: fc.array(anyCommand, { maxLength: 12, size: 'max' }),
})

/** An order that has been through a history; one to be paid at the door is released at once. */
export const someOrder = history.map(({ payOnDelivery, handedOver, commands }) => {
  const fresh: OrderFacts = { ...newOrderState(started), payOnDelivery, handedOver }
  const first = payOnDelivery ? tell(fresh, { kind: 'release' }, started).order : fresh
  return commands.reduce(
    (order, command, step) => tell(order, command, started + step).order,
    first,
  )
})
