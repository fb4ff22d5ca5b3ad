import { noteTaking, type Story } from '../crash-ledger.ts'
import { type Load, over, set, tell } from '../crash-load.ts'
import { call, type Session, step } from './opencart-till.ts'

const calls = [
  ...['orders', 'updateorder', 'updateorder, comment', 'addproducts'].map(
    (name) => `zstore/${name}`,
  ),
  ...['updatequantity', 'updateprice', 'updatenames'].map((name) => `zstore/${name}`),
  ...['product/quantity', 'product/quantity, by id'],
]
export const kinds = calls.map((name) => `opencart api/${name}`)

/** A batch of the module. */
const batch = (load: Load, session: Session, name: string, data: unknown) => (url: string) =>
  call(load, url, session, `api/zstore/${name}`, { data: JSON.stringify(data) })

/** What the accounting system imports: orders stay listed until it has moved them itself. */
export async function importOrders(load: Load, session: Session): Promise<void> {
  await step(load, session, 'api/zstore/orders', { status_id: '2' })
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
  const isDone = await tell(load, story, 'opencart api/zstore/updateorder', events, attempt)
  if (isDone) noteTaking(load.ledger, 'warehouse', story.number ?? 0)
  return isDone
}

/** Repeated, it would be another comment, as in `api/order/history`. */
export async function addComment(load: Load, session: Session, story: Story): Promise<boolean> {
  const comment = `Booked for ${story.email}`
  const route = 'api/zstore/updateorder'
  const fields = { data: '{}', comments: JSON.stringify({ [String(story.number)]: comment }) }
  const kind = `opencart ${route}, comment`
  const isDone = await tell(load, story, kind, ['commented'], async (url, tries) =>
    tries > 0 ? over : call(load, url, session, route, fields),
  )
  if (isDone) story.comments.push(comment)
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
    set(load, `opencart api/zstore/${name}`, said, batch(load, session, name, data))
  if (!(await write('addproducts', values, [product]))) return
  if (!(await write('updatequantity', { [level]: '7' }, { [sku]: 7 }))) return
  if (!(await write('updateprice', { [price]: '12.5000' }, { [sku]: '12.50' }))) return
  if (!(await write('updatenames', { [title]: `Later ${sku}` }, { [sku]: `Later ${sku}` }))) return
  for (const [at, change] of between.entries()) if (!(await change(10 + at))) return
}

/** `api/product/quantity`, by SKU. */
export function setQuantity(load: Load, session: Session, sku: string, quantity: number) {
  const values = { [`stock:${sku}`]: String(quantity) }
  const fields = { sku, quantity: String(quantity) }
  return set(load, 'opencart api/product/quantity', values, (url) =>
    call(load, url, session, 'api/product/quantity', fields),
  )
}

/** The same by the number that the list of products has for it; a new one is not on sale yet. */
export async function setQuantityById(
  load: Load,
  session: Session,
  sku: string,
  quantity: number,
): Promise<boolean> {
  const list = await step(load, session, 'api/product', { filter_sku: sku, disabled: '1' })
  if (list === undefined) return false
  const [product] = list.data as { product_id: string }[]
  const fields = { product_id: product?.product_id ?? '', quantity: String(quantity) }
  const values = { [`stock:${sku}`]: String(quantity) }
  return set(load, 'opencart api/product/quantity, by id', values, (url) =>
    call(load, url, session, 'api/product/quantity', fields),
  )
}
