import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { documentHead, documentTail } from '../../../src/dialects/shopsite/document.ts'
import { type OrderView, orderXml } from '../../../src/dialects/shopsite/order-xml.ts'
import type { Address, LineOption, Order } from '../../../src/model/order.ts'
import { aBasket, flatShipping } from '../../model/basket-store.ts'
import { aLine, anOrderOf } from '../mintsoft/an-order.ts'
import { account, buyerOfStore, exampleOrder, orderOfBasket } from './some-orders.ts'
import { child, names, parseXml, textAt, type XmlElement } from './well-formed.ts'

const xmlOf = (order: Order, view: Partial<OrderView> = {}): string =>
  orderXml(order, { number: 12, transactionId: '1962' }, { account, version: '7', ...view })

const shownAs = (order: Order, view: Partial<OrderView> = {}): XmlElement =>
  parseXml(xmlOf(order, view))

const productOf = (order: Order, view: Partial<OrderView> = {}): XmlElement =>
  child(child(child(shownAs(order, view), 'Shipping'), 'Products'), 'Product')

describe('the orders document', () => {
  it('holds nothing but the response and its orders, and ends with its root', () => {
    const xml = documentHead(1) + xmlOf(exampleOrder()) + xmlOf(anOrderOf()) + documentTail
    const root = parseXml(xml)
    expect(names(root)).toEqual(['Response', 'Order', 'Order'])
    expect(xml.startsWith('<?xml')).toBe(true)
    expect(xml.endsWith('</ShopSiteOrders>')).toBe(true)
    expect(xml).not.toContain('DOCTYPE')
  })

  it.each([
    [1, undefined, '1success'],
    [2, undefined, '2success'],
    [3, 'startdate is <no> date', '3startdate is <no> date'],
  ] as const)('answers with code %i', (code, description, text) => {
    const root = parseXml(documentHead(code, description) + documentTail)
    expect(child(root, 'Response').text).toBe(text)
    expect(names(child(root, 'Response'))).toEqual(['ResponseCode', 'ResponseDescription'])
  })
})

describe('an order', () => {
  it('has its children in the strict order of the contract', () => {
    const shown = shownAs(exampleOrder())
    expect(names(shown)).toEqual([
      'OrderNumber',
      'ShopSiteTransactionID',
      'OrderDate',
      'Billing',
      'Shipping',
      'Payment',
      'Totals',
      'Coupon',
      'Other',
    ])
    const person = ['FullName', 'NameParts']
    const rest = ['Company', 'Phone', 'Address']
    expect(names(child(shown, 'Billing'))).toEqual([...person, 'Email', ...rest])
    expect(names(child(shown, 'Shipping'))).toEqual([...person, ...rest, 'Products'])
    expect(names(child(child(shown, 'Billing'), 'NameParts'))).toEqual([
      'Title',
      'FirstName',
      'MiddleName',
      'LastName',
      'Suffix',
    ])
    expect(names(child(child(shown, 'Billing'), 'Address'))).toEqual([
      'Street1',
      'Street2',
      'City',
      'State',
      'Code',
      'Country',
    ])
    expect(names(productOf(exampleOrder()))).toEqual([
      'ProdType',
      'Name',
      'SKU',
      'Taxable',
      'Quantity',
      'ItemPrice',
      'Total',
      'OrderOption',
      'CustomerText',
      'QBImport',
    ])
    expect(names(child(shown, 'Other'))).toEqual([
      'Associate',
      'CustomerID',
      'OrderInstructions',
      'Comments',
      'IpHostname',
      'TotalOrderWeight',
      'EmailList',
      'CustomCheckoutField',
    ])
  })

  it('shows what the example of the contract shows', () => {
    const xml = xmlOf(exampleOrder())
    for (const part of [
      '<OrderNumber>12</OrderNumber>\n<ShopSiteTransactionID>1962</ShopSiteTransactionID>',
      '<OrderDate>2026-03-14 15:09:26</OrderDate>',
      '<FullName>Zo&#235; O&#8217;Hara</FullName>\n<NameParts><Title/><FirstName>Zo&#235;</FirstName>',
      '<Email>zoe@example.net</Email>\n<Company>Blue &amp; Grey Ltd</Company>\n<Phone>8885550142</Phone>',
      '<State>MO</State><Code>63112</Code><Country>United States</Country></Address>\n</Billing>',
      '<Company/>\n<Phone>8885550143</Phone>\n<Address><Street1>77 Dock Rd</Street1><Street2/>',
      '<Taxable>Yes</Taxable>\n<Quantity>2</Quantity>\n<ItemPrice>21.50</ItemPrice>\n<Total>43.00</Total>',
      '<OrderOption><SelectedOption>Finish: Brass</SelectedOption><OptionPrice/></OrderOption>',
      '<CustomerText>Engrave: Z</CustomerText>\n<QBImport/>\n</Product>\n</Products>\n</Shipping>',
      '<IpHostname>IP Address:192.0.2.10, Host Name:unknown</IpHostname>',
      '<FieldName>Ship Date</FieldName><FieldValue>03/20/2026</FieldValue>',
    ]) {
      expect(xml).toContain(part)
    }
  })

  it('leaves out of 6.3 what came later, and has its products straight in Shipping', () => {
    const order = exampleOrder()
    const xml = xmlOf(order, { version: '6.3' })
    for (const name of ['NameParts', 'Products', 'QBImport', 'ShopSiteTransactionID', 'CustomerID'])
      expect(xml).not.toContain(name)
    expect(names(child(parseXml(xml), 'Shipping')).slice(-2)).toEqual(['Address', 'Product'])
  })

  it.each<[string, FieldOf, string]>([
    ['State', { region: 'Bavaria' }, 'Bavaria'],
    ['State', { region: 'Missouri', regionCode: 'MO' }, 'MO'],
    ['Country', { country: 'de' }, 'Germany'],
    ['Country', { country: 'Германия' }, 'Germany'],
    ['Country', { country: 'Узбекистан', countryCode: 'UZ' }, 'Uzbekistan'],
    ['Country', { country: 'Narnia' }, 'Narnia'],
    ['Country', { countryCode: 'GB' }, 'United Kingdom'],
    ['Country', {}, ''],
    ['Street1', { line2: 'Unit 4' }, 'Unit 4'],
    ['Street2', { line1: '9 Mill Lane', line2: 'Unit 4', line3: 'Rear' }, 'Unit 4, Rear'],
  ])('writes %s of %j as %j', (name, billing, text) => {
    expect(textAt(shownAs(anOrderOf({ billing })), `Billing/Address/${name}`)).toBe(text)
  })

  it('ships to the billing address where the buyer named no place', () => {
    const { shipping: _, ...rest } = exampleOrder()
    const copied = shownAs({ ...rest, shipping: null })
    const of = (name: string) => {
      const { children } = child(copied, name)
      return children.filter((one) => !['Email', 'Products'].includes(one.name))
    }
    expect(of('Shipping')).toEqual(of('Billing'))
    const named = shownAs({ ...rest, shipping: { firstName: 'Ward', phone: '1' } })
    expect(textAt(named, 'Shipping/Address')).toBe(textAt(named, 'Billing/Address'))
    expect(textAt(named, 'Shipping/FullName')).toBe('Ward')
    expect(textAt(named, 'Shipping/Phone')).toBe('1')
  })

  it('names the buyer in full, and nobody else with the buyer’s middle name', () => {
    const order = anOrderOf({
      buyer: { title: 'Dr', firstName: 'Ada', middleName: 'King', lastName: 'Example' },
      billing: { city: 'Alton' },
      shipping: { firstName: 'Bob', lastName: 'Other', city: 'Alton' },
    })
    expect(textAt(shownAs(order), 'Billing/FullName')).toBe('Ada King Example')
    expect(textAt(shownAs(order), 'Billing/NameParts/Title')).toBe('Dr')
    expect(textAt(shownAs(order), 'Shipping/FullName')).toBe('Bob Other')
    expect(textAt(shownAs(order), 'Shipping/NameParts/MiddleName')).toBe('')
  })

  it('lets a company stand for a name', () => {
    const shipping: Address = { company: 'Dock Ltd', city: 'Alton' }
    expect(textAt(shownAs(anOrderOf({ shipping })), 'Shipping/FullName')).toBe('Dock Ltd')
  })

  it('shows downloads and bought vouchers, but never a bought voucher’s code', () => {
    const download = productOf(anOrderOf({ lines: [aLine({ productType: 'digital' })] }))
    expect(textAt(download, 'ProdType')).toBe('Download')
    const voucher = {
      code: 'WORTH-MONEY',
      codeIsNumber: false,
      description: '£10 for Bob',
      fromName: 'Ada',
      fromEmail: 'ada@shop.example',
      toName: 'Bob',
      toEmail: 'bob@shop.example',
      themeId: '1',
      message: '',
      amount: '10',
    }
    const order = orderOfBasket(aBasket([], { checkout: { ...buyerOfStore, vouchers: [voucher] } }))
    expect(names(productOf(order)).at(-1)).toBe('GiftCertificatePurchase')
    expect(textAt(productOf(order), 'ProdType')).toBe('E-mailGiftCertificate')
    expect(textAt(productOf(order), 'ItemPrice')).toBe('10.00')
    expect(xmlOf(order)).not.toContain('WORTH-MONEY')
  })

  it('shows all that an OpenCart checkout says', () => {
    const checkout = { ...buyerOfStore, shippingMethod: flatShipping }
    const shown = shownAs(orderOfBasket(aBasket([{ productId: 40, quantity: 2 }], { checkout })))
    expect(textAt(shown, 'Shipping/Address/State')).toBe('LANCS')
    expect(textAt(shown, 'Shipping/Address/Country')).toBe('United Kingdom')
    expect(textAt(shown, 'Other/CustomerID')).toBe('7')
    expect(xmlOf(orderOfBasket(aBasket([], { checkout })))).not.toContain('store_id')
  })

  it('puts our note before the buyer’s instructions', () => {
    const order = exampleOrder()
    const path = 'Other/OrderInstructions'
    expect(textAt(shownAs(order, { note: 'Unpaid' }), path)).toBe('Unpaid\nLeave at gate')
    expect(textAt(shownAs({ ...order, comment: null }, { note: 'Unpaid' }), path)).toBe('Unpaid')
    expect(textAt(shownAs(order), path)).toBe('Leave at gate')
  })

  it('leaves out a customer number that there is none of, and the fields of other protocols', () => {
    const xml = xmlOf(
      exampleOrder({
        customerId: null,
        fields: { opencart: { fax: '1' }, list: ['a'], hash: 'abc', gift: true, size: 42, no: ' ' },
      }),
    )
    expect(xml).not.toContain('CustomerID')
    const fields = child(parseXml(xml), 'Other').children.filter(
      ({ name }) => name === 'CustomCheckoutField',
    )
    expect(fields.map((one) => [textAt(one, 'FieldName'), textAt(one, 'FieldValue')])).toEqual([
      ['size', '42'],
    ])
  })

  it('keeps a coupon that takes nothing off as a field', () => {
    const xml = xmlOf(anOrderOf({ coupon: 'SAVE' }))
    expect(xml).not.toContain('<Coupon>')
    expect(xml).toContain('<FieldName>Coupon</FieldName><FieldValue>SAVE</FieldValue>')
  })

  it.each<[Record<string, string>, Record<string, unknown>, string]>([
    [{ aff: 'partner' }, {}, 'partner'],
    [{ affiliate: 'partner' }, {}, 'partner'],
    [{ medium: 'affiliate', source: 'partner' }, {}, 'partner'],
    [{ medium: 'mail', source: 'news' }, {}, ''],
    [{ aff_source: 'secret of the partner' }, {}, ''],
    [{}, { opencart: { affiliate_id: 5 } }, '5'],
    [{}, { opencart: { affiliate_id: 0 } }, ''],
  ])('names the partner in %j and %j as %j', (utm, fields, associate) => {
    expect(textAt(shownAs(anOrderOf({ utm, fields })), 'Other/Associate')).toBe(associate)
  })
})

describe('the payment', () => {
  it.each<[string | null, string | null, string]>([
    ['cod', 'Cash On Delivery', '<COD/>'],
    ['cod.cod', null, '<COD/>'],
    [null, 'nalozhka', '<COD/>'],
    ['pp_express', 'PayPal', '<PayPalExpress><OrderProcessingInfo/></PayPalExpress>'],
    ['pp_standard', null, '<PayPal/>'],
    ['paypal.paypal', 'Card', '<PayPal/>'],
    [null, 'PayPal', '<PayPal/>'],
    ['cheque', 'Check / Money Order', '<Check><RoutingNumber/><AccountNumber/></Check>'],
    ['free_checkout', null, named('free_checkout')],
    ['bank_transfer', 'Bank Transfer', named('Bank Transfer')],
    [null, null, '<Generic1/>'],
    [null, 'Visa 4111 1111 1111 1111', named('Visa **** **** **** 1111')],
    [null, '123456789012', named('********9012')],
  ])('of code %j and method %j is %s', (paymentCode, paymentMethod, expected) => {
    const xml = xmlOf(anOrderOf({ paymentCode, paymentMethod }))
    expect(xml).toContain(`\n<Payment>${expected}</Payment>\n`)
  })

  it('shows no card number and no check digits, wherever the buyer wrote them', () => {
    const said = 'my card is 4111-1111-1111-1111 12/27, thanks'
    const xml = xmlOf(
      exampleOrder({
        comment: said,
        tag: '5555555555554444',
        fields: { Note: said, cvv2: '987', card_number: 'unreadable', Parcel: '012345678905012' },
        lines: [aLine({ options: [{ name: 'Card', value: '2200 0000 0000 0004' }] })],
      }),
    )
    for (const secret of ['4111-1111', '5555555555554444', '987', 'unreadable', '2200 0000'])
      expect(xml).not.toContain(secret)
    expect(xml).toContain('my card is ****-****-****-1111 12/27, thanks')
    expect(xml).toContain('012345678905012')
  })

  it.each([
    ['4111  1111  1111  1111', '****  ****  ****  1111'],
    ['4111 - 1111 - 1111 - 1111', '**** - **** - **** - 1111'],
    ['4111\u20131111\u20131111\u20131111', '****&#8211;****&#8211;****&#8211;1111'],
    ['4111_1111_1111_1111', '****_****_****_1111'],
    ['4111\t1111\t1111\t1111', '****&#9;****&#9;****&#9;1111'],
  ])('shows no card number parted like %j', (said, expected) => {
    expect(xmlOf(exampleOrder({ comment: said }))).toContain(expected)
  })

  it('takes no digits of two lines for one card number', () => {
    const comment = '4111 1111\n1111 1111'
    expect(xmlOf(exampleOrder({ comment }))).toContain('4111 1111&#10;1111 1111')
  })
})

describe('any order', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '<b>&nbsp;',
      ']]>',
      '<!DOCTYPE a>',
      '\0\x1b[0m',
      '\ud800',
      '😀€',
      '&#0;',
      '\r\n',
    ),
  )
  const said = fc.option(text)
  const address = fc.record(
    { firstName: text, lastName: text, company: text, line1: text, city: text, country: text },
    { requiredKeys: [] },
  )
  const option: fc.Arbitrary<LineOption> = fc.record({
    name: text,
    value: text,
    type: fc.constantFrom('text', 'select'),
  })
  const order = fc.record({
    buyer: address,
    billing: address,
    shipping: fc.option(address),
    coupon: said,
    shippingMethod: said,
    paymentMethod: said,
    comment: said,
    tag: said,
    ip: said,
    fields: fc.dictionary(text, fc.oneof(text, fc.double(), fc.constant(null), fc.array(text))),
    lines: fc.array(
      fc
        .record({ title: text, article: text, options: fc.array(option, { maxLength: 2 }) })
        .map(aLine),
      { maxLength: 2 },
    ),
    totals: fc.array(
      fc.record({
        code: fc.constantFrom('coupon', 'voucher', 'tax', 'shipping', 'fee'),
        title: text,
        amount: fc.constantFrom(-5_000n, 5_000n),
        sortOrder: fc.constant(1),
      }),
      { maxLength: 3 },
    ),
  })

  it('is well-formed ASCII with exactly one Shipping, whatever it says', () => {
    fc.assert(
      fc.property(order, fc.constantFrom('6.3', '7'), text, (change, version, note) => {
        const xml = xmlOf(anOrderOf(change), { version, note })
        const root = parseXml(documentHead(1) + xml + documentTail)
        expect(names(child(root, 'Order')).filter((name) => name === 'Shipping')).toHaveLength(1)
      }),
      { numRuns: 300 },
    )
  })
})

type FieldOf = Partial<Address>

function named(method: string): string {
  const info = `<OrderProcessingInfo>PAYMENTTYPE: ${method}</OrderProcessingInfo>`
  return `<Generic1>${info}</Generic1>`
}
