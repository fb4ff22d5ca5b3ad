import { z } from 'zod'
import { changeOrder } from '../../core/change-order.ts'
import type { ChangeCommand } from '../../core/commands.ts'
import { Failure } from '../../model/failure.ts'
import type { Instant } from '../../model/order.ts'
import { type ApiFunction, type ApiInput, typed } from './api-function.ts'
import { orderNumberOf, text, unixTime } from './fields.ts'

const schema = z.object({ bill_id: text, status: text })
const despatchSchema = z.object({ date: unixTime, rpo: text.transform((rpo) => rpo.trim()) })
const timeSchema = z.object({ date: unixTime })

/** Contract §5.1: two axes behind one parameter; `sent` and `return` never touch payment. */
export const updateOrderStatus: ApiFunction = {
  name: 'UpdateOrderStatus',
  writes: true,
  async run(input) {
    const { ctx, account, author, params } = input
    const { bill_id, status } = typed(schema, params)
    if (bill_id.trim() === '') return { words: { code: 203, text: 'Order number is empty' } }
    if (status === '') throw new Failure('invalid-input', { field: 'status' })
    const command = commandFor(status, input)
    if (command === undefined) return { words: { code: 201, text: 'Wrong status' } }
    const outcome = await changeOrder(ctx, account, {
      number: orderNumberOf(bill_id),
      command,
      author,
    })
    // A hidden order keeps the parcel that was reported, and is not there all the same.
    if (!outcome.found) throw new Failure('order-not-found')
    return { words: { code: 0, text: 'Order status changed' } }
  },
}

function commandFor(status: string, { params, author }: ApiInput): ChangeCommand | undefined {
  switch (status) {
    case 'sent': {
      const { date, rpo } = typed(despatchSchema, params)
      if (rpo === '') throw new Failure('invalid-input', { field: 'rpo' })
      const parcel = { service: '', tracking: rpo, link: '' }
      return { kind: 'send', at: given(date), parcel, via: author.via, replaces: true }
    }
    case 'paid':
      return { kind: 'pay', at: given(typed(timeSchema, params).date) }
    case 'return': {
      const { date } = typed(timeSchema, params)
      return date === undefined ? { kind: 'return' } : { kind: 'return', at: date }
    }
    case 'cancel':
      return { kind: 'cancel' }
    default:
      return undefined
  }
}

function given(date: Instant | undefined): Instant {
  if (date === undefined) throw new Failure('invalid-input', { field: 'date' })
  return date
}
