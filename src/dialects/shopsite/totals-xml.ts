import { formatMoney, type Money } from '../../model/money.ts'
import { element, textElement } from '../../wire/xml.ts'
import { block } from './document.ts'
import type { OrderSums, Part } from './sums.ts'
import type { TaxSum } from './tax-sum.ts'
import type { FormatVersion } from './versions.ts'

/** `Totals` in the contract's order, §4.1; what is taken off is negative, on every client's side. */
export function totalsXml(sums: OrderSums): string {
  const { discount, tax, shipping, surcharge } = sums
  return block(
    'Totals',
    amountElement('ProductTotal', sums.productTotal),
    unlessZero('Discount', discount, amountElement('Amount', discount.amount)),
    amountElement('Subtotal', sums.subtotal),
    tax === null ? element('Tax') : taxXml(tax),
    amountElement('GrandTotal', sums.grandTotal),
    element(
      'ShippingTotal',
      amountElement('Total', shipping.amount),
      textElement('Description', shipping.name),
    ),
    unlessZero('Surcharge', surcharge, amountElement('Total', surcharge.amount)),
  )
}

/** The `Coupon`s: empty ones are left out, since clients book them as lines of zero. */
export function couponsXml({ coupons }: OrderSums): readonly string[] {
  return coupons
    .filter(({ amount }) => amount !== 0n)
    .map(({ name, amount }) =>
      element(
        'Coupon',
        textElement('Name', name),
        textElement('Status', 'Applied'),
        amountElement('Total', amount),
        textElement('ApplyCoupon', 'Pre'),
      ),
    )
}

/** For reading only: the amounts are in the discount already. What remains is not in the order. */
export function giftCertificatesXml(
  { giftCertificates }: OrderSums,
  version: FormatVersion,
): readonly string[] {
  if (version === '6.3') return []
  return giftCertificates.map(({ name, amount }) =>
    element(
      'GiftCertificate',
      textElement('ID', name),
      amountElement('AmountUsed', amount),
      element('AmountRemaining'),
    ),
  )
}

function taxXml({ name, rate, amount, onShipping }: TaxSum): string {
  return element(
    'Tax',
    textElement('TaxName', name),
    amountElement('TaxRate', rate),
    amountElement('TaxAmount', amount),
    textElement('TaxShipping', onShipping ? 'Yes' : 'No'),
  )
}

function unlessZero(name: string, part: Part, amount: string): string {
  if (part.amount === 0n) return element(name)
  return element(name, amount, textElement('Description', part.name))
}

function amountElement(name: string, amount: Money): string {
  return textElement(name, formatMoney(amount))
}
