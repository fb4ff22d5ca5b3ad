import { customType } from 'drizzle-orm/pg-core'

/** Text compared byte by byte: keys must not depend on a server's locale. */
export const keyText = customType<{ data: string }>({ dataType: () => 'text COLLATE "C"' })

/** A time kept as `timestamptz`, seen as milliseconds since 1970. */
export const instant = customType<{ data: number; driverData: string | Date }>({
  dataType: () => 'timestamptz(3)',
  toDriver: (ms) => new Date(ms).toISOString(),
  fromDriver: (value) => (value instanceof Date ? value : new Date(value)).getTime(),
})

/** An amount as `numeric(19,4)`, seen as integer ten-thousandths. */
export const money = customType<{ data: bigint; driverData: string }>({
  dataType: () => 'numeric(19,4)',
  toDriver: (amount) => moneyText(amount),
  fromDriver: (text) => BigInt(text.replace('.', '')),
})

export const bytes = customType<{ data: Buffer }>({ dataType: () => 'bytea' })

declare const mark: unique symbol

/** What a vault made of a secret; a column of any other type neither takes nor gives it. */
export type Sealed = Buffer & { readonly [mark]: true }

/** Bytes that only the installation's key opens; listed in `key-rotation.ts`. */
export const sealed = customType<{ data: Sealed }>({ dataType: () => 'bytea' })

/** Four decimals always, so that Postgres gives back exactly the digits it was given. */
export function moneyText(amount: bigint): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(5, '0')
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -4)}.${digits.slice(-4)}`
}
