import * as contacts from './crash-clients/contacts.ts'
import * as influencersoft from './crash-clients/influencersoft.ts'
import * as mintsoft from './crash-clients/mintsoft.ts'
import { logIn } from './crash-clients/opencart-till.ts'
import * as shopsite from './crash-clients/shopsite.ts'
import * as warehouse from './crash-clients/warehouse.ts'
import { beginStory } from './crash-ledger.ts'
import type { Load } from './crash-load.ts'
import { aWay, type Caller, everyWay } from './crash-ways.ts'

/** An order's way, and now and then what concerns no order. */
async function turn(caller: Caller): Promise<void> {
  const { load, name, random } = caller
  const story = beginStory(load.ledger, `${name}@example.com`)
  for (const step of aWay(random)) if (!(await step(caller, story))) return
  const { reports } = contacts
  const report = reports[Math.floor(random() * reports.length)] ?? ''
  if (random() < 0.2) await contacts.report(load, report, `lead-${name}@example.com`)
  if (random() < 0.1) await influencersoft.keepGoods(load, `good-${name}`, random() < 0.5)
  if (random() < 0.1) await warehouse.importOrders(load, caller.accounting)
  if (random() < 0.05) await mintsoft.poll(load)
  if (random() < 0.1) await keepStock(caller)
}

/** All that can be called, once each. */
export async function callAll(load: Load): Promise<void> {
  const [session, accounting] = await enter(load)
  if (session === undefined || accounting === undefined) return
  await influencersoft.addMug(load)
  const random = () => 0
  for (const [at, way] of everyWay().entries()) {
    const caller = { load, session, accounting, name: `all-${at}`, random }
    const story = beginStory(load.ledger, `all-${at}@example.com`)
    for (const step of way) if (!(await step(caller, story))) return
  }
  for (const name of contacts.reports) await contacts.report(load, name, 'lead@example.com')
  await influencersoft.keepGoods(load, 'good-all', true)
  await warehouse.importOrders(load, accounting)
  await mintsoft.poll(load)
  await keepStock({ load, session, accounting, name: 'all', random })
}

async function keepStock({ load, session, accounting, name }: Caller): Promise<void> {
  const sku = `sku-${name}`
  await warehouse.keepStock(load, accounting, sku, [
    (level) => mintsoft.stockSync(load, sku, level),
    (level) => warehouse.setQuantity(load, session, sku, level),
    (level) => warehouse.setQuantityById(load, session, sku, level),
  ])
}

async function enter(load: Load) {
  const { opencart, warehouse: ledger } = load.shop
  return [await logIn(load, opencart, '3.0'), await logIn(load, ledger, '3.0')] as const
}

/** One caller, over all gateways there will be; it logs in once, and again now and then. */
export async function call(load: Load, id: number, random: () => number): Promise<void> {
  for (let turns = 0; !load.stopped; ) {
    const [session, accounting] = await enter(load)
    if (session === undefined || accounting === undefined) return
    for (let left = 50; left > 0 && !load.stopped; left -= 1) {
      turns += 1
      await turn({ load, session, accounting, name: `${id}-${turns}`, random })
    }
  }
}

/** Order managers that remember the highest number they have seen. */
export async function read(load: Load, name: 'released' | 'placed' | 'tokens'): Promise<void> {
  if (name === 'tokens') return shopsite.downloadByTokens(load)
  for (let highest = 0; !load.stopped; ) highest = await shopsite.download(load, name, highest)
}
