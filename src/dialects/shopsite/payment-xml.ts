import type { Account } from '../../model/account.ts'
import type { OrderContent } from '../../model/order.ts'
import { isPayOnDelivery } from '../../model/pay-on-delivery.ts'
import { element, textElement } from '../../wire/xml.ts'
import { maskLongRuns } from './card-numbers.ts'
import { shown } from './document.ts'

type Paid = Pick<OrderContent, 'paymentCode' | 'paymentMethod'>

type PaymentKind = 'COD' | 'PayPalExpress' | 'PayPal' | 'Check' | 'Generic1'

/**
 * `Payment`, whose first child names the method; no blanks between, since clients take its first
 * node (contract §4.1). The book holds neither card nor bank numbers, and none are said.
 */
export function paymentXml(order: Paid, account: Account): string {
  const kind = kindOf(order, account)
  return element('Payment', element(kind, ...detailsOf(kind, order)))
}

/** What the method is called, with nothing in it that could be a card number. */
function paymentName({ paymentCode, paymentMethod }: Paid): string {
  return maskLongRuns(shown(paymentMethod) || shown(paymentCode))
}

/** The code decides, being made for it; the method's name does where no code says anything. */
function kindOf(order: Paid, { settings: { payOnDelivery } }: Account): PaymentKind {
  if (isPayOnDelivery(payOnDelivery, order)) return 'COD'
  const names = [order.paymentCode, order.paymentMethod].map((name) => shown(name).toLowerCase())
  return names.map(kindNamed).find((kind) => kind !== undefined) ?? 'Generic1'
}

function kindNamed(name: string): PaymentKind | undefined {
  if (/^cod(\.|$)|cash on delivery/.test(name)) return 'COD'
  if (/^(pp_|paypal_?)express|paypal express/.test(name)) return 'PayPalExpress'
  if (/^pp_standard|paypal/.test(name)) return 'PayPal'
  if (/^(check|cheque)(\.|$)|\b(check|cheque) ?\/|\b(money order|cheque)\b/.test(name))
    return 'Check'
  return undefined
}

function detailsOf(kind: PaymentKind, order: Paid): readonly string[] {
  if (kind === 'Check') return [element('RoutingNumber'), element('AccountNumber')]
  if (kind === 'PayPalExpress') return [element('OrderProcessingInfo')]
  const name = paymentName(order)
  // Order managers show what stands in here, and `Generic1` alone says nothing.
  return kind === 'Generic1' && name !== ''
    ? [textElement('OrderProcessingInfo', `PAYMENTTYPE: ${name}`)]
    : []
}
