import { noteTaking, type Story } from '../crash-ledger.ts'
import { insist, type Load, set, tell } from '../crash-load.ts'
import { call, type Session } from './opencart.ts'

/** A batch of the module. */
const batch = (load: Load, session: Session, name: string, data: unknown) => (url: string) =>
  call(load, url, session, `api/zstore/${name}`, { data: JSON.stringify(data) })

/** What the accounting system imports: orders stay listed until it has moved them itself. */
export async function importOrders(load: Load, session: Session): Promise<void> {
  await insist(load, 'zstore orders', (url) =>
    call(load, url, session, 'api/zstore/orders', { status_id: '2' }),
  )
}

/** Moves an order on; whoever does has it in hand. */
export async function updateOrder(
  load: Load,
  session: Session,
  story: Story,
  status: number,
  events: readonly string[],
): Promise<boolean> {
  const data = { [String(story.number)]: String(status) }
  const attempt = batch(load, session, 'updateorder', data)
  const isDone = await tell(load, story, 'zstore updateorder', events, attempt)
  if (isDone) noteTaking(load.ledger, 'warehouse', story.number ?? 0)
  return isDone
}

/** A product of its own, from its import through a day of levels and prices. */
export async function keepStock(
  load: Load,
  session: Session,
  sku: string,
  between: readonly ((level: number) => Promise<boolean>)[],
): Promise<void> {
  const [level, price, title] = [`stock:${sku}`, `price:${sku}`, `title:${sku}`]
  const product = { sku, name: `New ${sku}`, quantity: '5', price: '1.00' }
  const values = { [level]: '5', [price]: '1.0000', [title]: product.name, [`gone:${sku}`]: 'no' }
  const write = (name: string, said: Readonly<Record<string, string>>, data: unknown) =>
    set(load, `zstore ${name}`, said, batch(load, session, name, data))
  if (!(await write('addproducts', values, [product]))) return
  if (!(await write('updatequantity', { [level]: '7' }, { [sku]: 7 }))) return
  if (!(await write('updateprice', { [price]: '12.5000' }, { [sku]: '12.50' }))) return
  if (!(await write('updatenames', { [title]: `Later ${sku}` }, { [sku]: `Later ${sku}` }))) return
  for (const [at, change] of between.entries()) if (!(await change(10 + at))) return
}

/** `api/product/quantity`, by SKU. */
export function setQuantity(load: Load, session: Session, sku: string, quantity: number) {
  const fields = { sku, quantity: String(quantity) }
  return set(load, 'api/product/quantity', { [`stock:${sku}`]: String(quantity) }, (url) =>
    call(load, url, session, 'api/product/quantity', fields),
  )
}
