import { editOrder } from '../../../core/edit-order.ts'
import { type CheckoutPlan, placeCheckout } from '../../../core/place-checkout.ts'
import { type PriceOptions, priceCheckout } from '../../../core/price-checkout.ts'
import { setOrderStatus } from '../../../core/set-order-status.ts'
import { shopOf } from '../../../core/shop.ts'
import type { Checkout } from '../../../model/checkout.ts'
import { currencyOf, type Shop } from '../../../model/shop.ts'
import { asEdit } from '../kept-fields.ts'
import { moneyText } from '../money-text.ts'
import { orderProblems, problemTexts } from '../order-checks.ts'
import { planOf } from '../plan.ts'
import { intOf } from '../request.ts'
import { type Body, inText, inWarning, type Route, refusalOf, type SessionCall } from '../route.ts'
import { noPermission, ordersModified } from '../words.ts'
import { said } from './said.ts'

/** The session has made or loaded an order before: a confirm edits it (contract §5). */
class OrderedBefore extends Error {
  readonly number: number
  readonly checkout: Checkout

  constructor(number: number, checkout: Checkout) {
    super('the session has an order')
    this.number = number
    this.checkout = checkout
  }
}

type Confirmed = { readonly number: number; readonly earned: number }
type Planned = { readonly plan: CheckoutPlan; readonly earned: number }

/** `api/sale/order.confirm`: makes the session's order, or edits the one that it has. */
export const orderConfirm: Route = {
  says: inWarning,
  stranger: inText(noPermission),
  run: async (call) => {
    const shop = await shopOf(call.ctx, call.account)
    return answerOf(call, shop, await confirm(call, shop))
  },
}

async function confirm(call: SessionCall, shop: Shop): Promise<Confirmed> {
  try {
    return await place(call, shop)
  } catch (error) {
    if (!(error instanceof OrderedBefore)) throw error
    return edit(call, shop, error)
  }
}

/** Of two calls at once the slower one finds the order of the faster one in its session. */
async function place(call: SessionCall, shop: Shop): Promise<Confirmed> {
  const { ctx, account, author, session } = call
  let earned = 0
  const { number } = await placeCheckout(ctx, account, { author, session }, async (checkout) => {
    if (checkout.orderNumber !== null) throw new OrderedBefore(checkout.orderNumber, checkout)
    const { plan, earned: points } = await planned(call, shop, checkout)
    earned = points
    return plan
  })
  return { number, earned }
}

async function edit(
  call: SessionCall,
  shop: Shop,
  { number, checkout }: OrderedBefore,
): Promise<Confirmed> {
  const { ctx, account, author } = call
  let earned = 0
  await editOrder(ctx, account, { number, author }, async (order, ownUses) => {
    const { plan, earned: points } = await planned(call, shop, checkout, { ownUses, held: order })
    earned = points
    return asEdit(plan, order)
  })
  const status = statusIn(call, shop)
  if (status !== undefined) {
    await setOrderStatus(ctx, account, shop, { number, status, comment: '', author })
  }
  return { number, earned }
}

async function planned(
  call: SessionCall,
  shop: Shop,
  checkout: Checkout,
  options: PriceOptions = {},
): Promise<Planned> {
  const { ctx, account } = call
  const priced = await priceCheckout(ctx, account, shop, checkout, options)
  const texts = problemTexts(orderProblems(checkout, priced.basket))
  if (texts.size > 0) throw refusalOf(texts)
  const plan = planOf(
    call,
    { shop, checkout, priced },
    {
      statusId: statusIn(call, shop) ?? shop.firstStatus,
      // The cart stays: the next confirm of the session edits this order.
      next: (orderNumber) => ({ ...checkout, orderNumber }),
    },
  )
  return { plan, earned: priced.basket.earned }
}

/** A status of the table; an unknown or missing one leaves an order where it is (contract §9). */
function statusIn(call: SessionCall, { statuses }: Shop): number | undefined {
  const wanted = intOf(said(call, 'order_status_id'))
  return statuses.find(({ id }) => id === wanted)?.id
}

/** Nobody earns a commission here: there are no affiliates. */
function answerOf({ account }: SessionCall, shop: Shop, { number, earned }: Confirmed): Body {
  const own = account.settings.currency
  const currency = currencyOf(shop, own, own)
  return {
    order_id: number,
    success: ordersModified,
    points: earned,
    ...(currency === undefined ? {} : { commission: moneyText(0n, currency) }),
  }
}
