import type { CartLine } from './checkout.ts'
import type { Product } from './product.ts'
import {
  type ProductOption,
  type ProductOptionValue,
  type ProductTerms,
  takesValueId,
} from './product-terms.ts'

/** A product as a checkout meets it. */
export type CheckoutProduct = Product & {
  readonly terms: ProductTerms
  readonly categoryIds: readonly number[]
}

/** What was chosen of one option; ids as OpenCart names them. */
export type ChosenOption = {
  /** `product_option_id`. */
  readonly optionId: number
  /** `product_option_value_id`; empty where the option takes text. */
  readonly valueId: number | ''
  /** `option_id`. */
  readonly baseOptionId: number
  /** `option_value_id`; empty where the option takes text. */
  readonly baseValueId: number | ''
  readonly name: string
  readonly value: string
  readonly type: string
  /** The terms of the chosen value; null where the option takes text. */
  readonly terms: ProductOptionValue | null
}

export type ProductProblems = {
  /** Required options of which nothing was chosen: name by `product_option_id`. */
  readonly missing: ReadonlyMap<number, string>
  /** Options of which a value was chosen that does not exist: name by `product_option_id`. */
  readonly unknown: ReadonlyMap<number, string>
}

type Choices = CartLine['options']

/** The chosen options in the product's order; a value that does not exist is passed over. */
export function chosenOptions(product: CheckoutProduct, choices: Choices): readonly ChosenOption[] {
  return product.terms.options.flatMap((option) =>
    takesValueId(option)
      ? valuesOf(option, choices)
          .flatMap((terms) => terms ?? [])
          .map((terms) => chosen(option, terms))
      : givenTo(option, choices).map((text) => chosen(option, text)),
  )
}

/** What keeps a product from being put in a cart; by `option_id`, as callers have seen them. */
export function productProblems(product: CheckoutProduct, choices: Choices): ProductProblems {
  const options = product.terms.options.toSorted((one, other) => one.optionId - other.optionId)
  const isMissing = (option: ProductOption) =>
    option.required && givenTo(option, choices).length === 0
  const isUnknown = (option: ProductOption) =>
    takesValueId(option) && valuesOf(option, choices).includes(undefined)
  return {
    missing: namesOf(options.filter(isMissing)),
    unknown: namesOf(options.filter(isUnknown)),
  }
}

/** Options of which fewer than `quantity` pieces are left: name by `product_option_id`. */
export function optionsOutOfStock(
  options: readonly ChosenOption[],
  quantity: number,
): ReadonlyMap<number, string> {
  return new Map(
    options
      .filter(({ terms }) => terms?.subtract && terms.quantity < quantity)
      .map((option) => [option.optionId, option.name]),
  )
}

function valuesOf(
  option: ProductOption,
  choices: Choices,
): readonly (ProductOptionValue | undefined)[] {
  return givenTo(option, choices).map((id) =>
    option.values.find((value) => String(value.id) === id.trim()),
  )
}

/** What was sent for an option: several texts for a checkbox, else one; empty ones do not count. */
function givenTo(option: ProductOption, choices: Choices): readonly string[] {
  const sent = choices[String(option.id)] ?? []
  const texts = [sent].flat().filter((text) => text.trim() !== '')
  // No value has the id 0: forms send it for "please choose".
  const given = takesValueId(option) ? texts.filter((text) => text.trim() !== '0') : texts
  return option.type === 'checkbox' ? [...new Set(given)] : given.slice(0, 1)
}

function chosen(option: ProductOption, what: ProductOptionValue | string): ChosenOption {
  const terms = typeof what === 'string' ? null : what
  return {
    optionId: option.id,
    valueId: terms?.id ?? '',
    baseOptionId: option.optionId,
    baseValueId: terms?.optionValueId ?? '',
    name: option.name,
    value: typeof what === 'string' ? what : what.name,
    type: option.type,
    terms,
  }
}

function namesOf(options: readonly ProductOption[]): ReadonlyMap<number, string> {
  return new Map(options.map((option) => [option.id, option.name]))
}
