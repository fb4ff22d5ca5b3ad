import { describe, expect, it } from 'vitest'
import { orderDocument } from '../../src/model/order-document.ts'
import { anOrderOf } from '../dialects/mintsoft/an-order.ts'

const order = anOrderOf({
  payKey: 'k3yk3y',
  discount: 5000n,
  total: 104_999n,
  totals: [{ code: 'sub_total', title: 'Sub-Total', amount: -1n, sortOrder: 1 }],
  shipments: [
    { position: 1, service: 'Post', tracking: 'A1', link: '', sentAt: 1000, via: 'mintsoft' },
  ],
  paidAt: 1_700_000_000_000,
  releaseNumber: 12,
})

describe('an order as a document', () => {
  it('can be written as JSON, every amount as an exact text', () => {
    expect(JSON.parse(JSON.stringify(orderDocument(order)))).toMatchObject({
      number: 1001,
      discount: '0.50',
      total: '10.4999',
      lines: [{ unitPrice: '1.00', cataloguePrice: '1.00' }],
      totals: [{ code: 'sub_total', amount: '-0.0001' }],
      shipments: [{ tracking: 'A1', sentAt: '1970-01-01T00:00:01.000Z' }],
      paidAt: '2023-11-14T22:13:20.000Z',
      cancelledAt: null,
      releaseNumber: 12,
    })
  })

  it('keeps the key of the pay link inside', () => {
    expect(JSON.stringify(orderDocument(order))).not.toContain('k3yk3y')
  })
})
