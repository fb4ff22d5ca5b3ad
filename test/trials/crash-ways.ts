import * as influencersoft from './crash-clients/influencersoft.ts'
import * as mintsoft from './crash-clients/mintsoft.ts'
import * as opencart from './crash-clients/opencart.ts'
import * as opencart23 from './crash-clients/opencart-23.ts'
import * as opencart40 from './crash-clients/opencart-40.ts'
import * as signed from './crash-clients/opencart-signed.ts'
import type { Session, Till } from './crash-clients/opencart-till.ts'
import * as warehouse from './crash-clients/warehouse.ts'
import type { Story } from './crash-ledger.ts'
import type { Load } from './crash-load.ts'

/** What a caller goes through again and again: calls of all dialects, on orders of its own. */
export type Caller = {
  readonly load: Load
  readonly session: Session
  readonly accounting: Session
  /** A name that nothing else in the trial has. */
  readonly name: string
  readonly random: () => number
}

export type Step = (caller: Caller, story: Story) => Promise<boolean>

const placedByShop: readonly Step[] = [
  ({ load }, story) => influencersoft.createOrder(load, story),
  ({ load }, story) => influencersoft.updateOrderStatus(load, story, 'paid', ['paid', 'released']),
  ({ load }, story) => mintsoft.confirm(load, story),
  ({ load, name }, story) => mintsoft.complete(load, story, `T-${name}`, ['sent']),
  ({ load, name }, story) =>
    influencersoft.updateOrderStatus(load, story, 'sent', ['parcel-added'], `R-${name}`),
  ({ load }, story) => influencersoft.updateOrderStatus(load, story, 'return', ['returned']),
  ({ load, accounting }, story) =>
    warehouse.updateOrder(load, accounting, story, 5, ['status-set']),
  ({ load, accounting }, story) => warehouse.addComment(load, accounting, story),
  ({ load }, story) => influencersoft.updateOrderStatus(load, story, 'cancel', ['cancelled']),
  ({ load }, story) => influencersoft.deleteOrder(load, story),
]

const paidFromTheStart: readonly Step[] = [
  ({ load }, story) => influencersoft.createOrderV2(load, story),
  ({ load, session }, story) => opencart.addHistory(load, session, story, 2, ['status-set']),
  ({ load, accounting }, story) =>
    warehouse.updateOrder(load, accounting, story, 3, ['sent', 'status-set']),
  ({ load, session }, story) => opencart.addComment(load, session, story),
  ({ load, session }, story) =>
    opencart.addHistory(load, session, story, 11, ['refunded', 'status-set']),
  ({ load, session }, story) => opencart.deleteOrder(load, session, story),
]

const revived: readonly Step[] = [
  ({ load }, story) => influencersoft.createOrder(load, story),
  ({ load }, story) => influencersoft.updateOrderStatus(load, story, 'cancel', ['cancelled']),
  ({ load }, story) =>
    influencersoft.updateOrderStatus(load, story, 'paid', ['revived', 'paid', 'released']),
  ({ load, name }, story) =>
    influencersoft.updateOrderStatus(load, story, 'sent', ['sent'], `S-${name}`),
]

const boughtAt30: readonly Step[] = [
  ({ load, session }, story) => opencart.checkOut(load, session, story),
  ({ load, session }, story) => opencart.editOrder(load, session, story),
  ({ load, session }, story) =>
    opencart.addHistory(load, session, story, 7, ['cancelled', 'status-set']),
]

const boughtAt41: readonly Step[] = [
  ({ load }, story) => signed.confirmSigned(load, story),
  ({ load }, story) => signed.editSigned(load, story),
  ({ load }, story) => signed.addHistorySigned(load, story, 15, ['paid', 'status-set']),
  ({ load, name }, story) => mintsoft.complete(load, story, `U-${name}`, ['sent']),
]

function boughtAt23(): readonly Step[] {
  const till: Till = { session: undefined }
  return [
    ({ load }, story) => opencart23.checkOut(load, till, story),
    ({ load }, story) => opencart23.editOrder(load, till, story),
    within(till, (load, session, story) =>
      opencart.addHistory(load, session, story, 7, ['cancelled', 'status-set']),
    ),
    within(till, opencart.deleteOrder),
  ]
}

function boughtAt40(): readonly Step[] {
  const till: Till = { session: undefined }
  return [
    ({ load }, story) => opencart40.checkOut(load, till, story),
    ({ load }, story) => opencart40.editOrder(load, till, story),
    ({ load }, story) => opencart40.loadOrder(load, till, story),
    within(till, (load, session, story) =>
      opencart.addHistory(load, session, story, 7, ['cancelled', 'status-set']),
    ),
    // Stock, coupon, points and voucher are taken again.
    within(till, (load, session, story) =>
      opencart.addHistory(load, session, story, 9, ['reopened', 'status-set']),
    ),
    within(till, opencart.deleteOrder),
  ]
}

function within(
  till: Till,
  run: (load: Load, session: Session, story: Story) => Promise<boolean>,
): Step {
  return async ({ load }, story) =>
    till.session === undefined ? false : run(load, till.session, story)
}

/** How often each way of an order is gone: those of many calls seldom, so that a second has all. */
const ways: readonly (readonly [times: number, way: () => readonly Step[]])[] = [
  [3, () => placedByShop],
  [3, () => paidFromTheStart],
  [3, () => revived],
  [2, () => boughtAt30],
  [3, () => boughtAt41],
  [1, boughtAt23],
  [1, boughtAt40],
]

export const everyWay = (): readonly (readonly Step[])[] => ways.map(([, way]) => way())

/** A way, by chance; one in three ends anywhere: what stands open then is compared as well. */
export function aWay(random: () => number): readonly Step[] {
  const all = ways.flatMap(([times, way]) => Array.from({ length: times }, () => way))
  const steps = all[Math.floor(random() * all.length)]?.() ?? []
  return random() < 0.3 ? steps.slice(0, 1 + Math.floor(random() * steps.length)) : steps
}
