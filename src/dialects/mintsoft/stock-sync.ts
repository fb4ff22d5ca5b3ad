import { type StockOutcome, setStock } from '../../core/stock.ts'
import { Failure } from '../../model/failure.ts'
import { type Action, type ActionInput, warned } from './action.ts'
import { answerEmpty } from './answer.ts'
import { textOf } from './parameters.ts'
import type { Settings } from './settings.ts'

const highestLevel = 2_147_483_647

/** Sets the level of one SKU; the last write wins (contract B.5). */
export const stockSync: Action = async (input) => {
  const { parameters, settings, note } = input
  const sku = textOf(parameters, 'sku')
  if (sku === '') throw new Failure('invalid-input', { reason: 'sku is missing' })
  const quantity = readLevel(textOf(parameters, 'stocklevel'), settings)
  if (quantity === undefined) {
    throw new Failure('invalid-input', { reason: 'stocklevel is no whole number' })
  }
  const outcome = await setLevel(input, sku, quantity)
  if (outcome === 'unknown' || outcome === 'ambiguous') {
    input.log.warn(warned(input, 'sku', sku), `the stock of an ${outcome} SKU was reported`)
    const reason = outcome === 'ambiguous' ? { reason: 'several products have this SKU' } : {}
    throw new Failure('product-not-found', reason)
  }
  const elsewhere = { reason: 'stock is taken from another dialect' }
  note({ outcome: 'ok', ...(outcome === 'not-applied' ? elsewhere : {}) })
  return answerEmpty()
}

/** The SKU as a form decoder reads it; where that is unknown, a plus sign may have been one. */
async function setLevel(input: ActionInput, sku: string, quantity: number): Promise<StockOutcome> {
  const outcome = await setOne(input, sku, quantity)
  const withPlus = input.parameters.values.get('sku')?.withPlus.trim() ?? sku
  return outcome === 'unknown' && withPlus !== sku ? setOne(input, withPlus, quantity) : outcome
}

async function setOne(
  { ctx, account, credential }: ActionInput,
  article: string,
  quantity: number,
): Promise<StockOutcome> {
  const author = { via: 'mintsoft', credentialId: credential.id }
  const [outcome = 'unknown'] = await setStock(ctx, account, author, [{ article, quantity }])
  return outcome
}

/** `12` and `12.0`; undefined for what is no whole number within 32 bits. */
export function readLevel(
  text: string,
  { negativeStock }: Pick<Settings, 'negativeStock'>,
): number | undefined {
  if (!/^[+-]?\d{1,10}(\.0*)?$/.test(text)) return undefined
  const level = Number(text)
  if (Math.abs(level) > highestLevel) return undefined
  // Also makes 0 of -0.
  return level > 0 || (level < 0 && negativeStock === 'keep') ? level : 0
}
