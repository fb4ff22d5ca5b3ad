import { formatMoney } from '../../model/money.ts'
import { isVoucherLine, type LineOption, type OrderLine } from '../../model/order.ts'
import { element, textElement } from '../../wire/xml.ts'
import { maskCardNumbers } from './card-numbers.ts'
import { block, shown } from './document.ts'
import { printedLine, printedPrice } from './sums.ts'
import type { FormatVersion } from './versions.ts'

/** Options whose value the buyer has written. */
const writtenTypes = new Set(['text', 'textarea'])

/**
 * One `Product` of an order (contract §4.1). The book holds no weights and measures, so none are
 * said. The price of options is in ItemPrice, so OptionPrice stays empty: clients take it off.
 */
export function lineXml(line: OrderLine, version: FormatVersion): string {
  const isGift = isVoucherLine(line)
  // The code of a bought voucher is money, and its option.
  const options = isGift ? [] : line.options
  const chosen = options.filter(({ type }) => !writtenTypes.has(type ?? ''))
  const written = options.filter(({ type }) => writtenTypes.has(type ?? ''))
  return block(
    'Product',
    textElement('ProdType', productType(line)),
    textElement('Name', shown(line.title)),
    textElement('SKU', shown(line.article)),
    textElement('Taxable', line.unitTax > 0n ? 'Yes' : 'No'),
    textElement('Quantity', String(line.quantity)),
    textElement('ItemPrice', formatMoney(printedPrice(line))),
    textElement('Total', formatMoney(printedLine(line))),
    ...chosen.map((option) =>
      element(
        'OrderOption',
        textElement('SelectedOption', optionText(option)),
        element('OptionPrice'),
      ),
    ),
    textElement('CustomerText', written.map(optionText).join('\n')),
    version === '6.3' ? '' : element('QBImport'),
    isGift ? element('GiftCertificatePurchase') : '',
  )
}

function productType(line: OrderLine): 'Tangible' | 'Download' | 'E-mailGiftCertificate' {
  if (line.productType === 'physical') return 'Tangible'
  return isVoucherLine(line) ? 'E-mailGiftCertificate' : 'Download'
}

function optionText({ name, value }: LineOption): string {
  const said = [name, value].map(shown).filter((part) => part !== '')
  return maskCardNumbers(said.join(': '))
}
