import { shopOf } from '../../../core/shop.ts'
import { applyCurrency, currencyChanged } from '../promo.ts'
import { inText, type Route, refusal, withCheckout } from '../route.ts'
import { said } from './said.ts'
import { currencyNotFound, languageChanged, storeChanged } from './texts.ts'

/** `api/localisation/currency`: unlike 3.0, 4.0 keeps how it ships (recordings: currency). */
export const currency: Route = {
  says: inText,
  run: async (call) => {
    const shop = await shopOf(call.ctx, call.account)
    return withCheckout(call, async (checkout) => {
      const applied = applyCurrency(shop, call.account, checkout, said(call, 'currency'))
      if (applied.error !== undefined) throw refusal(currencyNotFound)
      return {
        checkout: { ...checkout, currency: applied.checkout.currency },
        answer: { success: currencyChanged },
      }
    })
  },
}

/** Of 4.0.0 and 4.0.1 only: there is one language, and an account is one store (contract §3). */
export const language: Route = { says: inText, run: async () => ({ success: languageChanged }) }
export const store: Route = { says: inText, run: async () => ({ success: storeChanged }) }
