import { type DownloadFilter, downloadOrders } from '../../core/download-orders.ts'
import type { Order } from '../../model/order.ts'
import { isPayOnDelivery } from '../../model/pay-on-delivery.ts'
import { documentHead, documentTail } from './document.ts'
import { orderXml } from './order-xml.ts'
import { textOf } from './parameters.ts'
import { type Settings, settingsOf } from './settings.ts'
import { readVersion } from './versions.ts'
import type { Entered } from './visit.ts'

/** The document in pieces; its first waits for the first orders, since the head speaks of them. */
export async function* ordersDocument(
  { ctx, account, credential, parameters }: Entered,
  bounds: Omit<DownloadFilter, 'by'>,
): AsyncGenerator<string, void, void> {
  const settings = settingsOf(credential)
  const filter = { ...bounds, by: settings.orders === 'placed' ? 'number' : 'release' } as const
  const author = { via: 'shopsite', credentialId: credential.id }
  const version = readVersion(textOf(parameters, 'version'), readVersion(settings.version, '7'))
  const { payOnDelivery } = account.settings
  let begun = false
  for await (const page of downloadOrders(ctx, account, author, filter)) {
    if (!begun) yield documentHead(1)
    begun = true
    yield page
      .map(({ shown, order }) => {
        const numbers = { number: shown, transactionId: String(order.number) }
        const note = noteOn(order, settings, payOnDelivery)
        return orderXml(order, numbers, { account, version, note })
      })
      .join('')
  }
  if (!begun) yield documentHead(2)
  yield documentTail
}

/** What the packer must know of an order and no element of the document says. */
export function noteOn(
  order: Order,
  { orders }: Pick<Settings, 'orders'>,
  payOnDelivery: readonly string[],
): string | undefined {
  const notes = [
    ...(orders === 'released' ? [`Shop order number: ${order.number}.`] : []),
    ...paymentNotes(order, payOnDelivery),
    ...fulfilmentNotes(order),
  ]
  return notes.length === 0 ? undefined : notes.join(' ')
}

/** Whoever has the order now may be about to send it a second time. */
function fulfilmentNotes({ fulfilment }: Order): string[] {
  if (fulfilment === 'open') return []
  return [fulfilment === 'sent' ? 'SENT ALREADY.' : 'RETURNED.']
}

function paymentNotes(order: Order, payOnDelivery: readonly string[]): string[] {
  if (order.payment === 'cancelled') return ['CANCELLED.']
  if (order.payment === 'refunded') return ['REFUNDED.']
  if (order.payment !== 'waiting') return []
  return [isPayOnDelivery(payOnDelivery, order) ? 'To be paid on delivery.' : 'NOT PAID YET.']
}
