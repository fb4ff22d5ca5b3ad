import type { Checkout } from './checkout.ts'
import type { Money } from './money.ts'
import { shareOf, sumOf } from './proportion.ts'
import type { Shop } from './shop.ts'
import { holdsAt, type Place, placeOf } from './shop-places.ts'

export type TaxRate = Shop['taxRates'][number]
/** What of a checkout decides about tax and prices. */
export type TaxedBuyer = Pick<Checkout, 'customer' | 'shippingAddress' | 'paymentAddress'>

/** The group whose prices and taxes count; the shop's own while no customer is set. */
export function customerGroupOf(
  shop: Pick<Shop, 'customerGroupId'>,
  buyer: Pick<Checkout, 'customer'>,
): number {
  return buyer.customer?.groupId || shop.customerGroupId
}

/** The rates of a tax class that hold for this buyer, each once, the lowest priority number first. */
export function taxRatesOf(shop: Shop, buyer: TaxedBuyer, taxClassId: number): readonly TaxRate[] {
  const group = customerGroupOf(shop, buyer)
  const rules = shop.taxRules
    .filter((rule) => rule.taxClassId === taxClassId)
    .toSorted((one, other) => one.priority - other.priority)
  const rates = rules.flatMap((rule) => {
    const place = placeBehind(shop, buyer, rule.basedOn)
    return shop.taxRates.filter(
      (rate) =>
        rate.id === rule.taxRateId &&
        (rate.customerGroupIds.length === 0 || rate.customerGroupIds.includes(group)) &&
        holdsAt(shop, rate.geoZoneId, place),
    )
  })
  return [...new Set(rates)]
}

/** One rate's tax on one price: a percentage of the price alone, or a fixed amount. */
export function taxByRate(rate: TaxRate, price: Money): Money {
  return rate.type === 'F' ? rate.rate : shareOf(price, rate.rate, 1_000_000n)
}

/** Tax of one price: of one piece, or of a shipping quote. */
export function taxOf(shop: Shop, buyer: TaxedBuyer, taxClassId: number, price: Money): Money {
  return taxByRates(taxRatesOf(shop, buyer, taxClassId), price)
}

export function taxByRates(rates: readonly TaxRate[], price: Money): Money {
  return sumOf(rates.map((rate) => taxByRate(rate, price)))
}

/** A price before tax as the shop shows it: with tax, unless its prices are shown without. */
export function shownPrice(shop: Shop, buyer: TaxedBuyer, taxClassId: number, price: Money): Money {
  return shop.pricesWithTax ? price + taxOf(shop, buyer, taxClassId, price) : price
}

/** What a shipping quote costs as the shop shows it. */
export function shownQuote(
  shop: Shop,
  buyer: TaxedBuyer,
  quote: { readonly cost: Money; readonly taxClassId: number },
): Money {
  return shownPrice(shop, buyer, quote.taxClassId, quote.cost)
}

function placeBehind(
  shop: Shop,
  buyer: TaxedBuyer,
  basedOn: Shop['taxRules'][number]['basedOn'],
): Place {
  const own = { countryId: shop.countryId, zoneId: shop.zoneId }
  if (basedOn === 'store') return own
  const address = basedOn === 'shipping' ? buyer.shippingAddress : buyer.paymentAddress
  return address === null ? own : placeOf(shop, address)
}
