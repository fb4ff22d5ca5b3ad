import { z } from 'zod'
import type { NewOrder } from '../../core/place-order.ts'
import type { Instant } from '../../model/order.ts'
import type { Product } from '../../model/product.ts'
import { typed } from './api-function.ts'
import { lastInstant, unixTime } from './fields.ts'

const schema = z.object({ bill_timer_kill: unixTime })

/** The units in which AddGood states a product's timer (contract §7). */
const unitsMs: Readonly<Record<string, number>> = {
  min: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
}

/**
 * When a still waiting order is cancelled: `1` as its products say, `0` or nothing never, else the
 * unix time given (contract §5.2).
 */
export function readTimer(written: string, createdAt: Instant): NewOrder['cancelAt'] {
  const word = written.trim().toLowerCase()
  if (word === '' || word === '0' || word === 'false') return undefined
  if (word === '1' || word === 'true') return (products) => earliest(products, createdAt)
  return typed(schema, { bill_timer_kill: word }).bill_timer_kill
}

/** With several timers the shortest holds. */
function earliest(products: readonly Product[], createdAt: Instant): Instant | undefined {
  const delays = products.map(delayMs).filter((delay) => delay !== undefined)
  return delays.length === 0 ? undefined : Math.min(lastInstant, createdAt + Math.min(...delays))
}

function delayMs({ fields }: Product): number | undefined {
  if (!isOn(fields.good_timer)) return undefined
  const unitMs = unitsMs[String(fields.good_timer_unit ?? '')]
  const duration = Number(fields.good_timer_duration)
  const isUsable = Number.isInteger(duration) && duration > 0 && duration <= 100_000
  return unitMs === undefined || !isUsable ? undefined : duration * unitMs
}

function isOn(timer: unknown): boolean {
  return ['1', 'true'].includes(String(timer).toLowerCase())
}
