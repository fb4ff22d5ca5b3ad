import { z } from 'zod'
import type { Credential } from '../../model/credential.ts'

/** `a, b`, or `a; b` where a name holds a comma. */
function parts(text: string): string[] {
  return text
    .split(text.includes(';') ? ';' : ',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

const list = (most: z.ZodType<string>) =>
  z.preprocess((value) => (typeof value === 'string' ? parts(value) : value), z.array(most))

const names = list(z.string()).default([])

/** Mintsoft takes the names of a courier service up to here (contract B.2). */
const courier = z.string().trim().min(1).max(60)

function readCouriers(value: unknown): unknown {
  if (typeof value !== 'string') return value
  return Object.fromEntries(
    parts(value).map((part) => {
      const at = part.lastIndexOf('=')
      return [part.slice(0, Math.max(at, 0)).trim(), part.slice(at + 1).trim()]
    }),
  )
}

/** What an operator may set on a key; one key is one client and warehouse (contract B.3). */
export const settingsSchema = z.strictObject({
  /** Stands before each order number. */
  prefix: z.string().trim().max(20).default(''),
  /** Keys with the same word here share what they have confirmed. */
  feed: z.string().trim().max(60).default(''),
  /** Orders in one answer; the rest follows once these are confirmed. */
  most: z.int().min(1).max(1000).default(100),
  /** Where `couriers` has nothing; AUTO lets Mintsoft's own rules decide. */
  courier: courier.default('AUTO'),
  /** By shipping method, as text `Express=DPD24, Post=RM48`. */
  couriers: z
    .preprocess(readCouriers, z.record(z.string().min(1, 'write shipping method=courier'), courier))
    .default({}),
  /** Stands for the postcode in countries that have none. */
  noPostcode: z.string().trim().min(1).max(20).default('0000'),
  negativeStock: z.enum(['zero', 'keep']).default('zero'),
  /** `physical`: lines of digital goods, and orders of nothing else, are left out. */
  lines: z.enum(['all', 'physical']).default('all'),
  /** ISO 3166-1 alpha-2; empty: wherever the parcel goes. */
  countries: list(
    z
      .string()
      .toUpperCase()
      .regex(/^[A-Z]{2}$/, 'a country is two letters, as GB'),
  ).default([]),
  shippingMethods: names,
  tags: names,
})

export type Settings = z.infer<typeof settingsSchema>

/** A key's settings with their defaults. */
export function settingsOf({ settings }: Pick<Credential, 'settings'>): Settings {
  return settingsSchema.parse(settings)
}
