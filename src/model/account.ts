import { z } from 'zod'
import { defaultPayOnDelivery } from './pay-on-delivery.ts'
import { payUrlProblem } from './pay-url.ts'

/** Names that could be taken for a host or a path of the gateway's own. */
const reserved = new Set(['www', 'api', 'healthz', 'readyz', 'metrics', 'bill'])

/** An account's public name: part of addresses, and of the InfluencerSoft hash. */
export const loginSchema = z
  .string()
  .regex(/^[a-z0-9-]{2,32}$/, 'a login has 2 to 32 characters of a-z, 0-9 and "-"')
  .refine((login) => !reserved.has(login), 'this login is reserved; choose another')

const hoursMs = 3_600_000

export const longestDuplicateWindowMs = 31 * 24 * hoursMs
const longestReplayMemoryMs = 31 * 24 * hoursMs
const longestKeptBodiesMs = 72 * hoursMs

const timezone = z.string().refine((zone) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}, 'not a time zone; give an IANA name such as Europe/Moscow')

/** What an operator may set on an account; each with its default. */
export const accountSettingsSchema = z.object({
  /** ISO 4217; every amount of the account's book stands in it. */
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, 'a currency is three capitals, as USD')
    .default('USD'),
  timezone: timezone.default('UTC'),
  /** How long a still waiting order of the same buyer, articles and sum counts as the same. */
  duplicateWindowMs: z
    .number()
    .int()
    .min(0)
    // Fingerprints older than this are forgotten.
    .max(longestDuplicateWindowMs, 'at most 31 days')
    .default(24 * hoursMs),
  /** How long a proved call is remembered and not carried out again; 0: not at all. */
  replayMemoryMs: z.number().int().min(0).max(longestReplayMemoryMs, 'at most 31 days').default(0),
  /** How long what a refused call sent is kept, sealed; 0: nothing of it is. */
  keepBodiesMs: z.number().int().min(0).max(longestKeptBodiesMs, 'at most 72 hours').default(0),
  /** What the contact and partner functions do. */
  contacts: z.enum(['refuse', 'record']).default('refuse'),
  /** Whose absolute stock levels count: any dialect's, the last wins, or one dialect's. */
  stockSource: z.string().default('any'),
  payOnDelivery: z.array(z.string()).default([...defaultPayOnDelivery]),
  /** Where a pay link sends a buyer who has not paid yet; empty: the gateway shows its own page. */
  payUrl: z
    .string()
    .superRefine((template, issues) => {
      const message = template === '' ? undefined : payUrlProblem(template)
      if (message !== undefined) issues.addIssue({ code: 'custom', message })
    })
    .default(''),
  /** True: only credentials and endpoints for tests work, else only the others. */
  test: z.boolean().default(false),
})

export type AccountSettings = z.infer<typeof accountSettingsSchema>

export type Account = {
  readonly id: number
  readonly login: string
  readonly disabled: boolean
  readonly settings: AccountSettings
}
