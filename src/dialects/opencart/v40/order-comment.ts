import { inText, type Route, refusal, withCheckout } from '../route.ts'
import { ordersModified } from '../words.ts'
import { saidIn } from './said.ts'
import { commentRequired } from './texts.ts'

/** `api/sale/order.comment`: an empty comment takes the earlier one away. */
export const orderComment: Route = {
  says: inText,
  run: async (call) => {
    const comment = saidIn(call.request)('comment')
    if (comment === undefined) throw refusal(commentRequired)
    return withCheckout(call, async (checkout) => ({
      checkout: { ...checkout, comment },
      answer: { success: ordersModified },
    }))
  },
}
