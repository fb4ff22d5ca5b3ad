import { z } from 'zod'
import type { Credential } from '../../model/credential.ts'

/** What an operator may set on an application or a Basic login. */
export const settingsSchema = z.strictObject({
  /** `released`: under release numbers, once paid; `placed`: all at once, under the book's own. */
  orders: z.enum(['released', 'placed']).default('released'),
  /** Which format a call gets that names none (contract §8). */
  version: z
    .string()
    .trim()
    .regex(/^\d{1,2}\.\d$/, 'a version is written as 14.0')
    .default('15.0'),
})

export type Settings = z.infer<typeof settingsSchema>

/** A credential's settings with their defaults. */
export function settingsOf({ settings }: Pick<Credential, 'settings'>): Settings {
  return settingsSchema.parse(settings)
}
