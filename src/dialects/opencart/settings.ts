import { z } from 'zod'
import type { Credential } from '../../model/credential.ts'

const number = (schema: z.ZodType<number>) =>
  z.preprocess((value) => (typeof value === 'string' ? Number(value) : value), schema)

/** What an operator may set on an API user. */
export const settingsSchema = z.strictObject({
  /**
   * `auto`: a login with a username is answered as 3.0 does, one with the key alone under both
   * versions' names; `2.3` and `3.0`: as that version does (contract §2.2).
   */
  version: z.enum(['auto', '2.3', '3.0']).default('auto'),
  /** What a wrong key hears: `empty` is OpenCart's own `[]`. */
  wrongKey: z.enum(['empty', 'text']).default('empty'),
  /** How long a token lives after its last use. */
  sessionMinutes: number(z.int().min(1).max(1440)).default(60),
  /**
   * `on`: to this user an order stays on its status until this user has moved it, whatever a
   * warehouse did meanwhile.
   */
  hold: z.enum(['on', 'off']).default('off'),
  /** How many days back the accounting system's order list reaches; 0: to the beginning. */
  days: number(z.int().min(0).max(36_500)).default(92),
})

export type Settings = z.infer<typeof settingsSchema>

/** A user's settings with their defaults. */
export function settingsOf({ settings }: Pick<Credential, 'settings'>): Settings {
  return settingsSchema.parse(settings)
}
