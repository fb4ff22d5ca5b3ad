import { changeOrder } from '../../../core/change-order.ts'
import { Failure } from '../../../model/failure.ts'
import { toText } from '../../../wire/charset.ts'
import { fields, intOf } from '../request.ts'
import { inText, type Route, refusal, type SessionCall, withCheckout } from '../route.ts'
import { ordersModified } from '../words.ts'
import { said, saidOrAsked } from './said.ts'

const mostAtOnce = 1000

/** `api/sale/order.delete`: hides orders; one that is not there is deleted already (contract §5). */
export const orderDelete: Route = {
  says: inText,
  run: async (call) => {
    const gone = numbersIn(call)
    if (gone.size > mostAtOnce) throw refusal(`Warning: At most ${mostAtOnce} orders at once!`)
    for (const number of gone) await hide(call, number)
    // The session's next confirm makes a new order.
    return withCheckout(call, async (checkout) => ({
      checkout: gone.has(checkout.orderNumber ?? 0) ? { ...checkout, orderNumber: null } : checkout,
      answer: { success: ordersModified },
    }))
  },
}

/** `order_id` and `selected[]`, or a single `selected`. */
function numbersIn(call: SessionCall): Set<number> {
  const listed = [...(fields(call.request, 'selected')?.values() ?? [])]
  const texts = listed.flatMap((value) => (typeof value === 'string' ? toText(value) : []))
  const named = [saidOrAsked(call, 'order_id'), said(call, 'selected'), ...texts]
  return new Set(named.map(intOf).filter((number) => number > 0))
}

async function hide({ ctx, account, author }: SessionCall, number: number): Promise<void> {
  try {
    await changeOrder(ctx, account, { number, command: { kind: 'hide' }, author })
  } catch (error) {
    if (!(error instanceof Failure && error.code === 'order-not-found')) throw error
  }
}
