import * as influencersoft from './crash-clients/influencersoft.ts'
import * as mintsoft from './crash-clients/mintsoft.ts'
import * as opencart from './crash-clients/opencart.ts'
import * as signed from './crash-clients/opencart-signed.ts'
import * as shopsite from './crash-clients/shopsite.ts'
import * as warehouse from './crash-clients/warehouse.ts'
import { beginStory, type Story } from './crash-ledger.ts'
import type { Load } from './crash-load.ts'

/** What a caller goes through again and again: calls of all dialects, on orders of its own. */
type Caller = {
  readonly load: Load
  readonly session: opencart.Session
  readonly accounting: opencart.Session
  /** A name that nothing else in the trial has. */
  readonly name: string
  readonly random: () => number
}

type Step = (caller: Caller, story: Story) => Promise<boolean>

/** The ways of an order, each ended anywhere: what stands open then is compared as well. */
const ways: readonly (readonly Step[])[] = [
  [
    ({ load }, story) => influencersoft.createOrder(load, story),
    ({ load }, story) =>
      influencersoft.updateOrderStatus(load, story, 'paid', ['paid', 'released']),
    ({ load }, story) => mintsoft.confirm(load, story),
    ({ load, name }, story) => mintsoft.complete(load, story, `T-${name}`, ['sent']),
    ({ load, name }, story) =>
      influencersoft.updateOrderStatus(load, story, 'sent', ['parcel-added'], `R-${name}`),
    ({ load }, story) => influencersoft.updateOrderStatus(load, story, 'return', ['returned']),
    ({ load, accounting }, story) =>
      warehouse.updateOrder(load, accounting, story, 5, ['status-set']),
    ({ load }, story) => influencersoft.updateOrderStatus(load, story, 'cancel', ['cancelled']),
    ({ load }, story) => influencersoft.deleteOrder(load, story),
  ],
  [
    ({ load }, story) => influencersoft.createOrderV2(load, story),
    ({ load, session }, story) => opencart.addHistory(load, session, story, 2, ['status-set']),
    ({ load, accounting }, story) =>
      warehouse.updateOrder(load, accounting, story, 3, ['sent', 'status-set']),
    ({ load, session }, story) => opencart.addComment(load, session, story),
    ({ load, session }, story) =>
      opencart.addHistory(load, session, story, 11, ['refunded', 'status-set']),
    ({ load, session }, story) => opencart.deleteOrder(load, session, story),
  ],
  [
    ({ load }, story) => influencersoft.createOrder(load, story),
    ({ load }, story) => influencersoft.updateOrderStatus(load, story, 'cancel', ['cancelled']),
    ({ load }, story) =>
      influencersoft.updateOrderStatus(load, story, 'paid', ['revived', 'paid', 'released']),
    ({ load, name }, story) =>
      influencersoft.updateOrderStatus(load, story, 'sent', ['sent'], `S-${name}`),
  ],
  [
    ({ load, session }, story) => opencart.checkOut(load, session, story),
    ({ load, session }, story) => opencart.editOrder(load, session, story),
    ({ load, session }, story) =>
      opencart.addHistory(load, session, story, 7, ['cancelled', 'status-set']),
  ],
  [
    ({ load }, story) => signed.confirmSigned(load, story),
    ({ load }, story) => signed.addHistorySigned(load, story, 15, ['paid', 'status-set']),
    ({ load, name }, story) => mintsoft.complete(load, story, `U-${name}`, ['sent']),
  ],
]

/** How many calls of each kind a caller makes in a turn, and where its order ends. */
async function turn(caller: Caller): Promise<void> {
  const { load, name, random } = caller
  const way = ways[Math.floor(random() * ways.length)] ?? []
  const story = beginStory(load.ledger, `${name}@example.com`)
  const steps = random() < 0.3 ? way.slice(0, 1 + Math.floor(random() * way.length)) : way
  for (const step of steps) if (!(await step(caller, story))) return
  if (random() < 0.1) await influencersoft.keepGoods(load, `good-${name}`, random() < 0.5)
  if (random() < 0.1) await influencersoft.addLead(load, `lead-${name}@example.com`)
  if (random() < 0.1) await warehouse.importOrders(load, caller.accounting)
  if (random() < 0.05) await mintsoft.poll(load)
  if (random() < 0.1) {
    const sku = `sku-${name}`
    await warehouse.keepStock(load, caller.accounting, sku, [
      (level) => mintsoft.stockSync(load, sku, level),
      (level) => warehouse.setQuantity(load, caller.session, sku, level),
    ])
  }
}

/** One caller, over all gateways there will be; it logs in once, and again now and then. */
export async function call(load: Load, id: number, random: () => number): Promise<void> {
  for (let turns = 0; !load.stopped; ) {
    const { shop } = load
    const session = await opencart.logIn(load, shop.opencart)
    const accounting = await opencart.logIn(load, shop.warehouse, 'api/login')
    if (session === undefined || accounting === undefined) return
    for (let left = 50; left > 0 && !load.stopped; left -= 1) {
      turns += 1
      await turn({ load, session, accounting, name: `${id}-${turns}`, random })
    }
  }
}

/** Two order managers that remember the highest number they have seen; gives those at the end. */
export async function read(load: Load, name: 'released' | 'placed', first: number): Promise<void> {
  for (let highest = first; !load.stopped; ) {
    const next = await shopsite.download(load, name, highest)
    highest = next
  }
}
