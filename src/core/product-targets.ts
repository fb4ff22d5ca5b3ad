import type { ProductChange } from '../model/product.ts'
import { within } from '../store/deadline.ts'
import {
  checkTarget,
  type Resolve,
  systemResolve,
  type TargetPolicy,
  TargetRefused,
  TargetUnresolved,
} from './check-target.ts'

/** How long whoever writes a product waits for name servers. */
const mostMs = 500

/**
 * The URLs of products that no notice may be sent to, with the reason. A name that does not
 * resolve, or not in time, may do so later: each sending asks again.
 */
export async function refusedUrls(
  changes: readonly Pick<ProductChange, 'endpoints'>[],
  policy: TargetPolicy,
  resolve: Resolve = systemResolve,
): Promise<ReadonlyMap<string, string>> {
  const named = changes.flatMap(({ endpoints = [] }) => endpoints.map(({ url }) => url))
  const urls = [...new Set(named)].filter((url) => url !== null)
  const refusals = new Map<string, string>()
  if (urls.length === 0) return refusals
  const all = urls.map(async (url) => {
    const reason = await refusalOf(url, policy, resolve)
    if (reason !== undefined) refusals.set(url, reason)
  })
  await within(mostMs, Promise.all(all))
  return new Map(refusals)
}

async function refusalOf(
  url: string,
  policy: TargetPolicy,
  resolve: Resolve,
): Promise<string | undefined> {
  try {
    await checkTarget(url, policy, resolve)
  } catch (error) {
    if (error instanceof TargetUnresolved) return undefined
    if (error instanceof TargetRefused) return error.message
    throw error
  }
  return undefined
}
