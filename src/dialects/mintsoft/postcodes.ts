/** ISO 3166-1 alpha-2 of countries where an address needs no postcode. */
const withoutPostcodes = new Set(
  (
    'AE AG AO AW BF BI BJ BO BS BW BZ CD CF CG CI CK CM CW DJ DM ER FJ GA GD GH GM GQ GY HK JM KI ' +
    'KM KN KP ML MO MR MW NR NU QA RW SB SC SL SR ST SX SY TD TG TK TL TO TV TZ UG VU YE ZW'
  ).split(' '),
)

export function hasPostcodes(country: string): boolean {
  return !withoutPostcodes.has(country)
}
