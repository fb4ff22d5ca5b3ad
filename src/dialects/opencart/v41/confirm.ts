import { editOrder } from '../../../core/edit-order.ts'
import { type CheckoutPlan, findRepeated, placeCheckout } from '../../../core/place-checkout.ts'
import type { PriceOptions } from '../../../core/price-checkout.ts'
import { setOrderStatus } from '../../../core/set-order-status.ts'
import { asEdit } from '../kept-fields.ts'
import { moneyText } from '../money-text.ts'
import { orderProblems, problemTexts } from '../order-checks.ts'
import { planOf } from '../plan.ts'
import { intOf, queryValue } from '../request.ts'
import { type Body, inWarning, Refusal } from '../route.ts'
import { currencyInUse } from '../shown-cart.ts'
import { said } from '../v40/said.ts'
import { ordersModified } from '../words.ts'
import { type Priced, priceIn, shownPriced } from './priced.ts'
import { type ReadCheckout, readCheckout, saysAddress } from './read-checkout.ts'
import type { SignedCall, SignedRoute } from './signed-call.ts'
import { checkForm, paymentAddressRequired } from './texts.ts'

type Answer = Readonly<Record<string, Body>>

/** A checkout that is no order yet; `answer` is what would be said of it if it were. */
class Incomplete extends Refusal {
  readonly answer: Answer

  constructor(body: Body, answer: Answer) {
    super(body)
    this.answer = answer
  }
}

/** `confirm`: makes an order, or with `order_id` edits one (contract §6.4). */
export const confirm: SignedRoute = {
  says: inWarning,
  writes: true,
  run: async (call) => {
    const orderId = said(call, 'order_id')
    if (/^0*$/.test(orderId)) return place(call, await readCheckout(call))
    // What is no number is no order's, and a typing error must not make a new one.
    return edit(call, /^\d+$/.test(orderId) ? intOf(orderId) : 0)
  },
}

/** The identical call within ten minutes is the first order, even if that has used all up. */
async function place(call: SignedCall, read: ReadCheckout): Promise<Body> {
  const { ctx, account, author, request } = call
  const view = ['store_id', 'language', 'currency'].map((name) => queryValue(request, name) ?? '')
  const callBytes = { name: ['api/order confirm', ...view].join('\n'), body: request.rawBody }
  let answer: Answer = {}
  try {
    const { number } = await placeCheckout(ctx, account, { author, callBytes }, async () => {
      const planned = await planFor(call, read)
      answer = planned.answer
      return planned.plan
    })
    return { order_id: number, ...answer }
  } catch (error) {
    if (!(error instanceof Incomplete)) throw error
    const number = await findRepeated(ctx, account, callBytes)
    if (number === undefined) throw error
    return { order_id: number, ...error.answer }
  }
}

/** An unknown order is refused; OpenCart says that all is well, and stores nothing. */
async function edit(call: SignedCall, number: number): Promise<Body> {
  const { ctx, account, author, shop } = call
  let answer: Answer = {}
  await editOrder(ctx, account, { number, author }, async (order, ownUses) => {
    const read = await readCheckout(call, order)
    const planned = await planFor(call, read, { ownUses, held: order })
    answer = planned.answer
    return asEdit(planned.plan, order)
  })
  const status = statusIn(call)
  await setOrderStatus(ctx, account, shop, { number, status, comment: '', author })
  return { order_id: number, ...answer }
}

async function planFor(
  call: SignedCall,
  { checkout: wanted, errors }: ReadCheckout,
  of: Pick<PriceOptions, 'ownUses' | 'held'> = {},
): Promise<{ readonly plan: CheckoutPlan; readonly answer: Answer }> {
  const { shop } = call
  const priced = await priceIn(call, wanted, of)
  const answer = answerOf(call, priced)
  const problems = problemsOf(call, priced, errors)
  if (problems.size > 0) {
    throw new Incomplete({ error: problems, ...shownPriced(call, priced) }, answer)
  }
  const { checkout } = priced
  // Without a status, an empty one or an unknown one, the order gets the shop's own first.
  const asked = statusIn(call)
  const statusId = shop.statuses.some(({ id }) => id === asked) ? asked : shop.firstStatus
  const checked = { shop, checkout, priced: priced.priced }
  return { plan: planOf(call, checked, { statusId, next: () => checkout }), answer }
}

/** What keeps the call from being an order, by part; lines that cannot be had by their own names. */
function problemsOf(
  call: SignedCall,
  { checkout, priced, refused }: Priced,
  errors: ReadCheckout['errors'],
): ReadonlyMap<string, string> {
  const isWrong = errors.payment.size > 0 && saysAddress(call, 'payment')
  return new Map([
    ...problemTexts(orderProblems(checkout, priced.basket)),
    ...errors.cart,
    ...(isWrong ? [['payment_address', paymentAddressRequired] as const] : []),
    ...(['coupon', 'reward'] as const).flatMap((part) =>
      refused[part] === undefined ? [] : [[part, checkForm(part)] as const],
    ),
  ])
}

/** Nobody earns a commission here: there are no affiliates. */
function answerOf(call: SignedCall, priced: Priced): Answer {
  const { account, shop } = call
  return {
    success: ordersModified,
    points: priced.priced.basket.earned,
    commission: moneyText(0n, currencyInUse(account, shop, priced.checkout)),
    ...shownPriced(call, priced),
  }
}

function statusIn(call: SignedCall): number {
  return intOf(said(call, 'order_status_id'))
}
