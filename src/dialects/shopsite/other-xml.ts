import type { Order } from '../../model/order.ts'
import { element, textElement } from '../../wire/xml.ts'
import { maskCardNumbers } from './card-numbers.ts'
import { block, shown } from './document.ts'
import type { FormatVersion } from './versions.ts'

const longestFieldName = 64
const longestFieldValue = 2000
const mostFields = 100

/** Names that are a caller's own machinery, or that a shop must not pass on (contract §8). */
const unwanted = [
  /^(hash|sign|signature|token|key|api_?key|secret|pass|passwd|password)$/i,
  /^bill_timer_kill$|^doneurl/i,
  /cvv|cvc|card[_ -]?(code|no|num|exp)|^(pan|cc)[_ -]?(no|num|number)?$/i,
]

/** `Other`: what stands in no other place (contract §4.1). `note` goes before the buyer's words. */
export function otherXml(order: Order, version: FormatVersion, note: string | undefined): string {
  const instructions = [shown(note), maskCardNumbers(shown(order.comment))]
  const { customerId, ip } = order
  return block(
    'Other',
    textElement('Associate', maskCardNumbers(associateOf(order))),
    // Clients read a number here: what is not known is left out, not empty.
    version === '6.3' || customerId === null ? '' : textElement('CustomerID', String(customerId)),
    textElement('OrderInstructions', instructions.filter((text) => text !== '').join('\n')),
    textElement('Comments', maskCardNumbers(shown(order.tag))),
    textElement('IpHostname', shown(ip) === '' ? '' : `IP Address:${shown(ip)}, Host Name:unknown`),
    element('TotalOrderWeight'),
    element('EmailList'),
    ...fieldsOf(order).map(([name, value]) =>
      element(
        'CustomCheckoutField',
        textElement('FieldName', maskCardNumbers(name)),
        textElement('FieldValue', maskCardNumbers(value)),
      ),
    ),
  )
}

/** The partner who brought the order; `aff_…` words are the partner's own and nobody else's. */
function associateOf({ utm, fields }: Order): string {
  const named = shown(utm.aff) || shown(utm.affiliate)
  if (named !== '') return named
  if (shown(utm.medium).toLowerCase() === 'affiliate') return shown(utm.source)
  const { opencart } = fields
  const kept = typeof opencart === 'object' && opencart !== null ? opencart : {}
  const id = 'affiliate_id' in kept ? kept.affiliate_id : 0
  return typeof id === 'number' && id > 0 ? String(id) : ''
}

/** Texts and numbers that the book has no place for, and a coupon that takes nothing off. */
function fieldsOf(order: Order): readonly (readonly [string, string])[] {
  const coupon = shown(order.coupon)
  const sent = Object.entries(order.fields).flatMap(([name, value]): [string, string][] => {
    const text = typeof value === 'number' ? String(value) : value
    if (typeof text !== 'string' || shown(text) === '' || shown(name) === '') return []
    if (unwanted.some((pattern) => pattern.test(name.trim()))) return []
    return [[name.trim().slice(0, longestFieldName), shown(text).slice(0, longestFieldValue)]]
  })
  const unused = coupon !== '' && order.discount === 0n ? [['Coupon', coupon] as const] : []
  return [...unused, ...sent].slice(0, mostFields)
}
