import type { Account } from '../model/account.ts'
import { Failure } from '../model/failure.ts'
import type { Instant } from '../model/order.ts'
import { type Shop, type ShopDocument, shopSchema } from '../model/shop.ts'
import { hasOrders as readHasOrders, readShop, updateShop } from '../store/shops.ts'
import { noteChange } from './account-notes.ts'
import type { Context } from './context.ts'

type Remembered = { readonly changedAt: Instant; readonly shop: Shop }

/** To read the table of all zones takes longer than all else in a call. */
const remembered = new WeakMap<Context, Map<number, Remembered>>()
const mostRemembered = 100

/**
 * What the account's shop offers; what was never said is as in a default install. Calls share it:
 * nobody changes it.
 */
export async function shopOf(ctx: Context, account: Account): Promise<Shop> {
  const shops = remembered.get(ctx) ?? new Map<number, Remembered>()
  remembered.set(ctx, shops)
  const known = shops.get(account.id)
  const stored = await ctx.database.inTime(() =>
    readShop(ctx.database.sql, account.id, known?.changedAt),
  )
  if (stored !== undefined && stored.terms === null && known !== undefined) return known.shop
  const shop = shopSchema.parse(stored?.terms ?? {})
  if (stored === undefined) return shop
  shops.delete(account.id)
  shops.set(account.id, { changedAt: stored.changedAt, shop })
  const [oldest] = shops.keys()
  if (shops.size > mostRemembered && oldest !== undefined) shops.delete(oldest)
  return shop
}

/**
 * Changes whole parts of the shop; the others stay. Gives the parts that are not as they were.
 * Throws `invalid-input` with the place of what cannot be, and then changes nothing.
 */
export async function saveShop(
  ctx: Context,
  account: Account,
  parts: Partial<ShopDocument>,
): Promise<readonly string[]> {
  let changed: string[] = []
  await updateShop(
    ctx.database.db,
    account.id,
    (before) => {
      const after = { ...before, ...parts }
      const shop = checkedShop(after)
      const stood = shopSchema.safeParse(before).data
      changed = Object.keys(parts).filter(
        (part) => textOf(shop, part) !== textOf(stood ?? {}, part) || !(part in before),
      )
      return after
    },
    ctx.now(),
  )
  if (changed.length > 0) await noteChange(ctx, account, 'shop', { changed })
  return changed
}

/** True once the account has ever had an order: its currency must stay then. */
export async function hasOrders(ctx: Context, account: Account): Promise<boolean> {
  return readHasOrders(ctx.database.sql, account.id)
}

function checkedShop(document: Readonly<Record<string, unknown>>): Shop {
  const parsed = shopSchema.safeParse(document)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new Failure('invalid-input', {
    reason:
      `the shop's ${issue?.path.join('.')} cannot be used: ${issue?.message}; ` +
      'nothing was changed, mend it and save again',
  })
}

function textOf(shop: object, part: string): string {
  const value = (shop as Readonly<Record<string, unknown>>)[part]
  return JSON.stringify(value, (_name, inner: unknown) =>
    typeof inner === 'bigint' ? inner.toString() : inner,
  )
}
